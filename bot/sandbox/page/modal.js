/** Forms that the bot opens, as dialogs. What was written stays when sending fails. */

import { append, fill, h, icon, uid } from "./dom.js";
import { field } from "./form-fields.js";
import { submitModal } from "./interactions.js";
import { markdown } from "./markdown-view.js";

const ROW = 1;
const TEXT = 10;
const LABEL = 18;

/** Show a modal: `modal` is {interaction, custom_id, title, components}. */
export function openModal(app, modal) {
  const before = document.activeElement;
  const title = uid("modal");
  const fields = [];
  const body = h("div", { class: "modal-body" }, (modal.components ?? []).map((part) => draw(part, fields, app)));
  const error = h("p", { class: "failed", role: "alert" });
  const submit = h("button", { type: "submit", class: "button button-primary" }, "Submit");
  const dialog = h("dialog", { class: "modal", "aria-labelledby": title });
  const form = h("form", {
    class: "modal-form", novalidate: true,
    on: { submit: (event) => { event.preventDefault(); send(app, modal, { dialog, fields, error, submit }); } },
  },
  h("header", { class: "modal-head" }, h("h2", { id: title }, modal.title),
    h("button", { type: "button", class: "icon-button", "aria-label": "Close", on: { click: () => dialog.close() } }, icon("close"))),
  body,
  h("footer", { class: "modal-foot" }, error, h("button", { type: "button", class: "button button-quiet", on: { click: () => dialog.close() } }, "Cancel"), submit));
  append(dialog, [form]);
  dialog.addEventListener("close", () => {
    dialog.remove();
    // What was selected goes with the dialog: else the box that gets the focus gets keys and no letters, until a click.
    getSelection()?.removeAllRanges();
    if (before?.isConnected && before !== document.body) before.focus();
    else app.composer.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  (fields.find((one) => one.field)?.field.focus ?? submit).focus();
  return dialog;
}

function draw(part, fields, app) {
  if (part.type === TEXT) {
    fields.push({ fixed: { type: TEXT, id: part.id } });
    return h("div", { class: "text" }, markdown(part.content, app));
  }
  if (part.type === LABEL) {
    const made = field(part.component, part, app);
    fields.push({ field: made, wrap: (component) => ({ type: LABEL, id: part.id, component: { id: part.component.id, ...component } }) });
    return made.node;
  }
  if (part.type === ROW) {
    return part.components.map((inner) => {
      const made = field(inner, { label: inner.label ?? inner.placeholder ?? "Text" }, app);
      fields.push({ field: made, wrap: (component) => ({ type: ROW, id: part.id, components: [{ id: inner.id, ...component }] }) });
      return made.node;
    });
  }
  return null;
}

async function send(app, modal, { dialog, fields, error, submit }) {
  const components = [];
  const files = [];
  let wrong = null;
  for (const one of fields) {
    if (one.fixed) {
      components.push(one.fixed);
      continue;
    }
    const answer = await one.field.read();
    one.field.fail(answer.problem ?? "");
    if (answer.problem) wrong ??= one.field;
    else components.push(one.wrap(answer.component));
    files.push(...(answer.files ?? []));
  }
  if (wrong) {
    error.textContent = "Some answers are missing or don't fit. They are marked above.";
    wrong.focus.focus();
    return;
  }
  error.textContent = "";
  submit.disabled = true;
  fill(submit, "Sending…");
  const failure = await submitModal(app, modal, components, files);
  submit.disabled = false;
  fill(submit, "Submit");
  if (failure) error.textContent = `${failure}. Your answers are still here: you can send them again.`;
  else dialog.close();
}
