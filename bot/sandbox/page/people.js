/** Who you are, a new person joining, closing your DMs, and who is in the server. */

import { roleDot } from "./choices.js";
import { avatar, displayName, fill, h, icon, uid } from "./dom.js";
import { command as sendCommand } from "./interactions.js";

const USER_COMMAND = 2;

export class People {
  constructor(app, { people, members }) {
    this.app = app;
    this.select = h("select", { id: "person", class: "native-select", on: { change: () => app.become(this.select.value) } });
    this.about = h("p", { class: "card-about", id: "person-about" });
    this.select.setAttribute("aria-describedby", "person-about");
    this.closed = h("input", { type: "checkbox", id: "dms-closed", role: "switch", on: { change: () => this.#dms() } });
    this.places = h("div", { class: "card-buttons" });
    this.switch = h("label", { class: "switch", for: "dms-closed" }, this.closed, h("span", { class: "switch-track", "aria-hidden": "true" }), "Close my direct messages");
    fill(people, h("h3", { id: "people-title" }, "You are"), h("label", { class: "sr-only", for: "person" }, "You are"), this.select, this.about, this.switch, this.places,
      h("button", { type: "button", class: "button button-secondary button-wide", "aria-haspopup": "dialog", on: { click: () => this.#newcomer() } }, icon("plus"), "A new person joins"));
    this.membersBox = members;
    for (const name of ["reset", "roster", "channel", "bot"]) app.state.on(name, () => this.draw());
  }

  focus() {
    this.select.focus();
  }

  draw() {
    const { state } = this.app;
    if (!state.me) return;
    // Only what changed is drawn again, so that an open list stays open and the focus where it is.
    const offered = JSON.stringify(state.people.map((person) => [person.id, optionText(person)]));
    if (offered !== this.offered) fill(this.select, state.people.map((person) => h("option", { value: person.id }, optionText(person))));
    this.offered = offered;
    this.select.value = state.me.id;
    const me = state.people.find((person) => person.id === state.me.id);
    this.about.textContent = me?.about ?? "";
    this.closed.checked = me?.dms_open === false;
    this.#places(me);
    this.#members();
  }

  /** Joining the servers you are not in, leaving the one that is open. */
  #places(me) {
    const { state } = this.app;
    const joined = me?.in_guilds ?? state.guilds.map((guild) => guild.id);
    const outside = this.app.knownGuilds().filter((guild) => !joined.includes(guild.id));
    const here = state.guilds.find((guild) => joined.includes(guild.id));
    fill(this.places,
      outside.map((guild) => h("button", { type: "button", class: "button button-success button-wide", on: { click: () => this.#do("join", guild) } }, icon("join"), `Join ${guild.name}`)),
      here && h("button", { type: "button", class: "link-button danger", on: { click: () => this.#do("leave", here) } }, `Leave ${here.name}`));
  }

  async #do(what, guild) {
    try {
      await this.app.api.act(what, { guild: guild.id });
      await this.app.refresh();
      this.app.announcer.say(what === "join" ? `You joined ${guild.name}` : `You left ${guild.name}`);
    } catch (error) {
      this.app.problem(error);
    }
  }

  async #dms() {
    const open = !this.closed.checked;
    try {
      await this.app.api.act("dms", { open });
      await this.app.refresh();
      this.app.announcer.say(open ? "Your direct messages are open" : "Your direct messages are closed: the bot can't write to you");
    } catch (error) {
      this.closed.checked = open;
      this.app.problem(error);
    }
  }

  #newcomer() {
    const { app } = this;
    const guilds = app.knownGuilds();
    const title = uid("dialog");
    const name = h("input", { id: uid("name"), class: "field-input", type: "text", maxlength: "32", autocomplete: "off" });
    const where = h("select", { id: uid("where"), class: "native-select" }, guilds.map((guild) => h("option", { value: guild.id }, guild.name)));
    const be = h("input", { type: "checkbox", checked: true });
    const error = h("p", { class: "failed", role: "alert" });
    const dialog = h("dialog", { class: "modal modal-small", "aria-labelledby": title });
    const send = async (event) => {
      event.preventDefault();
      try {
        const { person } = await app.api.newcomer(where.value, name.value.trim());
        dialog.close();
        if (be.checked) await app.become(person);
        else await app.refresh();
        app.announcer.say(`${name.value.trim() || "A new person"} joined`);
      } catch (problem) {
        error.textContent = problem.message;
      }
    };
    dialog.append(h("form", { class: "modal-form", on: { submit: send } },
      h("header", { class: "modal-head" }, h("h2", { id: title }, "A new person joins")),
      h("div", { class: "modal-body" },
        h("div", { class: "form-field" }, h("label", { for: name.id }, "Their name"), h("p", { class: "field-hint" }, "Leave it empty and they are given one."), name),
        guilds.length > 1 && h("div", { class: "form-field" }, h("label", { for: where.id }, "Server"), where),
        h("label", { class: "choice" }, be, h("span", {}, h("span", { class: "choice-label" }, "Then be that person")))),
      h("footer", { class: "modal-foot" }, error,
        h("button", { type: "button", class: "button button-quiet", on: { click: () => dialog.close() } }, "Cancel"),
        h("button", { type: "submit", class: "button button-primary" }, "Join"))));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    name.focus();
  }

  #members() {
    const { state } = this.app;
    const guild = state.guildOf(state.current) ?? state.guilds[0];
    if (!guild) {
      this.shown = null;
      fill(this.membersBox, h("h3", { id: "members-title" }, "People"), h("p", { class: "quiet" }, "You are in no server."));
      return;
    }
    const shown = JSON.stringify([guild.name, guild.members, guild.roles, state.bot]);
    if (shown === this.shown) return;
    this.shown = shown;
    const members = guild.members.map((member) => ({ ...member, user: state.user(member.user_id) })).filter((member) => member.user)
      .sort((a, b) => Number(a.bot) - Number(b.bot) || a.user.name.localeCompare(b.user.name));
    fill(this.membersBox, h("h3", { id: "members-title" }, `In ${guild.name}`),
      h("ul", { class: "member-list", role: "list" }, members.map((member) => this.#member(member, guild))));
  }

  #member(member, guild) {
    const roles = guild.roles.filter((role) => member.roles.includes(role.id)).sort((a, b) => b.position - a.position);
    const offline = member.user.id === this.app.state.bot.id && !this.app.state.bot.online;
    const words = [roles.map((role) => role.name).join(", "), offline && "offline"].filter(Boolean).join(" · ");
    return h("li", {}, h("button", {
      type: "button", class: ["member", offline && "member-offline"], "aria-haspopup": "menu", on: { click: (event) => this.#menu(member.user, event.currentTarget) },
    }, avatar(member.user, "small"), h("span", { class: "member-text" },
      h("span", { class: "member-name" }, displayName(member.user), member.bot && h("span", { class: "app-tag" }, "APP")),
      words && h("span", { class: "member-roles" }, roles[0]?.color ? roleDot(roles[0]) : null, words))));
  }

  #menu(user, anchor) {
    const { app } = this;
    const isPerson = app.state.people.some((person) => person.id === user.id) && user.id !== app.state.me.id;
    const apps = app.state.commands.filter((command) => command.type === USER_COMMAND);
    app.menu(anchor, `Actions for ${displayName(user)}`, [
      { label: "", items: [
        ...(isPerson ? [{ label: `Be ${displayName(user)}`, run: () => app.become(user.id) }] : []),
        { label: "Copy user ID", run: () => app.copy(user.id, "User ID") },
      ] },
      { label: "Apps", items: apps.map((command) => ({
        label: command.name, icon: avatar({ ...app.state.bot, bot: true }, "small"),
        run: () => sendCommand(app, { channel: app.state.current, command: command.id, name: command.name, target: user.id }),
      })) },
    ]);
  }
}

function optionText(person) {
  const name = displayName(person);
  return person.about ? `${name} – ${person.about}` : name;
}
