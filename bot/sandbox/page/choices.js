/** What pickers offer: people, roles, channels, mentionables, and options that somebody wrote. */

import { avatar, h, icon } from "./dom.js";
import { THREADS } from "./state.js";

/** Options whose label or description contains the query, those that begin with it first. */
export function filter(options, query) {
  const wanted = query.trim().toLowerCase().replace(/^[@#]/, "");
  if (!wanted) return options;
  const rank = (option) => {
    const label = option.label.toLowerCase().replace(/^[@#]/, "");
    if (label.startsWith(wanted)) return 0;
    if (label.includes(wanted)) return 1;
    return `${option.description ?? ""}`.toLowerCase().includes(wanted) ? 2 : 3;
  };
  return options.map((option) => [rank(option), option]).filter(([place]) => place < 3)
    .sort(([a], [b]) => a - b).map(([, option]) => option);
}

/** The server's people, the bot last; in a DM of no server, both who are in it. */
export function people(state) {
  const guild = state.guild();
  const ids = guild ? guild.members.map((member) => member.user_id) : [state.me.id, state.bot.id];
  return ids.map((id) => state.user(id)).filter(Boolean)
    .sort((a, b) => Number(a.bot) - Number(b.bot) || a.name.localeCompare(b.name))
    .map((user) => ({ kind: "user", value: user.id, label: user.name, description: user.username && user.username !== user.name ? `@${user.username}` : "", icon: avatar(user, "small") }));
}

/** The server's roles but @everyone, highest first. */
export function roles(state) {
  const guild = state.guild();
  return (guild?.roles ?? []).filter((role) => role.id !== guild.id && role.name !== "@everyone")
    .sort((a, b) => b.position - a.position)
    .map((role) => ({ kind: "role", value: role.id, label: `@${role.name}`, icon: roleDot(role) }));
}

/** The server's channels that the person can see, of the given types where given. */
export function channels(state, types) {
  const guild = state.guild();
  return (guild?.channels ?? []).filter((channel) => channel.can_view !== false && (types?.length ? types.includes(channel.type) : true))
    .map((channel) => ({
      kind: "channel", value: channel.id, label: channel.type === 4 ? channel.name : `#${channel.name}`,
      description: channel.type === 4 ? "category" : "", icon: icon(channelIcon(channel)),
    }));
}

/** People and roles together. */
export function mentionables(state) {
  return [...people(state).map((one) => ({ ...one, group: "People" })), ...roles(state).map((one) => ({ ...one, group: "Roles" }))];
}

/** Written options of a select menu. */
export function written(options) {
  return (options ?? []).map((option) => ({
    value: option.value, label: option.label, description: option.description ?? "",
    icon: option.emoji?.name ? h("span", { class: "option-emoji", "aria-hidden": "true" }, option.emoji.name) : null,
  }));
}

/** The name of a channel's icon. */
export function channelIcon(channel) {
  if (channel.type === 1) return "at";
  if (THREADS.has(channel.type)) return "thread";
  if (channel.type === 2 || channel.type === 13) return "voice";
  return "hash";
}

/** A spot in the role's colour; the name itself keeps a readable colour. */
export function roleDot(role) {
  const colour = role.color ? `#${role.color.toString(16).padStart(6, "0")}` : null;
  return h("span", { class: "role-dot", "aria-hidden": "true", vars: colour ? { "--role": colour } : {} });
}

const SELECT_TYPES = { 5: people, 6: roles, 7: mentionables };

/** Everything that a select component (type 3, 5, 6, 7 or 8) offers. */
export function selectOptions(component, state) {
  if (component.type === 3) return written(component.options);
  if (component.type === 8) return channels(state, component.channel_types);
  return SELECT_TYPES[component.type](state);
}
