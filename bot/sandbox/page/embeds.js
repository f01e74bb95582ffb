/** Embeds and attachments of a message. */

import { fileCard, picture } from "./components.js";
import { h, safeHref } from "./dom.js";
import { stamp } from "./format.js";
import { markdown, spoiler } from "./markdown-view.js";

/** An embed card with its coloured edge. */
export function embed(card, app) {
  const colour = card.color === null || card.color === undefined ? null : `#${card.color.toString(16).padStart(6, "0")}`;
  const title = card.title && h("h3", { class: "embed-title" }, card.url
    ? h("a", { class: "link", href: safeHref(card.url), target: "_blank", rel: "noopener noreferrer" }, markdown(card.title, app))
    : markdown(card.title, app));
  return h("div", { class: "embed", vars: colour ? { "--accent": colour } : {} },
    h("div", { class: "embed-body" },
      card.author?.name && h("p", { class: "embed-author" }, card.author.name),
      title,
      card.description && h("div", { class: "text" }, markdown(card.description, app)),
      card.fields?.length > 0 && h("dl", { class: "embed-fields" }, card.fields.map((field) => h("div", { class: ["embed-field", field.inline && "embed-field-inline"] },
        h("dt", {}, markdown(field.name, app)), h("dd", { class: "text" }, markdown(field.value, app))))),
      card.image?.url && picture({ ...card.image, name: "embed image" }),
      footer(card, app)),
    card.thumbnail?.url && h("div", { class: "thumbnail" }, picture({ ...card.thumbnail, name: "thumbnail" })));
}

function footer(card, app) {
  const parts = [card.footer?.text, card.timestamp && stamp(Date.parse(card.timestamp), app.state.now())].filter(Boolean);
  return parts.length ? h("p", { class: "embed-footer" }, parts.join(" • ")) : null;
}

/** Pictures are shown, other files are offered. */
export function attachment(file) {
  const isPicture = (file.content_type ?? "").startsWith("image/");
  const node = isPicture
    ? picture({ url: file.url, description: file.description, width: file.width, height: file.height, name: file.filename })
    : fileCard(file);
  return file.filename.startsWith("SPOILER_") ? spoiler([node], "div") : node;
}
