/** The ARIA combobox pattern over a text field: a list of options in a popup, worked by arrows, Enter, Tab and Escape. */

import { fill, h, uid } from "./dom.js";

const GAP = 6;
const EDGE = 8;
const TALLEST = 360;
const FRAME = 14;
const PAGE = 6;

/**
 * @typedef {object} Option
 * @property {string} label what is read and matched
 * @property {*} value
 * @property {string} [description]
 * @property {Node} [icon]
 * @property {string} [group] options of one group follow one another under its heading
 * @property {boolean} [selected]
 * @property {boolean} [disabled]
 */

export class Combobox {
  #options = [];
  #active = -1;
  #request = 0;
  #timer = null;

  /**
   * @param {HTMLInputElement|HTMLTextAreaElement} input
   * @param {object} settings
   * @param {(query: string) => Option[] | Promise<Option[]>} settings.source
   * @param {(option: Option) => void} settings.onPick
   * @param {string} settings.label name of the list
   * @param {() => boolean} [settings.enabled] whether the list may open now
   * @param {() => string} [settings.query] what to look for; the field's text by default
   * @param {number} [settings.delay] milliseconds to wait after a key before asking the source
   * @param {boolean} [settings.multiple] picking keeps the list open
   * @param {boolean} [settings.keepTab] Tab picks without leaving the field
   * @param {string} [settings.empty] said when nothing matches
   * @param {"up"} [settings.side] where the list opens when there is room on both sides; below by default
   * @param {HTMLElement} [settings.anchor] what the list is as wide as; the field by default
   * @param {HTMLElement} [settings.over] what the list leaves uncovered when it opens upwards
   * @param {() => void} [settings.onClose]
   */
  constructor(input, settings) {
    this.input = input;
    this.settings = { delay: 0, empty: "Nothing matches", ...settings };
    this.list = h("ul", { class: "options", role: "listbox", id: uid("options"), "aria-label": settings.label, "aria-multiselectable": settings.multiple ? "true" : null });
    this.status = h("p", { class: "options-status", role: "status" });
    this.popup = h("div", { class: "popup", popover: "manual" }, this.status, this.list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.list.id], ["autocomplete", "off"]]) {
      input.setAttribute(name, value);
    }
    // The popup takes the mouse without taking the focus from the field.
    this.popup.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.#clicked(event));
    this.list.addEventListener("mousemove", (event) => this.#hovered(event));
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("input", () => this.refresh());
    input.addEventListener("blur", () => this.close());
    this.place = () => this.#place();
  }

  get isOpen() {
    return this.input.getAttribute("aria-expanded") === "true";
  }

  /** Ask the source again and show what it says; closes when the list is not wanted. */
  refresh() {
    if (this.settings.enabled && !this.settings.enabled()) {
      this.close();
      return;
    }
    clearTimeout(this.#timer);
    this.#request += 1;
    const request = this.#request;
    const ask = async () => {
      const query = this.settings.query ? this.settings.query() : this.input.value;
      const found = this.settings.source(query);
      if (!(found instanceof Promise)) {
        this.#show(found);
        return;
      }
      this.#open();
      this.#say(this.#options.length ? "" : "Loading…");
      try {
        const options = await found;
        if (request === this.#request && document.activeElement === this.input) this.#show(options);
      } catch (error) {
        if (request === this.#request) this.#show([], `The options could not be loaded: ${error.message}`);
      }
    };
    if (this.settings.delay) this.#timer = setTimeout(ask, this.settings.delay);
    else ask();
  }

  close() {
    clearTimeout(this.#timer);
    this.#request += 1;
    if (!this.isOpen) return;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.popup.hidePopover?.();
    this.popup.remove();
    this.#options = [];
    window.removeEventListener("resize", this.place);
    document.removeEventListener("scroll", this.place, true);
    this.settings.onClose?.();
  }

  #open() {
    if (this.isOpen) return;
    this.input.setAttribute("aria-expanded", "true");
    // Beside the field, so that a popup in an open dialog is not inert.
    this.input.parentElement.append(this.popup);
    this.popup.showPopover?.();
    window.addEventListener("resize", this.place);
    document.addEventListener("scroll", this.place, true);
    this.#place();
  }

  #show(options, problem = null) {
    const kept = this.settings.multiple ? this.#active : 0;
    this.#options = options;
    let group = null;
    fill(this.list, options.map((option, index) => {
      const heading = option.group && option.group !== group ? option.group : null;
      group = option.group;
      return this.#item(option, index, heading);
    }));
    this.list.hidden = options.length === 0;
    this.#open();
    this.#say(problem ?? (options.length ? "" : this.settings.empty));
    this.#activate(options.length ? Math.max(0, Math.min(kept, options.length - 1)) : -1);
    this.#place();
  }

  #item(option, index, heading) {
    const id = `${this.list.id}-${index}`;
    const described = option.description ? `${id}-about` : null;
    return h("li", {
      id, role: "option", class: ["option", heading && "option-first"], "aria-selected": String(Boolean(option.selected)),
      "aria-disabled": option.disabled ? "true" : null, "aria-label": option.description ? `${option.label}, ${option.description}` : option.label,
      data: { index, ...(heading ? { heading } : {}) },
    },
    option.icon,
    h("span", { class: "option-text" }, h("span", { class: "option-label" }, option.label),
      described && h("span", { class: "option-about", id: described }, option.description)),
    this.settings.multiple && h("span", { class: "option-check", "aria-hidden": "true" }));
  }

  #say(sentence) {
    this.status.textContent = sentence;
    this.status.hidden = !sentence;
  }

  #activate(index) {
    this.list.children[this.#active]?.classList.remove("option-active");
    this.#active = index;
    const node = this.list.children[index];
    if (!node) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    node.classList.add("option-active");
    node.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", node.id);
  }

  #pick(index) {
    const option = this.#options[index];
    if (!option || option.disabled) return;
    if (!this.settings.multiple) this.close();
    this.settings.onPick(option);
    if (this.settings.multiple) this.refresh();
  }

  #clicked(event) {
    const item = event.target.closest("[role=option]");
    if (item) this.#pick(Number(item.dataset.index));
  }

  #hovered(event) {
    const item = event.target.closest("[role=option]");
    if (item && Number(item.dataset.index) !== this.#active) this.#activate(Number(item.dataset.index));
  }

  #key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (!this.isOpen) {
      const opens = event.key === "ArrowDown" || (event.key === "ArrowUp" && event.altKey);
      if (opens && (!this.settings.enabled || this.settings.enabled())) {
        event.preventDefault();
        this.refresh();
      }
      return;
    }
    const last = this.#options.length - 1;
    const moves = {
      ArrowDown: () => (this.#active >= last ? 0 : this.#active + 1),
      ArrowUp: () => (this.#active <= 0 ? last : this.#active - 1),
      PageDown: () => Math.min(last, this.#active + PAGE),
      PageUp: () => Math.max(0, this.#active - PAGE),
    };
    if (moves[event.key]) {
      event.preventDefault();
      if (last >= 0) this.#activate(moves[event.key]());
    } else if (event.key === "Enter" || event.key === "Tab") {
      if (this.#active < 0 || event.shiftKey) return;
      if (event.key === "Tab" && this.settings.multiple) return;
      if (event.key === "Enter" || this.settings.keepTab) event.preventDefault();
      event.stopImmediatePropagation();
      this.#pick(this.#active);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.close();
    }
  }

  /** Below the field where there is room, above it otherwise. */
  #place() {
    const anchor = (this.settings.anchor ?? this.input).getBoundingClientRect();
    // Opening upwards, the field's own label stays in sight.
    const top = (this.settings.over ?? this.settings.anchor ?? this.input).getBoundingClientRect().top;
    const above = top - GAP - EDGE;
    const below = innerHeight - anchor.bottom - GAP - EDGE;
    const wanted = Math.min(this.list.scrollHeight + this.status.offsetHeight + FRAME, TALLEST);
    const up = this.settings.side === "up" ? above > Math.min(wanted, below) : below < wanted && above > below;
    const style = this.popup.style;
    style.maxHeight = `${Math.min(TALLEST, up ? above : below)}px`;
    style.width = `${anchor.width}px`;
    style.left = `${anchor.left}px`;
    style.top = up ? "auto" : `${anchor.bottom + GAP}px`;
    style.bottom = up ? `${innerHeight - top + GAP}px` : "auto";
  }
}
