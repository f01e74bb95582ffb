/** One option of a command as a labelled field with a picker, and its value as Discord wants it. */

import { channels, filter, mentionables, people, roles } from "./choices.js";
import { Combobox } from "./combobox.js";
import { h, uid } from "./dom.js";
import { packFile } from "./files.js";

const STRING = 3;
const INTEGER = 4;
const BOOLEAN = 5;
const NUMBER = 10;
const ATTACHMENT = 11;
const PICKERS = { 6: people, 7: (state, option) => channels(state, option.channel_types), 8: roles, 9: mentionables };
const ASK_FOR = { 6: "a person", 7: "a channel", 8: "a role", 9: "a person or a role" };
const TYPING_PAUSE = 120;

export class OptionField {
  #picked = null;

  /**
   * @param {object} option Discord's option object
   * @param {object} app
   * @param {object} hooks
   * @param {(field: OptionField, query: string) => Promise<{name: string, value: *}[]>} hooks.autocomplete
   * @param {() => void} hooks.onRemove an optional option is taken out again
   */
  constructor(option, app, { autocomplete, onRemove }) {
    this.option = option;
    this.app = app;
    const id = uid("option");
    this.hint = h("p", { class: "field-hint", id: `${id}-hint` }, option.description);
    this.error = h("p", { class: "field-error", id: `${id}-error` });
    this.input = this.#input(id);
    const remove = !option.required && h("button", { type: "button", class: "link-button", on: { click: onRemove } }, "Remove", h("span", { class: "sr-only" }, ` the option ${option.name}`));
    this.node = h("div", { class: "option-field", data: { option: option.name } },
      h("div", { class: "field-head" }, h("label", { for: id }, option.name), option.required && h("span", { class: "required", "aria-hidden": "true" }, "required")),
      h("div", { class: "field-control" }, this.input, remove), this.hint, this.error);
    this.input.addEventListener("input", () => { this.#picked = null; this.fail(""); });
    this.#attach(autocomplete);
  }

  get name() {
    return this.option.name;
  }

  #input(id) {
    const { option } = this;
    const numeric = (option.type === INTEGER || option.type === NUMBER) && !option.choices && !option.autocomplete;
    return h("input", {
      id, class: "field-input", type: option.type === ATTACHMENT ? "file" : "text", inputmode: numeric ? "decimal" : null,
      maxlength: option.type === STRING ? option.max_length ?? 6000 : null, "aria-required": option.required ? "true" : null,
      "aria-describedby": `${id}-hint ${id}-error`, spellcheck: "false", autocomplete: "off", enterkeyhint: "next",
    });
  }

  #attach(autocomplete) {
    const { option, app } = this;
    const settings = { label: "Choices", side: "up", over: this.node, onPick: (choice) => this.#pick(choice) };
    if (option.autocomplete) {
      this.combobox = new Combobox(this.input, {
        ...settings, delay: TYPING_PAUSE, empty: "No choices for this yet: keep typing",
        source: async (query) => (await autocomplete(this, query)).map((choice) => ({ label: choice.name, value: choice.value })),
      });
    } else {
      const offered = this.#fixed(app);
      if (!offered) return;
      this.combobox = new Combobox(this.input, { ...settings, source: (query) => filter(offered(), this.#picked ? "" : query) });
      this.input.addEventListener("click", () => this.combobox.refresh());
    }
    this.input.addEventListener("focus", () => this.input.value || this.combobox.refresh());
  }

  #fixed(app) {
    const { option } = this;
    if (option.choices?.length) return () => option.choices.map((choice) => ({ label: choice.name, value: choice.value }));
    if (option.type === BOOLEAN) return () => [{ label: "True", value: true }, { label: "False", value: false }];
    if (PICKERS[option.type]) return () => PICKERS[option.type](app.state, option);
    return null;
  }

  #pick(choice) {
    this.#picked = choice;
    this.input.value = choice.label;
    this.fail("");
    this.input.dispatchEvent(new CustomEvent("picked", { bubbles: true }));
  }

  /** Put in words or a value that was used before. */
  set(value) {
    if (value === undefined || value === null) return;
    if (typeof value === "object" && "label" in value) this.#picked = value;
    this.input.value = typeof value === "object" ? value.label : String(value);
    const same = this.#fixed(this.app)?.().find((choice) => choice.label.toLowerCase() === this.input.value.toLowerCase());
    if (same && !this.#picked) this.#picked = same;
  }

  /** What `set` takes to bring back the present state. */
  get kept() {
    return this.#picked ? { label: this.#picked.label, value: this.#picked.value } : this.input.value;
  }

  /** Show a sentence under the field, or take it away. */
  fail(sentence) {
    this.error.textContent = sentence;
    if (sentence) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
  }

  /** The raw value for an autocomplete question: whatever has been typed so far. */
  get partial() {
    const value = this.#picked ? this.#picked.value : this.input.value;
    return this.option.type === ATTACHMENT || value === "" ? null : { name: this.name, type: this.option.type, value };
  }

  /**
   * Check the field.
   * @returns {Promise<{problem: string} | {given: object | null, file?: object}>} `given` null when left empty
   */
  async read() {
    const { option } = this;
    if (option.type === ATTACHMENT) return this.#readFile();
    const typed = this.input.value.trim();
    if (!typed) return option.required ? { problem: `Say what ${option.name} is: this command needs it.` } : { given: null };
    const give = (value) => ({ given: { name: option.name, type: option.type, value } });
    if (this.#picked) return give(this.#picked.value);
    const offered = this.#fixed(this.app)?.();
    if (offered) {
      const same = offered.filter((choice) => choice.label.toLowerCase().replace(/^[@#]/, "") === typed.toLowerCase().replace(/^[@#]/, ""));
      if (same.length === 1) return give(same[0].value);
      return { problem: `Choose ${ASK_FOR[option.type] ?? "one of the choices"} from the list.` };
    }
    if (option.type === INTEGER || option.type === NUMBER) return this.#number(typed, give);
    if (option.min_length && typed.length < option.min_length) return { problem: `Write at least ${option.min_length} characters.` };
    return give(this.input.value);
  }

  #number(typed, give) {
    const { option } = this;
    const number = Number(typed);
    if (!Number.isFinite(number)) return { problem: "Write a number." };
    if (option.type === INTEGER && !Number.isInteger(number)) return { problem: "Write a whole number." };
    if (option.min_value !== undefined && number < option.min_value) return { problem: `Write ${option.min_value} or more.` };
    if (option.max_value !== undefined && number > option.max_value) return { problem: `Write ${option.max_value} or less.` };
    return give(number);
  }

  async #readFile() {
    const file = this.input.files[0];
    if (!file) return this.option.required ? { problem: "Choose a file." } : { given: null };
    const packed = await packFile(file);
    return { given: { name: this.name, type: this.option.type, value: packed.id }, file: packed };
  }
}
