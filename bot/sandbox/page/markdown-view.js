/** Markdown as DOM nodes. Only text nodes are ever made from what people wrote. */

import { h, safeHref } from "./dom.js";
import { isDate, time } from "./format.js";
import { parse } from "./markdown.js";

const HEADINGS = { 1: "h3", 2: "h4", 3: "h5" };
const PLACES = { customize: "Channels & Roles", browse: "Browse Channels", guide: "Server Guide", "linked-roles": "Linked Roles" };

/**
 * Render text for a message.
 * @param {string} source Markdown
 * @param {object} app `state` for names, `openChannel(id)` and `useCommand(id, name)` for what can be pressed
 * @returns {DocumentFragment}
 */
export function markdown(source, app) {
  const fragment = document.createDocumentFragment();
  fragment.append(...parse(source ?? "").map((node) => view(node, app)));
  return fragment;
}

/** Markdown as the words a person would hear. */
export function plain(source, app) {
  return parse(source ?? "").map((node) => words(node, app)).join("").replace(/\n{2,}/g, "\n").trim();
}

function all(nodes, app) {
  return nodes.map((node) => view(node, app));
}

const views = {
  text: (node) => document.createTextNode(node.text),
  br: () => document.createTextNode("\n"),
  strong: (node, app) => h("strong", {}, all(node.children, app)),
  em: (node, app) => h("em", {}, all(node.children, app)),
  u: (node, app) => h("u", {}, all(node.children, app)),
  s: (node, app) => h("s", {}, all(node.children, app)),
  code: (node) => h("code", { class: "code" }, node.text),
  codeblock: (node) => h("pre", { class: "codeblock", tabindex: "0", "aria-label": "Code", role: "region" }, h("code", {}, node.text)),
  quote: (node, app) => h("blockquote", { class: "quote" }, all(node.children, app)),
  heading: (node, app) => h(HEADINGS[node.level], { class: `heading heading-${node.level}` }, all(node.children, app)),
  subtext: (node, app) => h("small", { class: "subtext" }, all(node.children, app)),
  list: (node, app) => h(node.start === null ? "ul" : "ol", { class: "list", start: node.start > 1 ? node.start : null },
    node.items.map((item) => h("li", {}, all(item, app)))),
  link: (node, app) => h("a", { href: safeHref(node.url), class: "link", target: "_blank", rel: "noopener noreferrer", title: node.url }, all(node.children, app)),
  spoiler: (node, app) => spoiler(all(node.children, app)),
  user: (node, app) => h("span", { class: ["mention", node.id === app.state.me?.id && "mention-me"] }, words(node, app)),
  role: (node, app) => h("span", { class: "mention" }, words(node, app)),
  everyone: (node) => h("span", { class: "mention" }, `@${node.who}`),
  place: (node) => h("span", { class: "mention" }, PLACES[node.place]),
  emoji: (node) => h("span", { class: "emoji" }, `:${node.name}:`),
  channel: (node, app) => app.state.channel(node.id)
    ? h("button", { type: "button", class: "mention", on: { click: () => app.openChannel(node.id) } }, words(node, app))
    : h("span", { class: "mention" }, words(node, app)),
  command: (node, app) => h("button", { type: "button", class: "mention", title: "Put this command into the message box", on: { click: () => app.useCommand(node.id, node.name) } }, words(node, app)),
  time: (node, app) => timestamp(node, app),
};

function view(node, app) {
  return views[node.type](node, app);
}

/** A `<time>` with the whole date as its title; relative ones are kept up to date by `refreshTimes`. */
function timestamp({ seconds, style }, app) {
  if (!isDate(seconds)) return document.createTextNode("Invalid date");
  const ms = seconds * 1000;
  return h("time", {
    class: "timestamp", datetime: new Date(ms).toISOString(), title: time(ms, "F"), data: style === "R" ? { relative: ms } : {},
  }, time(ms, style, app.state.now()));
}

/** Bring every relative time on the page up to `now` (milliseconds). */
export function refreshTimes(now) {
  for (const node of document.querySelectorAll("time[data-relative]")) {
    const words = time(Number(node.dataset.relative), "R", now);
    if (node.textContent !== words) node.textContent = words;
  }
}

/** Content that is hidden, from screen readers as well, until its button is pressed. */
export function spoiler(children, tag = "span") {
  const content = h(tag, { class: "spoiler-content", inert: true }, children);
  const cover = h("button", {
    type: "button", class: "spoiler-cover", "aria-label": "Show the spoiler",
    on: {
      click: () => {
        content.removeAttribute("inert");
        content.tabIndex = -1;
        cover.remove();
        content.focus();
      },
    },
  }, "Spoiler");
  return h(tag, { class: ["spoiler", tag === "div" && "spoiler-block"] }, content, cover);
}

function words(node, app) {
  const { state } = app;
  switch (node.type) {
    case "text": case "code": case "codeblock": return node.text;
    case "br": return "\n";
    case "user": return `@${state.user(node.id)?.name ?? "unknown person"}`;
    case "role": return `@${state.role(node.id)?.name ?? "deleted role"}`;
    case "channel": return `#${state.anyChannel(node.id)?.name ?? "no access"}`;
    case "command": return `/${node.name}`;
    case "time": return isDate(node.seconds) ? time(node.seconds * 1000, node.style, state.now()) : "Invalid date";
    case "emoji": return `:${node.name}:`;
    case "everyone": return `@${node.who}`;
    case "place": return PLACES[node.place];
    case "spoiler": return "(spoiler)";
    case "list": return `${node.items.map((item) => item.map((one) => words(one, app)).join("")).join("\n")}\n`;
    default: return node.children.map((one) => words(one, app)).join("") + (["heading", "quote", "subtext"].includes(node.type) ? "\n" : "");
  }
}
