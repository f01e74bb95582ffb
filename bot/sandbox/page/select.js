/** A select menu as in messages and forms: one field that filters, chips for what is chosen. */

import { Combobox } from "./combobox.js";
import { filter, selectOptions } from "./choices.js";
import { append, fill, h, icon, uid } from "./dom.js";

const PLACEHOLDERS = { 3: "Make a selection", 5: "Select people", 6: "Select roles", 7: "Select people or roles", 8: "Select channels" };

export class Select {
  /**
   * @param {object} component Discord's select component, type 3, 5, 6, 7 or 8
   * @param {object} app
   * @param {object} settings
   * @param {string} [settings.label] accessible name; the placeholder where there is none
   * @param {string} [settings.id] id of the field, for a label's `for`
   * @param {(values: string[]) => void} [settings.onChange] one choice: at once; several: when the list closes
   */
  constructor(component, app, { label, id, onChange } = {}) {
    this.component = component;
    this.onChange = onChange;
    this.options = selectOptions(component, app.state);
    this.most = component.max_values ?? 1;
    this.least = component.min_values ?? 1;
    this.multiple = this.most > 1;
    this.placeholder = component.placeholder || PLACEHOLDERS[component.type];
    this.chosen = this.#defaults();
    this.sent = this.chosen.join();
    const name = label ?? this.placeholder;
    this.chips = h("span", { class: "chips" });
    this.error = h("p", { class: "field-error", id: uid("select-error"), role: "alert" });
    this.input = h("input", {
      class: "select-input", type: "text", id: id ?? uid("select"), placeholder: this.placeholder, "aria-label": label ? null : name,
      inputmode: component.type === 3 ? "none" : null, disabled: Boolean(component.disabled), spellcheck: "false",
      data: { customId: component.custom_id },
    });
    this.box = h("div", { class: ["select", component.disabled && "select-disabled"] }, this.chips, this.input, h("span", { class: "select-arrow", "aria-hidden": "true" }, icon("chevron")));
    this.node = h("div", { class: "select-field" }, this.box, this.error);
    this.typing = false;
    this.combobox = new Combobox(this.input, {
      label: "Choices", multiple: this.multiple, anchor: this.box, empty: "Nothing matches what you typed",
      query: () => (this.typing ? this.input.value : ""),
      source: (query) => this.#offered(query),
      onPick: (option) => this.#pick(option),
      onClose: () => this.#closed(),
    });
    this.input.addEventListener("input", () => { this.typing = true; this.combobox.refresh(); });
    this.box.addEventListener("click", (event) => this.#clicked(event));
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.#draw();
  }

  /** The values chosen now, in the order of choosing. */
  get values() {
    return [...this.chosen];
  }

  set values(values) {
    this.chosen = [...values];
    this.#draw();
  }

  #defaults() {
    const { component } = this;
    if (component.type === 3) return (component.options ?? []).filter((option) => option.default).map((option) => option.value);
    return (component.default_values ?? []).map((one) => one.id);
  }

  #offered(query) {
    const full = this.multiple && this.chosen.length >= this.most;
    return filter(this.options, query).map((option) => {
      const selected = this.chosen.includes(option.value);
      return { ...option, selected, disabled: full && !selected, icon: option.icon?.cloneNode(true) };
    });
  }

  #pick(option) {
    const had = this.chosen.includes(option.value);
    this.typing = false;
    if (this.multiple) this.chosen = had ? this.chosen.filter((value) => value !== option.value) : [...this.chosen, option.value];
    else this.chosen = had && this.least === 0 ? [] : [option.value];
    this.error.textContent = "";
    this.#draw();
    this.node.dispatchEvent(new Event("change", { bubbles: true }));
    if (!this.multiple) this.#tell(true);
  }

  #closed() {
    this.typing = false;
    this.#draw();
    if (!this.multiple || this.sent === this.chosen.join()) return;
    if (this.chosen.length < this.least) this.error.textContent = `Choose at least ${this.least}.`;
    else this.#tell(false);
  }

  #tell(always) {
    if (!always && this.sent === this.chosen.join()) return;
    this.sent = this.chosen.join();
    this.onChange?.(this.values);
  }

  #clicked(event) {
    if (this.component.disabled || event.composedPath().includes(this.combobox.popup) || event.target.closest(".chip")) return;
    this.input.focus();
    if (this.combobox.isOpen) this.combobox.close();
    else this.combobox.refresh();
  }

  #key(event) {
    if (event.key === "Enter") {
      event.preventDefault();
      this.combobox.refresh();
    } else if (event.key === "Backspace" && this.multiple && !this.input.value && this.chosen.length) {
      this.chosen.pop();
      this.#draw();
      this.combobox.refresh();
    }
  }

  #draw() {
    const picked = this.chosen.map((value) => this.options.find((option) => option.value === value) ?? { value, label: value });
    fill(this.chips);
    if (this.multiple) {
      append(this.chips, picked.map((option) => h("button", {
        type: "button", class: "chip", disabled: Boolean(this.component.disabled),
        on: { click: () => this.#remove(option.value) },
      }, h("span", { class: "sr-only" }, "Remove "), option.label, icon("close"))));
      this.input.value = "";
      this.input.placeholder = picked.length ? "" : this.placeholder;
    } else {
      this.input.value = picked[0]?.label ?? "";
    }
    this.input.setAttribute("aria-description", this.multiple && picked.length ? `Chosen: ${picked.map((one) => one.label).join(", ")}` : "");
  }

  #remove(value) {
    this.chosen = this.chosen.filter((one) => one !== value);
    this.#draw();
    this.input.focus();
    if (this.chosen.length < this.least) this.error.textContent = `Choose at least ${this.least}.`;
    else this.#tell(false);
  }
}
