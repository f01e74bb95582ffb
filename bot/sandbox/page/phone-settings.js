/** The notification settings of the open server and channel, as Discord's app has them. */

import { fill, h, uid } from "./dom.js";

const ALL = 0;
const MENTIONS = 1;
const NOTHING = 2;
const INHERIT = 3;
const NAMES = new Map([[ALL, "All messages"], [MENTIONS, "Only @mentions"], [NOTHING, "Nothing"]]);

export class PhoneSettings {
  constructor(app) {
    this.app = app;
    this.node = h("div", { class: "phone-screen phone-settings" });
  }

  draw() {
    const { state } = this.app;
    const guild = state.guildOf(state.current);
    const channel = state.channel(state.current);
    const shown = JSON.stringify([state.me?.id, guild?.id, guild?.name, channel?.id, channel?.name, state.phone.servers, state.phone.channels]);
    if (shown === this.shown) return;
    this.shown = shown;
    const held = document.activeElement?.dataset?.key;
    fill(this.node, guild && state.phone.servers[guild.id] && this.#server(guild, state.phone.servers[guild.id]), channel && this.#channel(channel));
    if (held) this.node.querySelector(`[data-key="${held}"]`)?.focus();
  }

  #server(guild, settings) {
    const change = (given) => this.app.phoneAct("server settings", { guild: guild.id, ...given });
    const inherited = settings.level === INHERIT;
    const level = inherited ? settings.default : settings.level;
    const flip = (name, label, about) => this.#switch(`${guild.id}-${name}`, settings[name], label, (on) => change({ [name]: on }), about);
    return [
      h("h3", {}, guild.name),
      this.#levels("Notify me of", [ALL, MENTIONS, NOTHING].map((each) => [each, each === settings.default ? `${NAMES.get(each)} (this server’s default)` : NAMES.get(each)]),
        level, (chosen) => change({ level: chosen === settings.default ? INHERIT : chosen }), guild.id),
      flip("muted", "Mute this server", "A muted server does not ring. Mentions still count on the red badge."),
      flip("suppress_everyone", "Suppress @everyone and @here"),
      flip("suppress_roles", "Suppress all role @mentions"),
      flip("mobile_push", "Push notifications on the phone"),
      this.#default(guild, settings),
    ];
  }

  #default(guild, settings) {
    const about = "Whoever chooses nothing has the server’s default. Discord makes new servers with “All messages”; this one has “Only @mentions”, the harder case: whoever is not mentioned hears nothing.";
    const note = settings.default === MENTIONS ? about : "Whoever chooses nothing has the server’s default.";
    return [
      settings.manages && this.#levels("Default for everybody", [[ALL, NAMES.get(ALL)], [MENTIONS, NAMES.get(MENTIONS)]], settings.default,
        (level) => this.app.phoneAct("server default", { guild: guild.id, level }), `default-${guild.id}`),
      h("p", { class: "phone-about" }, note),
    ];
  }

  #channel(channel) {
    const settings = this.app.state.phone.channels[channel.id] ?? { level: INHERIT, muted: false };
    const change = (given) => this.app.phoneAct("channel settings", { channel: channel.id, ...given });
    const mute = (label, about) => this.#switch(`${channel.id}-muted`, settings.muted, label, (muted) => change({ muted }), about);
    if (channel.type === 1) return [h("h3", {}, channel.name), mute("Mute this conversation", "Direct messages always ring, unless they are muted.")];
    return [
      h("h3", {}, `#${channel.name}`),
      this.#levels("Notify me of", [[INHERIT, "What the server’s setting says"], ...NAMES], settings.level, (level) => change({ level }), channel.id),
      mute("Mute this channel"),
    ];
  }

  #levels(legend, offered, chosen, change, key) {
    const name = uid("level");
    return h("fieldset", { class: "phone-levels" }, h("legend", {}, legend), offered.map(([level, label]) => h("label", { class: "choice" },
      h("input", { type: "radio", name, value: level, checked: level === chosen, data: { key: `level-${key}-${level}` }, on: { change: () => change(level) } }),
      h("span", { class: "choice-label" }, label))));
  }

  #switch(key, on, label, change, about = "") {
    const id = uid("switch");
    const input = h("input", { type: "checkbox", id, role: "switch", checked: on, "aria-describedby": about ? `${id}-about` : null, data: { key: `switch-${key}` } });
    input.addEventListener("change", () => change(input.checked));
    return h("div", {}, h("label", { class: "switch", for: id }, input, h("span", { class: "switch-track", "aria-hidden": "true" }), label),
      about && h("p", { class: "phone-about", id: `${id}-about` }, about));
  }
}
