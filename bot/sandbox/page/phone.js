/** The phone of the person you are: its locked screen, and behind a button its notification settings. */

import { fill, h, icon } from "./dom.js";
import { count } from "./format.js";
import { PhoneSettings } from "./phone-settings.js";

const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const HOUR = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const SHORT_DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const ONE_DAY = 86_400_000;

export class Phone {
  #rung = new Set();

  constructor(app, { body, title, opener }) {
    this.app = app;
    this.title = title;
    this.opener = opener;
    this.hour = h("p", { class: "phone-hour" });
    this.day = h("p", { class: "phone-day" });
    this.list = h("ol", { class: "notifications", role: "list", "aria-label": "Lock screen, newest first", id: "lock-screen" });
    this.nothing = h("p", { class: "phone-nothing" }, "Nothing here. This phone rings for direct messages and for what its settings let through.");
    this.clear = h("button", { type: "button", class: "phone-clear", on: { click: () => this.#clear() } }, "Clear all");
    this.locked = h("div", { class: "phone-screen" }, h("div", { class: "phone-now" }, this.hour, this.day), this.nothing, this.list, this.clear,
      h("p", { class: "phone-note" }, "Your phone, locked. What arrives stays here until you open its channel."));
    this.settings = new PhoneSettings(app);
    this.views = [["Lock screen", false], ["Notification settings", true]].map(([label, settings]) => h("button", {
      type: "button", class: "phone-view", on: { click: () => this.#show(settings) },
    }, label));
    fill(body, h("div", { class: "phone-views", role: "group", "aria-label": "What the phone shows" }, this.views),
      h("div", { class: "phone" }, this.locked, this.settings.node));
    this.#show(false);
    for (const name of ["phone", "reset", "roster", "channel"]) app.state.on(name, () => this.draw());
    app.state.on("clock", () => this.#time());
    setInterval(() => this.#time(), 1000);
  }

  draw() {
    const { state } = this.app;
    if (!state.me) return;
    const name = state.user(state.me.id)?.name ?? state.me.username;
    const shown = state.phone.lock_screen;
    this.title.textContent = `${name}’s phone`;
    fill(this.opener, icon("phone"), shown.length > 0 && h("span", { class: "badge", "aria-hidden": "true" }, shown.length),
      h("span", { class: "sr-only" }, shown.length ? `Show the phone, ${count(shown.length, "notification")}` : "Show the phone"));
    const held = document.activeElement?.dataset?.key;
    fill(this.list, shown.map((one) => this.#notification(one)));
    if (held?.startsWith("notification-")) (this.list.querySelector(`[data-key="${held}"]`) ?? this.list.querySelector("button") ?? this.views[0]).focus();
    this.nothing.hidden = shown.length > 0;
    this.clear.hidden = shown.length === 0;
    this.settings.draw();
    this.#time();
  }

  /** Say what has come since the phone was last looked at; what a person's phone shows at first is not news. */
  ring({ fresh }) {
    const { state } = this.app;
    const shown = state.phone.lock_screen;
    // What comes into the open channel is said as its message.
    const isSaid = (one) => one.channel_id === state.current && document.visibilityState === "visible";
    if (!fresh) {
      for (const one of shown.filter((each) => !this.#rung.has(each.message_id) && !isSaid(each)).reverse()) {
        this.app.announcer.say(`Your phone rings. ${one.title}: ${one.body || "no words"}`);
      }
    }
    this.#rung = new Set(shown.map((one) => one.message_id));
  }

  #notification(one) {
    const at = Date.parse(one.at);
    const now = this.app.state.now();
    return h("li", {}, h("button", {
      type: "button", class: "notification", data: { key: `notification-${one.message_id}` }, on: { click: () => this.#open(one) },
    }, h("span", { class: "notification-head" }, icon("bell"), h("span", {}, "Discord"), h("time", { datetime: one.at }, now - at < ONE_DAY ? HOUR.format(at) : `${SHORT_DAY.format(at)}, ${HOUR.format(at)}`)),
    h("span", { class: "notification-title" }, one.title),
    one.body ? h("span", { class: "notification-body" }, one.body) : h("span", { class: "notification-body notification-empty" }, "No words: Discord pushes only a message’s plain text.")));
  }

  #open(one) {
    if (this.app.state.channel(one.channel_id)) this.app.openChannel(one.channel_id);
    else this.app.banner("You can’t see that channel any more.");
  }

  async #clear() {
    await this.app.phoneAct("clear");
    this.views[0].focus();
    this.app.announcer.say("Lock screen cleared");
  }

  #show(settings) {
    this.locked.hidden = settings;
    this.settings.node.hidden = !settings;
    for (const [index, view] of this.views.entries()) view.setAttribute("aria-pressed", String(Boolean(index) === settings));
  }

  #time() {
    const now = this.app.state.now();
    if (this.hour.textContent !== HOUR.format(now)) this.hour.textContent = HOUR.format(now);
    if (this.day.textContent !== DAY.format(now)) this.day.textContent = DAY.format(now);
  }
}
