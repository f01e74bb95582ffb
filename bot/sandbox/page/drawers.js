/** The side drawers of a narrow window: channels at the left, the phone and the sandbox controls at the right. */

import { fill, icon } from "./dom.js";

const NARROW = "(max-width: 760px)";
const MEDIUM = "(max-width: 1180px)";

export class Drawers {
  #open = null;

  constructor({ sidebar, panel, phone, main, scrim, openSidebar, openPanel, openPhone, closePanel, closePhone }) {
    this.sides = {
      sidebar: { node: sidebar, button: openSidebar, narrow: matchMedia(NARROW) },
      phone: { node: phone, button: openPhone, narrow: matchMedia(MEDIUM) },
      panel: { node: panel, button: openPanel, narrow: matchMedia(MEDIUM) },
    };
    this.main = main;
    this.scrim = scrim;
    fill(openSidebar, icon("menu"));
    openSidebar.setAttribute("aria-label", "Show channels");
    fill(closePanel, icon("close"));
    closePanel.setAttribute("aria-label", "Close the sandbox controls");
    openSidebar.addEventListener("click", () => this.open("sidebar"));
    openPanel.addEventListener("click", () => this.#toggle("panel"));
    closePanel.addEventListener("click", () => this.close());
    fill(closePhone, icon("close"));
    closePhone.setAttribute("aria-label", "Close the phone");
    openPhone.addEventListener("click", () => this.#toggle("phone"));
    closePhone.addEventListener("click", () => this.close());
    scrim.addEventListener("click", () => this.close());
    document.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && this.#open && this.close());
    for (const side of Object.values(this.sides)) side.narrow.addEventListener("change", () => this.close(false));
    this.#draw();
  }

  /** Bring a side into view; beside the messages where there is room, over them otherwise. */
  open(name) {
    const side = this.sides[name];
    if (side.narrow.matches) this.#open = name;
    else side.node.classList.remove("put-away");
    this.#draw();
    if (this.#open) side.node.querySelector("button, select")?.focus();
  }

  close(giveBack = true) {
    const was = this.#open;
    this.#open = null;
    this.#draw();
    if (was && giveBack) this.sides[was].button.focus();
  }

  #toggle(name) {
    const side = this.sides[name];
    if (side.narrow.matches) this.open(name);
    else {
      side.node.classList.toggle("put-away");
      this.#draw();
    }
  }

  #draw() {
    for (const [name, side] of Object.entries(this.sides)) {
      const narrow = side.narrow.matches;
      const shown = narrow ? this.#open === name : !side.node.classList.contains("put-away");
      side.node.classList.toggle("drawer", narrow);
      side.node.classList.toggle("drawer-open", narrow && shown);
      side.node.inert = !shown || (this.#open !== null && this.#open !== name);
      side.button.setAttribute("aria-expanded", String(shown));
    }
    this.main.inert = this.#open !== null;
    this.scrim.hidden = this.#open === null;
  }
}
