/** The left side: servers, direct messages, channels with what is unread, and who you are. */

import { channelIcon } from "./choices.js";
import { avatar, displayName, fill, h, icon } from "./dom.js";
import { events } from "./events.js";
import { count } from "./format.js";
import { THREADS } from "./state.js";

const CATEGORY = 4;
const DIRECT = "@me";

export class Sidebar {
  #place = null;

  constructor(app, { servers, place, channels, whoami }) {
    this.app = app;
    this.servers = servers;
    this.placeName = place;
    this.channels = channels;
    this.whoami = whoami;
    for (const name of ["reset", "roster", "unread", "channel"]) app.state.on(name, () => this.draw(name));
  }

  draw(reason) {
    const { state } = this.app;
    if (!state.me) return;
    if (reason === "channel" || !this.#place || (this.#place !== DIRECT && !state.guilds.some((guild) => guild.id === this.#place))) {
      this.#place = state.guildOf(state.current)?.id ?? (state.current || !state.guilds.length ? DIRECT : state.guilds[0].id);
    }
    const held = document.activeElement?.dataset?.key;
    this.#servers();
    this.#channels();
    this.#me();
    if (held) document.querySelector(`#sidebar [data-key="${CSS.escape(held)}"]`)?.focus();
  }

  /** What is unread in all channels that pass: whether anything, and how many mentions or direct messages. */
  #unreadIn(test) {
    const { state } = this.app;
    const found = state.channels().filter(test).map((channel) => state.unreadIn(channel.id));
    return { dot: found.some((unread) => unread.dot), mentions: found.reduce((sum, unread) => sum + unread.mentions, 0) };
  }

  #servers() {
    const { state } = this.app;
    const direct = this.#unreadIn((channel) => channel.type === 1);
    fill(this.servers, this.#server({ id: DIRECT, name: "Direct messages" }, icon("home"), direct),
      h("li", { class: "rail-line", role: "presentation" }),
      state.guilds.map((guild) => this.#server(guild, initials(guild.name), this.#unreadIn((channel) => channel.guild_id === guild.id))));
  }

  #server({ id, name }, picture, unread) {
    const current = this.#place === id;
    return h("li", {}, h("button", {
      type: "button", class: ["server", current && "server-current", unread.dot && "server-unread"], "aria-label": name + unreadWords(unread, id === DIRECT),
      "aria-current": current ? "true" : null, title: name, data: { key: `server-${id}` }, on: { click: () => this.#go(id) },
    }, picture, unread.mentions > 0 && h("span", { class: "badge", "aria-hidden": "true" }, unread.mentions)));
  }

  #go(place) {
    this.#place = place;
    this.draw("place");
    const { state } = this.app;
    const inside = (channel) => (place === DIRECT ? channel.type === 1 : channel.guild_id === place);
    const current = state.channel(state.current);
    if (current && inside(current)) return;
    const first = state.channels().filter(inside).sort(byPosition).find((channel) => !THREADS.has(channel.type));
    if (first) this.app.openChannel(first.id, { keepDrawer: true });
  }

  #channels() {
    const { state } = this.app;
    const guild = state.guilds.find((one) => one.id === this.#place);
    this.placeName.textContent = guild ? guild.name : "Direct messages";
    if (!guild) {
      const direct = state.channels().filter((channel) => channel.type === 1);
      fill(this.channels, direct.length
        ? h("ul", { class: "channel-list", role: "list" }, direct.map((channel) => this.#channel(channel)))
        : h("p", { class: "quiet" }, "Nobody has written to you yet. When the bot sends you a direct message, it appears here."));
      return;
    }
    const visible = state.channels().filter((channel) => channel.guild_id === guild.id);
    const top = visible.filter((channel) => !THREADS.has(channel.type)).sort(byPosition);
    const categories = guild.channels.filter((channel) => channel.type === CATEGORY).sort(byPosition);
    const known = new Set(categories.map((category) => category.id));
    const list = (channels, label) => h("ul", { class: "channel-list", role: "list", "aria-label": label }, channels.map((channel) => this.#channel(channel, visible)));
    fill(this.channels, list(top.filter((channel) => !known.has(channel.parent_id)), "Channels"), categories.map((category) => {
      const inside = top.filter((channel) => channel.parent_id === category.id);
      return inside.length > 0 && [h("h3", { class: "category" }, category.name), list(inside, category.name)];
    }), events(this.app, guild));
  }

  #channel(channel, visible = []) {
    const { state } = this.app;
    const unread = state.unreadIn(channel.id);
    const muted = state.phone.muted.includes(channel.id);
    const current = state.current === channel.id;
    const threads = visible.filter((one) => THREADS.has(one.type) && one.parent_id === channel.id);
    const label = channel.name + unreadWords(unread, channel.type === 1) + (muted ? ", muted" : "");
    const picture = channel.type === 1 ? avatar(channel.recipient, "small") : icon(channelIcon(channel));
    return h("li", {}, h("button", {
      type: "button", class: ["channel", current && "channel-current", unread.dot && "channel-unread"], "aria-current": current ? "page" : null,
      "aria-label": label, data: { key: `channel-${channel.id}` }, on: { click: () => this.app.openChannel(channel.id) },
    }, picture, h("span", { class: "channel-label" }, channel.name), muted && icon("muted"), unread.mentions > 0 && h("span", { class: "badge", "aria-hidden": "true" }, unread.mentions)),
    threads.length > 0 && h("ul", { class: "channel-list threads", role: "list", "aria-label": `Threads of ${channel.name}` }, threads.map((thread) => this.#channel(thread))));
  }

  #me() {
    const { state } = this.app;
    const about = state.people.find((person) => person.id === state.me.id)?.about;
    const name = displayName(state.user(state.me.id) ?? state.me);
    fill(this.whoami, h("button", {
      type: "button", class: "whoami-button", "aria-label": `You are ${name}. Be somebody else`, data: { key: "whoami" }, on: { click: () => this.app.showPeople() },
    }, avatar(state.me), h("span", { class: "whoami-text" }, h("b", {}, name), h("span", {}, about ?? `@${state.me.username}`)), icon("chevron")));
  }
}

function unreadWords({ dot, mentions }, direct) {
  if (mentions) return `, ${count(mentions, direct ? "unread message" : "mention")}`;
  return dot ? ", unread" : "";
}

function byPosition(a, b) {
  return (a.position ?? 0) - (b.position ?? 0) || (BigInt(a.id) < BigInt(b.id) ? -1 : 1);
}

function initials(name) {
  return (name.match(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu) ?? ["?"]).join("").slice(0, 2).toUpperCase();
}
