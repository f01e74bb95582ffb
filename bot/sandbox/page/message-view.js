/** One message as an article, and as the words that announce it. */

import { append, avatar, displayName, h, icon } from "./dom.js";
import { attachment, embed } from "./embeds.js";
import { renderAll } from "./components.js";
import { poll, reactions } from "./extras.js";
import { count, stamp, time } from "./format.js";
import { markdown, plain } from "./markdown-view.js";
import { EPHEMERAL, LOADING } from "./state.js";

const V2 = 32768;
const JOIN = 7;
const THREAD_CREATED = 18;
const PINNED = 6;
const PLAIN_TYPES = new Set([0, 19, 20, 23]);

/** Whether the message is a line about something that happened, with no author of its own. */
export function isSystem(message) {
  return !message.local && message.type !== undefined && !PLAIN_TYPES.has(message.type);
}

/**
 * @param {object} message Discord's message object, or a local notice of a command on its way
 * @param {object} app
 * @param {boolean} compact whether the author's name is left out, as it stands above
 */
export function article(message, app, compact) {
  const hidden = Boolean((message.flags ?? 0) & EPHEMERAL) || Boolean(message.local);
  const node = h("article", {
    class: ["message", compact && "message-compact", hidden && "message-ephemeral", isSystem(message) && "message-system", mentionsMe(message, app) && "message-mention"],
    "aria-label": `${authorName(message, app)}, ${stamp(Date.parse(message.timestamp), app.state.now())}`, tabindex: "-1", data: { id: message.id },
  });
  if (message.local) append(node, notice(message, app));
  else if (isSystem(message)) append(node, [system(message, app)]);
  else append(node, ordinary(message, app, compact));
  return node;
}

function authorName(message, app) {
  return app.state.user(message.author?.id)?.name ?? displayName(message.author);
}

function mentionsMe(message, app) {
  const me = app.state.me.id;
  const roles = app.state.member(me, app.state.guildOf(message.channel_id))?.roles ?? [];
  return message.mention_everyone || message.mentions?.some((user) => user.id === me) || message.mention_roles?.some((id) => roles.includes(id));
}

function when(message, app, style) {
  const ms = Date.parse(message.timestamp);
  return h("time", { class: "stamp", datetime: message.timestamp, title: time(ms, "F") }, style === "t" ? time(ms, "t") : stamp(ms, app.state.now()));
}

function ordinary(message, app, compact) {
  const author = { ...message.author, ...app.state.user(message.author?.id) };
  const side = compact
    ? h("div", { class: "message-side" }, when(message, app, "t"))
    : h("div", { class: "message-side" }, avatar(author));
  const head = !compact && h("header", { class: "message-head" },
    h("span", { class: "author" }, author.name ?? displayName(author)), author.bot && h("span", { class: "app-tag" }, "APP"), when(message, app),
    message.edited_timestamp && !message.content && edited(message));
  return [reference(message, app), used(message, app), h("div", { class: "message-row" }, side, h("div", { class: "message-body" }, head, body(message, app), ephemeral(message, app), failure(message, app))), actions(message, app)];
}

function body(message, app) {
  const flags = message.flags ?? 0;
  if (flags & LOADING) return h("p", { class: "thinking" }, h("span", { class: "dots", "aria-hidden": "true" }), `${authorName(message, app)} is thinking…`);
  const content = message.content && h("div", { class: "text" }, markdown(message.content, app), message.edited_timestamp && [" ", edited(message)]);
  const parts = message.components?.length > 0 && h("div", { class: flags & V2 ? "components" : "components components-v1" }, renderAll(message.components, message, app));
  return [
    content,
    !(flags & V2) && message.attachments?.map((file) => attachment(file)),
    message.embeds?.map((card) => embed(card, app)),
    parts,
    poll(message),
    reactions(message),
    message.thread && h("button", { type: "button", class: "thread-link", on: { click: () => app.openChannel(message.thread.id) } }, icon("thread"), `Open the thread: ${message.thread.name}`),
  ];
}

function edited(message) {
  return h("small", { class: "edited", title: time(Date.parse(message.edited_timestamp), "F") }, "(edited)");
}

function reference(message, app) {
  if (message.type !== 19 && !message.referenced_message) return null;
  const original = message.referenced_message;
  if (!original) return h("p", { class: "reference" }, icon("reply"), "The message that this answers was deleted");
  return h("p", { class: "reference" }, icon("reply"),
    h("span", { class: "sr-only" }, "In reply to "), h("b", {}, authorName(original, app)), " ", summary(original, app).slice(0, 90));
}

