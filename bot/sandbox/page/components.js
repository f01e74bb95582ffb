/** Components V1 and V2 of a message as nodes. */

import { append, h, icon, localUrl, safeHref } from "./dom.js";
import { bytes } from "./format.js";
import { component as press } from "./interactions.js";
import { markdown, spoiler } from "./markdown-view.js";
import { Select } from "./select.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger" };

const views = {
  1: (part, message, app) => h("div", { class: "row" }, renderAll(part.components, message, app)),
  2: button,
  3: select, 5: select, 6: select, 7: select, 8: select,
  9: (part, message, app) => h("div", { class: "section" },
    h("div", { class: "section-text" }, renderAll(part.components, message, app)),
    h("div", { class: "section-accessory" }, render(part.accessory, message, app))),
  10: (part, message, app) => h("div", { class: "text" }, markdown(part.content, app)),
  11: (part, message) => h("div", { class: "thumbnail" }, media(part, message)),
  12: (part, message) => h("div", { class: ["gallery", `gallery-${Math.min(part.items.length, 4)}`] }, part.items.map((item) => media(item, message))),
  13: file,
  14: (part) => h("div", { class: ["separator", part.divider !== false && "separator-line", part.spacing === 2 && "separator-large"], role: part.divider === false ? null : "separator" }),
  17: container,
};

/** One component. Kinds that the page does not know say so instead of vanishing. */
export function render(part, message, app) {
  const view = views[part?.type];
  return view ? view(part, message, app) : h("p", { class: "unknown" }, `[A component of type ${part?.type} can't be shown here]`);
}

export function renderAll(parts, message, app) {
  return (parts ?? []).map((part) => render(part, message, app));
}

function container(part, message, app) {
  const accent = part.accent_color ?? null;
  const inside = renderAll(part.components, message, app);
  const box = h("div", {
    class: ["container", accent !== null && "container-accent"],
    vars: accent === null ? {} : { "--accent": `#${accent.toString(16).padStart(6, "0")}` },
  });
  append(box, part.spoiler ? [spoiler(inside, "div")] : inside);
  return box;
}

function emoji(part) {
  if (!part.emoji?.name) return null;
  return h("span", { class: "button-emoji", "aria-hidden": "true" }, part.emoji.id ? `:${part.emoji.name}:` : part.emoji.name);
}

function button(part, message, app) {
  const name = part.label ? null : part.emoji?.name ?? "Button";
  const content = [emoji(part), part.label && h("span", {}, part.label)];
  if (part.style === 5) {
    return h("a", {
      class: "button button-secondary", href: part.disabled ? null : safeHref(part.url), target: "_blank", rel: "noopener noreferrer",
      "aria-label": name, "aria-disabled": part.disabled ? "true" : null, role: part.disabled ? "link" : null,
    }, content, icon("link"), h("span", { class: "sr-only" }, " (opens in a new tab)"));
  }
  const node = h("button", {
    type: "button", class: `button button-${STYLES[part.style] ?? "secondary"}`, disabled: Boolean(part.disabled), "aria-label": name,
    data: { customId: part.custom_id ?? "" },
  }, content);
  node.addEventListener("click", async () => {
    if (node.getAttribute("aria-busy")) return;
    node.setAttribute("aria-busy", "true");
    try {
      await press(app, message, { custom_id: part.custom_id, type: 2 });
    } finally {
      node.removeAttribute("aria-busy");
    }
  });
  return node;
}

function select(part, message, app) {
  const menu = new Select(part, app, {
    onChange: async (values) => {
      menu.box.setAttribute("aria-busy", "true");
      try {
        await press(app, message, part, values);
      } finally {
        menu.box.removeAttribute("aria-busy");
      }
    },
  });
  return menu.node;
}

/** The attachment that a `attachment://name` address means. */
function attachment(url, message) {
  const name = /^attachment:\/\/(.+)$/.exec(url ?? "")?.[1];
  return name ? message.attachments?.find((one) => one.filename === name) ?? null : null;
}

function file(part, message) {
  const meant = attachment(part.file?.url, message);
  const name = part.name ?? meant?.filename ?? (part.file?.url ?? "").split("/").at(-1) ?? "file";
  const card = fileCard({ filename: name, size: part.size ?? meant?.size, url: meant?.url ?? part.file?.url });
  return part.spoiler ? spoiler([card], "div") : card;
}

/** A file that can be downloaded. */
export function fileCard({ filename, size, url }) {
  return h("div", { class: "file" }, icon("file"),
    h("div", { class: "file-text" },
      h("a", { class: "link", href: localUrl(url), download: filename, target: "_blank", rel: "noopener" }, filename),
      Number.isFinite(size) && h("span", { class: "file-size" }, bytes(size))));
}

/** A picture with its description; when it can't be loaded, a link that says what it shows. */
export function picture({ url, description, width, height, name }) {
  const shown = description || `Picture: ${name || "no description"}`;
  const image = h("img", { class: "picture", src: localUrl(url), alt: shown, width, height, loading: "lazy", decoding: "async" });
  const link = h("a", { class: "picture-link", href: localUrl(url), target: "_blank", rel: "noopener noreferrer" }, image);
  image.addEventListener("error", () => image.replaceWith(h("span", { class: "picture-missing" }, icon("file"), shown)));
  return link;
}

function media(item, message) {
  const meant = attachment(item.media?.url, message);
  const node = picture({
    url: meant?.url ?? item.media?.url, description: item.description ?? meant?.description,
    width: item.media?.width ?? meant?.width, height: item.media?.height ?? meant?.height,
    name: meant?.filename ?? item.media?.url?.split("/").at(-1)?.split("?")[0],
  });
  return item.spoiler ? spoiler([node], "div") : node;
}
