/** The fields of a modal form: how each is drawn, checked and sent. */

import { append, h, uid } from "./dom.js";
import { packFile } from "./files.js";
import { count } from "./format.js";
import { Select } from "./select.js";

const PARAGRAPH = 2;

/**
 * @typedef {object} Field
 * @property {Node} node
 * @property {HTMLElement} focus what gets the focus
 * @property {() => Promise<{problem?: string, component?: object, files?: object[]}>} read
 */

/** A text input, one line or several. @returns {Field} */
function textInput(part, ids, required) {
  const long = part.style === PARAGRAPH;
  const input = h(long ? "textarea" : "input", {
    id: ids.field, class: "field-input", type: long ? null : "text", rows: long ? "5" : null, placeholder: part.placeholder ?? null,
    maxlength: part.max_length ?? 4000, "aria-required": required ? "true" : null, "aria-describedby": ids.described, value: part.value ?? "",
  });
  const most = part.max_length ?? 4000;
  const counter = h("p", { class: "field-count", "aria-hidden": "true" });
  const tell = () => { counter.textContent = input.value.length > most * 0.8 ? `${input.value.length} of ${most}` : ""; };
  input.addEventListener("input", tell);
  tell();
  return {
    node: h("div", {}, input, counter), focus: input,
    read: async () => {
      const value = input.value;
      if (required && !value.trim()) return { problem: "Write something here: the form needs it." };
      if (value && part.min_length && value.length < part.min_length) return { problem: `Write at least ${count(part.min_length, "character")}.` };
      return { component: { type: 4, custom_id: part.custom_id, value } };
    },
  };
}

function select(part, ids, required, app) {
  const menu = new Select({ ...part, min_values: required ? Math.max(1, part.min_values ?? 1) : 0 }, app, { label: ids.label, id: ids.field });
  menu.input.setAttribute("aria-describedby", ids.described);
  if (required) menu.input.setAttribute("aria-required", "true");
  return {
    node: menu.node, focus: menu.input,
    read: async () => {
      const { values } = menu;
      const least = part.min_values ?? 1;
      if (required && values.length < Math.max(1, least)) return { problem: least > 1 ? `Choose at least ${least}.` : "Choose one." };
      if (values.length && values.length < least) return { problem: `Choose at least ${least}.` };
      return { component: { type: part.type, custom_id: part.custom_id, values } };
    },
  };
}

/** Checkboxes or radio buttons under one legend. */
function group(part, ids, required, type) {
  const name = uid("group");
  const inputs = part.options.map((option) => h("input", { type, name, id: uid("choice"), value: option.value, checked: Boolean(option.default) }));
  const box = h("div", { class: "choices" }, part.options.map((option, index) => h("label", { class: "choice" }, inputs[index],
    h("span", {}, h("span", { class: "choice-label" }, option.label), option.description && h("span", { class: "choice-about" }, option.description)))));
  const chosen = () => inputs.filter((input) => input.checked).map((input) => input.value);
  const least = part.min_values ?? 1;
  const most = part.max_values ?? part.options.length;
  return {
    node: box, focus: inputs[0],
    read: async () => {
      const values = chosen();
      if (type === "radio") {
        if (required && !values.length) return { problem: "Choose one." };
        return { component: { type: 21, custom_id: part.custom_id, value: values[0] ?? null } };
      }
      if (required && values.length < Math.max(1, least)) return { problem: `Tick at least ${Math.max(1, least)}.` };
      if (values.length > most) return { problem: `Tick no more than ${most}.` };
      return { component: { type: 22, custom_id: part.custom_id, values } };
    },
  };
}

function checkbox(part, ids) {
  const input = h("input", { type: "checkbox", id: ids.field, checked: Boolean(part.default), "aria-describedby": ids.described });
  return { node: input, focus: input, read: async () => ({ component: { type: 23, custom_id: part.custom_id, value: input.checked } }) };
}

function upload(part, ids, required) {
  const most = part.max_values ?? 1;
  const input = h("input", { type: "file", id: ids.field, class: "field-input", multiple: most > 1, "aria-describedby": ids.described, "aria-required": required ? "true" : null });
  return {
    node: input, focus: input,
    read: async () => {
      const chosen = [...input.files];
      const least = required ? Math.max(1, part.min_values ?? 1) : 0;
      if (chosen.length < least) return { problem: least > 1 ? `Choose at least ${least} files.` : "Choose a file." };
      if (chosen.length > most) return { problem: `Choose no more than ${count(most, "file")}.` };
      const files = await Promise.all(chosen.map(packFile));
      return { component: { type: 19, custom_id: part.custom_id, values: files.map((file) => file.id) }, files };
    },
  };
}

/**
 * A labelled field for a component of a form.
 * @param {object} part the input component
 * @param {{label: string, description?: string}} words
 * @param {object} app
 * @returns {Field & {fail: (sentence: string) => void}}
 */
export function field(part, words, app) {
  const id = uid("form");
  const ids = { field: id, label: words.label, described: `${id}-about ${id}-error` };
  // Discord: inputs in a form are required unless they say otherwise; a single checkbox never is.
  const required = part.required ?? part.type !== 23;
  const isGroup = part.type === 21 || part.type === 22;
  const inner = {
    4: () => textInput(part, ids, required), 19: () => upload(part, ids, required), 21: () => group(part, ids, required, "radio"),
    22: () => group(part, ids, required, "checkbox"), 23: () => checkbox(part, ids),
  }[part.type]?.() ?? select(part, ids, required, app);
  const star = required && h("span", { class: "required", "aria-hidden": "true" }, "required");
  const error = h("p", { class: "field-error", id: `${id}-error` });
  const about = h("p", { class: "field-hint", id: `${id}-about` }, words.description);
  const box = h(isGroup ? "fieldset" : "div", { class: ["form-field", part.type === 23 && "form-field-check"], "aria-describedby": isGroup ? ids.described : null });
  append(box, isGroup
    ? [h("legend", {}, words.label, " ", star), about, inner.node, error]
    : [h("div", { class: "field-head" }, h("label", { for: id }, words.label), star), about, inner.node, error]);
  const fail = (sentence) => {
    error.textContent = sentence;
    if (sentence) inner.focus.setAttribute("aria-invalid", "true");
    else inner.focus.removeAttribute("aria-invalid");
  };
  for (const event of ["input", "change"]) box.addEventListener(event, () => fail(""));
  return { ...inner, node: box, fail };
}
