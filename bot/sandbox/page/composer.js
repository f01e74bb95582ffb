/** The message box: text, or a command begun with a slash. */

import { CommandForm } from "./command-form.js";
import { leaves, readTyped, search, usableIn } from "./commands.js";
import { Combobox } from "./combobox.js";
import { avatar, fill, h, icon } from "./dom.js";
import { command as sendCommand } from "./interactions.js";

const MOST = 2000;

export class Composer {
  #drafts = new Map();
  #channel = null;
  #form = null;

  constructor(app, root) {
    this.app = app;
    this.root = root;
    this.box = h("textarea", { id: "message-box", class: "message-box", rows: "1", maxlength: MOST, autocomplete: "off", enterkeyhint: "send" });
    this.send = h("button", { type: "submit", class: "icon-button send", "aria-label": "Send message" }, icon("send"));
    this.slash = h("button", { type: "button", class: "icon-button slash", "aria-label": "Commands", title: "Commands", on: { click: () => this.begin("/") } }, "/");
    this.form = h("form", { class: "compose-form", on: { submit: (event) => { event.preventDefault(); this.#submit(); } } }, this.slash, this.box, this.send);
    this.combobox = new Combobox(this.box, {
      label: "Commands", side: "up", keepTab: true, anchor: this.form, empty: "No command is called that",
      enabled: () => /^\/[^\n]*$/.test(this.box.value) && !this.box.disabled,
      source: () => this.#commands(), onPick: (option) => this.#pick(option.value),
    });
    this.box.addEventListener("input", () => this.#grow());
    this.box.addEventListener("keydown", (event) => this.#key(event));
    fill(root, this.form);
    app.state.on("roster", () => this.#allow());
  }

  /** The composer of another channel, with the draft that was left there. */
  open(channelId) {
    if (this.#channel) this.#drafts.set(this.#channel, this.box.value);
    this.#channel = channelId;
    this.#close(false);
    this.box.value = this.#drafts.get(channelId) ?? "";
    this.#allow();
    this.#grow();
  }

  focus() {
    if (this.#form) this.#form.focus();
    else this.box.focus();
  }

  /** Put text into the box as if it had been typed. */
  begin(text) {
    this.#close(false);
    this.box.value = text;
    this.box.focus();
    this.#grow();
    this.combobox.refresh();
  }

  /** Open the form of a command by its id (or its name, when the id is of an older registration). */
  useCommand(id, name) {
    const all = leaves(this.app.state.commands);
    const leaf = all.find((one) => one.command.id === id && one.name === name) ?? all.find((one) => one.name === name);
    if (leaf) this.#fillIn(leaf, {});
    else this.begin(`/${name}`);
  }

  #allow() {
    const channel = this.app.state.channel(this.#channel);
    const name = channel ? (channel.type === 1 ? `Message @${channel.name}` : `Message #${channel.name}`) : "Message";
    const allowed = channel?.can_send !== false && Boolean(channel);
    this.box.placeholder = allowed ? name : "You can't write in this channel";
    this.box.setAttribute("aria-label", name);
    this.box.disabled = !allowed;
    this.send.disabled = !allowed;
    this.slash.disabled = !allowed;
  }

  #entries() {
    const channel = this.app.state.channel(this.#channel);
    return leaves(this.app.state.commands).filter((leaf) => usableIn(leaf.command, channel));
  }

  /** The entries that fit what stands in the box, a command written out in full first. */
  #found() {
    const entries = this.#entries();
    const full = readTyped(entries, this.box.value);
    const found = search(entries, full ? full.leaf.name : this.box.value.slice(1));
    return full ? [full.leaf, ...found.filter((one) => one !== full.leaf)] : found;
  }

  #commands() {
    const { bot } = this.app.state;
    return this.#found().map((leaf) => ({ label: `/${leaf.name}`, description: leaf.description, value: leaf, icon: avatar({ ...bot, bot: true }, "small") }));
  }

  #pick(leaf) {
    const full = readTyped([leaf], this.box.value);
    this.#fillIn(leaf, full?.values ?? {});
  }

  #fillIn(leaf, values) {
    const channel = this.#channel;
    this.combobox.close();
    this.#form = new CommandForm(this.app, leaf, {
      channel, onCancel: () => this.#close(), onSend: (use) => this.#use(leaf, channel, use),
    });
    this.#form.set(values);
    this.box.value = "";
    fill(this.root, this.#form.node);
    this.#form.focus();
  }

  #close(focus = true) {
    if (!this.#form) return;
    this.#form = null;
    fill(this.root, this.form);
    this.#grow();
    if (focus) this.box.focus();
  }

  async #use(leaf, channel, { options, files, kept }) {
    this.#close();
    await sendCommand(this.app, { channel, command: leaf.command.id, name: `/${leaf.name}`, options, files }, () => {
      if (this.#channel !== channel) this.app.openChannel(channel);
      this.#fillIn(leaf, kept);
    });
  }

  #key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#submit();
    }
  }

  async #submit() {
    const content = this.box.value.trim();
    if (!content || this.box.disabled) return;
    const channel = this.#channel;
    if (content.startsWith("/")) {
      const full = readTyped(this.#entries(), content);
      if (full) {
        this.#fillIn(full.leaf, full.values);
        return;
      }
    }
    this.combobox.close();
    this.box.value = "";
    this.#grow();
    try {
      await this.app.api.act("message", { channel, content });
    } catch (error) {
      if (!this.box.value) this.box.value = content;
      this.#grow();
      this.app.problem(error);
    }
  }

  #grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, innerHeight / 3)}px`;
    this.form.classList.toggle("compose-filled", Boolean(this.box.value.trim()));
  }
}
