/** The clock panel: the sandbox's time, putting it forward, and what the bot sent meanwhile; and the bot's own switch. */

import { fill, h, icon } from "./dom.js";
import { ago, count, time } from "./format.js";
import { plain, refreshTimes } from "./markdown-view.js";

const MINUTE = 60;
const STEPS = [["+10 minutes", 10 * MINUTE], ["+1 hour", 60 * MINUTE], ["+1 day", 24 * 60 * MINUTE]];
const TICK = 1000;
const KEPT = 60;

export class Clock {
  #fired = [];
  #busy = false;

  constructor(app, { clock, bot, topbar }) {
    this.app = app;
    this.topbar = topbar;
    this.face = h("time", { class: "clock-face" });
    this.zone = h("p", { class: "card-about" });
    this.buttons = [
      ...STEPS.map(([label, by]) => this.#button(label, { by })),
      this.#button("To the next delivery", { next: true }),
    ];
    this.when = h("input", { type: "datetime-local", id: "clock-to", class: "field-input" });
    this.form = h("form", { class: "clock-to", on: { submit: (event) => { event.preventDefault(); this.#to(); } } },
      h("label", { for: "clock-to" }, "Or to a date"), h("div", { class: "clock-to-row" }, this.when, h("button", { type: "submit", class: "button button-secondary" }, "Go")));
    this.note = h("p", { class: "card-about", role: "status" });
    this.list = h("ol", { class: "fired", role: "list", "aria-label": "What the bot sent while the clock moved, newest first" });
    fill(clock, h("h3", { id: "clock-title" }, "Clock"), this.face, this.zone,
      h("div", { class: "clock-buttons", role: "group", "aria-label": "Move the clock forward" }, this.buttons), this.form, this.note, this.list);
    this.light = h("span", { class: "bot-light", "aria-hidden": "true" });
    this.words = h("span", { role: "status" });
    this.restart = h("button", { type: "button", class: "button button-secondary button-wide", on: { click: () => this.#restart() } }, "Restart the bot");
    this.botNote = h("p", { class: "card-about", role: "status" });
    fill(bot, h("h3", { id: "bot-title" }, "The bot"), h("p", { class: "bot-line" }, this.light, this.words), this.restart, this.botNote);
    for (const name of ["clock", "reset"]) app.state.on(name, () => this.tick());
    for (const name of ["bot", "reset", "roster"]) app.state.on(name, () => this.#bot());
    setInterval(() => this.tick(), TICK);
  }

  /** Bring every time on the page up to the sandbox's present. */
  tick() {
    const now = this.app.state.now();
    const words = time(now, "F");
    if (this.face.textContent !== words) {
      this.face.textContent = words;
      this.face.dateTime = new Date(now).toISOString();
      fill(this.topbar, icon("clock"), h("span", { class: "topbar-time" }, new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(now)),
        h("span", { class: "sr-only" }, ". Show the sandbox controls"));
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      this.zone.textContent = `Shown in your zone, ${zone}`;
    }
    refreshTimes(now);
  }

  #button(label, move) {
    return h("button", { type: "button", class: "button button-secondary", on: { click: () => this.#move(move) } }, label);
  }

  #to() {
    const at = Date.parse(this.when.value);
    if (Number.isNaN(at)) this.note.textContent = "Choose a date and a time.";
    else if (at <= this.app.state.now()) this.note.textContent = "The clock only goes forward: choose a later time.";
    else this.#move({ to: new Date(at).toISOString() });
  }

  async #move(move) {
    if (this.#busy) return;
    this.#busy = true;
    for (const button of this.buttons) button.setAttribute("aria-disabled", "true");
    this.note.textContent = "The clock is moving…";
    try {
      const { now, fired } = await this.app.api.clock(move);
      this.app.state.setNow(now);
      this.#fired.unshift(...[...fired].reverse());
      this.#fired.length = Math.min(this.#fired.length, KEPT);
      this.note.textContent = fired.length ? `The bot sent ${count(fired.length, "message")}. It is now ${time(this.app.state.now(), "f")}.` : `The bot sent nothing. It is now ${time(this.app.state.now(), "f")}.`;
      this.#draw(fired.length);
    } catch (error) {
      this.note.textContent = error.message;
    } finally {
      this.#busy = false;
      for (const button of this.buttons) button.removeAttribute("aria-disabled");
    }
  }

  #draw(fresh) {
    const { state } = this.app;
    fill(this.list, this.#fired.map((one, index) => {
      const channel = state.anyChannel(one.channel);
      const where = one.to ? `DM to ${one.to}` : `#${channel?.name ?? "a channel you can't see"}`;
      const at = Date.parse(one.at);
      const place = state.channel(one.channel)
        ? h("button", { type: "button", class: "link-button", on: { click: () => this.app.openChannel(one.channel) } }, where)
        : h("span", { class: "fired-where" }, where);
      return h("li", { class: index < fresh ? "fired-fresh" : null },
        h("p", { class: "fired-head" }, h("time", { datetime: one.at, title: ago(at, state.now()) }, time(at, "s")), " ", place), h("p", { class: "fired-text" }, plain(one.text, this.app)));
    }));
  }

  #bot() {
    const { bot } = this.app.state;
    this.light.classList.toggle("bot-online", bot.online);
    const words = bot.online ? `${bot.username} is online` : `${bot.username || "The bot"} is offline`;
    if (this.words.textContent !== words) this.words.textContent = words;
  }

  async #restart() {
    this.restart.disabled = true;
    this.botNote.textContent = "Restarting…";
    try {
      await this.app.api.restart();
      this.botNote.textContent = "The bot was restarted. Old buttons still work: try one.";
    } catch (error) {
      this.botNote.textContent = error.status === 409 ? "This sandbox did not start the bot, so it can't restart it." : error.message;
    } finally {
      this.restart.disabled = false;
      this.restart.focus();
    }
  }
}
