/** A pop-up menu: arrows move, Enter picks, Escape closes and gives the focus back. */

import { append, h } from "./dom.js";

let open = null;

/**
 * Show a menu beside `anchor`, or at `point`.
 * @param {HTMLElement} anchor gets the focus back
 * @param {string} label
 * @param {{label: string, items: {label: string, run: () => void, icon?: Node}[]}[]} groups a group without items is left out
 * @param {{x: number, y: number}} [point]
 */
export function showMenu(anchor, label, groups, point) {
  closeMenu();
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label, popover: "manual" });
  for (const group of groups.filter((one) => one.items.length)) {
    const box = h("div", { role: "group", class: "menu-group", "aria-label": group.label });
    if (group.label) box.append(h("div", { class: "menu-heading", "aria-hidden": "true" }, group.label));
    append(box, group.items.map((item) => h("button", {
      type: "button", role: "menuitem", class: "menu-item", tabindex: "-1", on: { click: () => { closeMenu(); item.run(); } },
    }, h("span", {}, item.label), item.icon)));
    menu.append(box);
  }
  document.body.append(menu);
  menu.showPopover?.();
  place(menu, anchor, point);
  const outside = (event) => !menu.contains(event.target) && closeMenu(false);
  document.addEventListener("pointerdown", outside);
  menu.addEventListener("mousemove", (event) => event.target.closest("[role=menuitem]")?.focus());
  menu.addEventListener("keydown", (event) => key(event, menu));
  anchor.setAttribute("aria-expanded", "true");
  open = { menu, anchor, outside };
  menu.querySelector("[role=menuitem]")?.focus();
}

/** Close whatever menu is open. */
export function closeMenu(giveBack = true) {
  if (!open) return;
  const { menu, anchor, outside } = open;
  open = null;
  document.removeEventListener("pointerdown", outside);
  anchor.removeAttribute("aria-expanded");
  menu.remove();
  if (giveBack && anchor.isConnected) anchor.focus();
}

function key(event, menu) {
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    items[to].focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    closeMenu();
  } else if (event.key.length === 1) {
    const letter = event.key.toLowerCase();
    const ordered = [...items.slice(at + 1), ...items.slice(0, at + 1)];
    ordered.find((item) => item.textContent.trim().toLowerCase().startsWith(letter))?.focus();
  }
}

function place(menu, anchor, point) {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const x = point?.x ?? Math.max(8, box.right - width);
  const y = point?.y ?? box.bottom + 4;
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`;
}