/** 'Amina used /meeting schedule' above an answer. */
function used(message, app) {
  const legacy = message.interaction;
  const meta = message.interaction_metadata;
  const name = legacy?.name ?? meta?.name;
  const user = legacy?.user ?? meta?.user;
  if (!name || !user || ![2, undefined].includes(meta?.type ?? legacy?.type)) return null;
  return h("p", { class: "reference" }, icon("reply"), h("b", {}, app.state.user(user.id)?.name ?? displayName(user)), " used ", h("span", { class: "mention" }, `/${name}`));
}

function ephemeral(message, app) {
  if (!((message.flags ?? 0) & EPHEMERAL)) return null;
  return h("p", { class: "only-you" }, icon("eye"), "Only you can see this ", h("span", { "aria-hidden": "true" }, "• "),
    h("button", { type: "button", class: "link-button", on: { click: () => app.dismiss(message) } }, "Dismiss message"));
}

function failure(message, app) {
  const why = app.state.failures.get(message.id);
  return why ? h("p", { class: "failed" }, why) : null;
}

function notice(message, app) {
  const { name, failure: why, again } = message.local;
  const line = why ? h("p", { class: "failed" }, why) : h("p", { class: "thinking" }, h("span", { class: "dots", "aria-hidden": "true" }), "Sending the command…");
  return [
    h("p", { class: "reference" }, icon("reply"), h("b", {}, authorName(message, app)), " used ", h("span", { class: "mention" }, name)),
    h("div", { class: "message-row" }, h("div", { class: "message-side" }, avatar({ ...app.state.bot, bot: true })), h("div", { class: "message-body" }, line,
      why && h("p", { class: "only-you" }, icon("eye"), "Only you can see this ", h("span", { "aria-hidden": "true" }, "• "),
        again && h("button", { type: "button", class: "link-button", on: { click: again } }, "Try again"), again && h("span", { "aria-hidden": "true" }, "• "),
        h("button", { type: "button", class: "link-button", on: { click: () => app.state.drop(message) } }, "Dismiss message")))),
  ];
}

function system(message, app) {
  const name = h("b", {}, authorName(message, app));
  const lines = {
    [JOIN]: () => [name, " joined the server."],
    [THREAD_CREATED]: () => [name, " started a thread: ", h("b", {}, message.content)],
    [PINNED]: () => [name, " pinned a message to this channel."],
  };
  const line = lines[message.type]?.() ?? [name, ": ", markdown(message.content, app)];
  return h("p", { class: "system" }, icon(message.type === JOIN ? "join" : "thread"), h("span", {}, line), " ", when(message, app));
}

function actions(message, app) {
  return h("div", { class: "message-actions" }, h("button", {
    type: "button", class: "icon-button", "aria-label": "Message actions", "aria-haspopup": "menu", tabindex: "-1",
    on: { click: (event) => app.messageMenu(message, event.currentTarget) },
  }, icon("more")));
}

/** The text of a message in words, with what can be pressed named at the end. */
export function summary(message, app) {
  const parts = [];
  const controls = [];
  const walk = (list) => {
    for (const part of list ?? []) {
      if (part.content) parts.push(plain(part.content, app));
      if (part.type === 2 && part.label) controls.push(part.label);
      if (part.type >= 3 && part.type <= 8 && part.placeholder) controls.push(part.placeholder);
      walk(part.components);
      if (part.accessory) walk([part.accessory]);
      for (const item of part.items ?? []) if (item.description) parts.push(`Picture: ${item.description}`);
    }
  };
  if (message.content) parts.push(plain(message.content, app));
  for (const card of message.embeds ?? []) {
    parts.push(...[card.title, card.description].filter(Boolean).map((one) => plain(one, app)));
    for (const field of card.fields ?? []) parts.push(`${plain(field.name, app)}: ${plain(field.value, app)}`);
  }
  if (message.attachments?.length && !((message.flags ?? 0) & V2)) parts.push(count(message.attachments.length, "attachment"));
  walk(message.components);
  if (controls.length) parts.push(`To press: ${controls.join(", ")}`);
  return parts.filter(Boolean).join(". ");
}

/** What a live region says of a new or changed message. */
export function announcement(message, app) {
  const name = authorName(message, app);
  if (message.type === JOIN) return `${name} joined the server`;
  if ((message.flags ?? 0) & LOADING) return `${name} is thinking`;
  const only = (message.flags ?? 0) & EPHEMERAL ? ", only you can see this" : "";
  return `${name}${only}: ${summary(message, app)}`;
}
