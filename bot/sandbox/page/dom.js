/** Building DOM nodes. Text only ever becomes a text node, so nothing a person types can turn into HTML. */

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  hash: "M9 3 7 21M17 3l-2 18M4 8.5h17M3 15.5h17",
  thread: "M5 3v9a3 3 0 0 0 3 3h11M15 11l4 4-4 4",
  at: "M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0v1.5a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-3.6 7.2",
  voice: "M4 9v6h4l5 4V5L8 9zM16.5 8.5a5 5 0 0 1 0 7",
  menu: "M4 6h16M4 12h16M4 18h16",
  close: "M6 6l12 12M18 6 6 18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  eye: "M2 12s4-6.5 10-6.5S22 12 22 12s-4 6.5-10 6.5S2 12 2 12zM12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6z",
  phone: "M8 2.5h8a1.5 1.5 0 0 1 1.5 1.5v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5zM11 18.5h2",
  bell: "M6 16v-5a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4",
  muted: "M6 16v-5a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4M4 4l16 16",
  clock: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7v5l3.5 2",
  join: "M4 12h13M12 6l6 6-6 6",
  send: "M4 4l17 8-17 8 3-8zM7 12h7",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  link: "M14 4h6v6M20 4l-9 9M18 14v5H5V6h5",
  check: "M5 12.5l4.5 4.5L19 7",
  chevron: "M6 9l6 6 6-6",
  reply: "M9 6 4 11l5 5M4 11h9a7 7 0 0 1 7 7v1",
  home: "M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v8a2.5 2.5 0 0 1-2.5 2.5H12l-5 4v-4.1a2.5 2.5 0 0 1-3-2.4z",
  bot: "M12 3v3M6 8h12a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2zM9 13h.01M15 13h.01",
  plus: "M12 5v14M5 12h14",
};

/**
 * Make an element.
 * @param {string} tag
 * @param {object} props attributes; `on` maps events to handlers, `vars` sets CSS variables, `data` sets data-*,
 *   `class` may be an array with falsy gaps, true/false/null switch an attribute on or off.
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    else if (name === "vars") for (const [key, text] of Object.entries(value)) node.style.setProperty(key, text);
    else if (name === "data") for (const [key, text] of Object.entries(value)) node.dataset[key] = text;
    else if (name === "class") node.className = Array.isArray(value) ? value.filter(Boolean).join(" ") : value;
    else if (name === "value" || name === "checked" || name === "disabled" || name === "indeterminate") node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

/** Append children, skipping gaps; strings become text nodes. */
export function append(node, children) {
  for (const child of children.flat(4)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Replace all children of `node`. */
export function fill(node, ...children) {
  node.replaceChildren();
  append(node, children);
}

/** A line icon, hidden from assistive technology: the control around it carries the name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of [["viewBox", "0 0 24 24"], ["class", "icon"], ["aria-hidden", "true"], ["focusable", "false"]]) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name] ?? ICONS.file);
  svg.append(path);
  return svg;
}

/** A round picture with initials, its colour taken from the id. */
export function avatar(user, size = "") {
  const name = displayName(user);
  const initials = name.split(/[\s_-]+/).filter(Boolean).slice(0, 2).map((word) => [...word][0]).join("").toUpperCase();
  const hue = [...String(user?.id ?? name)].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 8;
  const inner = user?.bot ? icon("bot") : initials || "?";
  return h("span", { class: ["avatar", size && `avatar-${size}`, user?.bot ? "avatar-bot" : `hue-${hue}`], "aria-hidden": "true" }, inner);
}

/** The name a person is shown by. */
export function displayName(user) {
  return user?.name || user?.global_name || user?.username || "Somebody";
}

let counter = 0;

/** An id that no other element has. */
export function uid(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** An image or file address as the page may load it: loopback addresses become paths of this server. */
export function localUrl(url) {
  try {
    const parsed = new URL(url, location.href);
    const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(parsed.hostname);
    return loopback ? parsed.pathname + parsed.search : parsed.href;
  } catch {
    return "";
  }
}

/** Only web addresses may become links. */
export function safeHref(url) {
  return /^https?:\/\//i.test(url ?? "") ? url : null;
}
