/** The composer while a command is being filled in: a field for each option, required ones first. */

import { nest } from "./commands.js";
import { fill, h, icon, uid } from "./dom.js";
import { OptionField } from "./option-field.js";

export class CommandForm {
  #fields = [];

  /**
   * @param {object} app
   * @param {import("./commands.js").Leaf} leaf
   * @param {object} hooks
   * @param {string} hooks.channel where the command is used
   * @param {() => void} hooks.onCancel
   * @param {(use: {options: object[], files: object[], kept: object}) => void} hooks.onSend
   */
  constructor(app, leaf, hooks) {
    this.app = app;
    this.leaf = leaf;
    this.hooks = hooks;
    const title = uid("command");
    this.fields = h("div", { class: "command-fields" });
    this.more = h("div", { class: "command-more", role: "group", "aria-label": "Add an option" });
    this.send = h("button", { type: "submit", class: "button button-primary" }, icon("send"), "Send command");
    this.node = h("form", { class: "command-form", "aria-labelledby": title, novalidate: true, on: { submit: (event) => this.#submit(event), keydown: (event) => this.#key(event) } },
      h("div", { class: "command-head" },
        h("span", { class: "command-name", id: title }, `/${leaf.name}`), h("span", { class: "command-about" }, leaf.description),
        h("button", { type: "button", class: "icon-button", "aria-label": "Cancel this command", on: { click: () => hooks.onCancel() } }, icon("close"))),
      this.fields, h("div", { class: "command-foot" }, this.more, this.send));
    for (const option of leaf.options.filter((one) => one.required)) this.#add(option);
    this.#offer();
  }

  /** Fill in values by option name. */
  set(values) {
    for (const [name, value] of Object.entries(values)) {
      const option = this.leaf.options.find((one) => one.name === name);
      if (option) (this.#field(name) ?? this.#add(option)).set(value);
    }
    this.#offer();
  }

  focus() {
    const empty = this.#fields.find((field) => !field.input.value);
    (empty?.input ?? this.send).focus();
  }

  #field(name) {
    return this.#fields.find((field) => field.name === name);
  }

  #add(option) {
    const field = new OptionField(option, this.app, {
      autocomplete: (asked, query) => this.#complete(asked, query),
      onRemove: () => this.#remove(field),
    });
    this.#fields.push(field);
    this.fields.append(field.node);
    return field;
  }

  #remove(field) {
    this.#fields = this.#fields.filter((one) => one !== field);
    field.node.remove();
    this.#offer();
    [...this.more.children].find((node) => node.dataset.option === field.name)?.focus();
  }

  #offer() {
    const left = this.leaf.options.filter((option) => !this.#field(option.name));
    fill(this.more, left.map((option) => h("button", {
      type: "button", class: "add-option", title: option.description, data: { option: option.name },
      on: { click: () => { const field = this.#add(option); this.#offer(); field.input.focus(); } },
    }, icon("plus"), option.name)));
  }

  async #complete(asked, query) {
    const others = this.#fields.filter((field) => field !== asked).map((field) => field.partial).filter(Boolean);
    const focused = { name: asked.name, type: asked.option.type, value: query, focused: true };
    const order = this.leaf.options.map((option) => option.name);
    const given = [...others, focused].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
    const answer = await this.app.api.act("autocomplete", { channel: this.hooks.channel, command: this.leaf.command.id, options: nest(this.leaf, given) });
    if (answer?.error) throw new Error(answer.error);
    return answer?.choices ?? [];
  }

  #key(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.hooks.onCancel();
    } else if (event.key === "Enter" && event.target.matches("input")) {
      const next = this.#fields.find((field) => field.option.required && !field.input.value && field.input !== event.target);
      if (next && event.target.value) {
        event.preventDefault();
        next.input.focus();
      }
    }
  }

  async #submit(event) {
    event.preventDefault();
    const options = [];
    const files = [];
    let wrong = null;
    for (const field of this.#fields) {
      field.combobox?.close();
      const answer = await field.read();
      field.fail(answer.problem ?? "");
      if (answer.problem) wrong ??= field;
      else if (answer.given) options.push(answer.given);
      if (answer.file) files.push(answer.file);
    }
    if (wrong) {
      wrong.input.focus();
      wrong.node.scrollIntoView({ block: "nearest" });
      this.app.announcer.alert(`${wrong.name}: ${wrong.error.textContent}`);
      return;
    }
    const order = this.leaf.options.map((option) => option.name);
    options.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
    const kept = Object.fromEntries(this.#fields.filter((field) => field.input.type !== "file").map((field) => [field.name, field.kept]));
    this.hooks.onSend({ options: nest(this.leaf, options), files, kept });
  }
}
