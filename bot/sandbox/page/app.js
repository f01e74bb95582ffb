/** Starts the page and ties its parts together. */

import { Announcer } from "./announce.js";
import { Api, ApiError, Stream } from "./api.js";
import { channelIcon } from "./choices.js";
import { Clock } from "./clock.js";
import { Composer } from "./composer.js";
import { avatar, fill, icon } from "./dom.js";
import { Drawers } from "./drawers.js";
import { command as sendCommand } from "./interactions.js";
import { showMenu } from "./menu.js";
import { summary } from "./message-view.js";
import { Messages } from "./messages.js";
import { openModal } from "./modal.js";
import { People } from "./people.js";
import { Phone } from "./phone.js";
import { Sidebar } from "./sidebar.js";
import { State } from "./state.js";
import { TryThis } from "./try.js";

const MESSAGE_COMMAND = 3;
const SETTLE = 60;
const SHOWN = 8000;

const find = (id) => document.getElementById(id);

class App {
  api = new Api();
  state = new State();
  announcer = new Announcer(find("announcer"), find("alerter"));
  #guilds = new Map();
  #refreshing = null;
  #phoning = null;
  #asked = 0;
  #taken = 0;
  #bannerTimer = null;

  constructor() {
    this.stream = new Stream((type, data) => this.#event(type, data), (status, again) => this.#status(status, again));
    this.drawers = new Drawers({
      sidebar: find("sidebar"), panel: find("panel"), phone: find("phone"), main: find("main"), scrim: find("scrim"),
      openSidebar: find("open-sidebar"), openPanel: find("open-panel"), openPhone: find("open-phone"),
      closePanel: find("close-panel"), closePhone: find("close-phone"),
    });
    this.sidebar = new Sidebar(this, { servers: find("servers"), place: find("place"), channels: find("channels"), whoami: find("whoami") });
    this.messages = new Messages(this, { scroller: find("messages"), list: find("message-list"), beginning: find("beginning"), jump: find("jump") });
    this.composer = new Composer(this, find("composer"));
    this.people = new People(this, { people: find("people"), members: find("members") });
    this.phone = new Phone(this, { body: find("phone-body"), title: find("phone-title"), opener: find("open-phone") });
    this.tryThis = new TryThis(this, find("try"));
    this.clock = new Clock(this, { clock: find("clock"), bot: find("bot"), topbar: find("open-panel") });
    for (const name of ["channel", "roster", "reset", "bot"]) this.state.on(name, () => this.#title());
    this.state.on("unread", () => this.#title());
    find("skip").addEventListener("click", (event) => {
      event.preventDefault();
      this.composer.focus();
    });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.state.current && this.read(this.state.current));
  }

  async start() {
    const wanted = new URLSearchParams(location.hash.slice(1));
    try {
      await this.become(wanted.get("as"), wanted.get("channel"));
    } catch (error) {
      this.problem(error);
      setTimeout(() => this.start(), SHOWN / 4);
    }
  }

  /** See the sandbox as another person. */
  async become(person, channel = this.state.current) {
    const recipient = this.state.channel(channel)?.recipient?.id;
    this.api.as = person;
    let snapshot;
    try {
      snapshot = await this.api.snapshot();
    } catch (error) {
      if (!person || !(error instanceof ApiError) || error.status === 0) throw error;
      this.api.as = null;
      snapshot = await this.api.snapshot();
    }
    this.api.as = snapshot.me.id;
    this.stream.connect(snapshot.me.id);
    this.state.failures.clear();
    this.#load(snapshot, { fresh: true });
    find("app").removeAttribute("aria-busy");
    const same = this.state.channel(channel) ?? this.state.dms.find((dm) => dm.recipient.id === recipient);
    // Whoever one becomes has not taken the phone in hand by that.
    await this.openChannel(same?.id ?? this.#firstChannel(), { keepDrawer: true, focus: false, opened: false });
    this.announcer.say(`You are ${this.state.user(snapshot.me.id)?.name ?? snapshot.me.username}`);
  }

  #firstChannel() {
    const channels = this.state.channels().filter((channel) => channel.guild_id).sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
    return channels[0]?.id ?? this.state.dms[0]?.id ?? null;
  }

  /** Servers that anybody of this tab has seen: where a person who is outside can be let in. */
  knownGuilds() {
    return [...this.#guilds.values()];
  }

  #load(snapshot, options) {
    for (const guild of snapshot.guilds) this.#guilds.set(guild.id, { id: guild.id, name: guild.name });
    this.state.load(snapshot, options);
    this.phone.ring({ fresh: options?.fresh });
    const insider = snapshot.people.find((person) => person.in_guilds.some((id) => !this.#guilds.has(id)));
    if (insider) this.#lookAround(insider);
  }

  /** Somebody who is in no server learns from another person's view which there are. */
  async #lookAround(insider) {
    const eyes = new Api();
    eyes.as = insider.id;
    for (const guild of (await eyes.snapshot()).guilds) this.#guilds.set(guild.id, { id: guild.id, name: guild.name });
    this.people.draw();
  }

  /** Take everything but the messages anew; calls that come close together share one answer. */
  refresh() {
    this.#refreshing ??= new Promise((resolve) => { setTimeout(resolve, SETTLE); })
      .then(() => { this.#refreshing = null; return this.api.snapshot(); })
      .then((snapshot) => {
        if (snapshot.me.id !== this.api.as) return;
        const before = this.state.current;
        this.#load(snapshot);
        if (!this.state.current || this.state.current !== before) this.openChannel(this.#firstChannel(), { keepDrawer: true, focus: false, opened: false });
      })
      .catch((error) => this.problem(error));
    return this.#refreshing;
  }

  async openChannel(id, { keepDrawer = false, focus = true, opened = true } = {}) {
    this.state.current = id;
    history.replaceState(null, "", `#${new URLSearchParams({ as: this.api.as, ...(id ? { channel: id } : {}) })}`);
    this.composer.open(id);
    this.state.emit("channel");
    if (!keepDrawer) this.drawers.close(false);
    await this.messages.open(id, { opened });
    if (id && focus && !keepDrawer && matchMedia("(hover: hover)").matches) this.composer.focus();
  }

  /** The person has seen a channel here; with `opened` they opened it, and the phone keeps nothing of it. */
  read(channel, { opened = false } = {}) {
    return this.phoneAct("read", { channel, opened });
  }

  /** Do something with the phone or its settings. */
  phoneAct(what, fields = {}) {
    return this.#takePhone(this.api.act(what, fields));
  }

  /** Ask what the phone says now; calls that come close together share one answer. */
  refreshPhone() {
    this.#phoning ??= new Promise((resolve) => { setTimeout(resolve, SETTLE); })
      .then(() => { this.#phoning = null; return this.#takePhone(this.api.phone()); });
    return this.#phoning;
  }

  async #takePhone(asked) {
    const number = this.#asked += 1;
    const who = this.api.as;
    try {
      const phone = await asked;
      // An answer that was overtaken by a later one, or that is another person's, says nothing any more.
      if (number < this.#taken || who !== this.api.as) return;
      this.#taken = number;
      this.state.setPhone(phone);
      this.phone.ring({ fresh: false });
    } catch (error) {
      this.problem(error);
    }
  }

  useCommand(id, name) {
    this.composer.useCommand(id, name);
  }

  dismiss(message) {
    this.state.dismiss(message);
    this.announcer.say("Dismissed");
    this.composer.focus();
  }

  menu(anchor, label, groups, point) {
    showMenu(anchor, label, groups, point);
  }

  /** The menu of a message, with the bot's message commands under Apps. */
  messageMenu(message, anchor, point) {
    const bot = { ...this.state.bot, bot: true };
    const apps = this.state.commands.filter((command) => command.type === MESSAGE_COMMAND);
    this.menu(anchor, "Message actions", [
      { label: "", items: [
        { label: "Copy text", run: () => this.copy(message.content || summary(message, this), "Text") },
        { label: "Copy message ID", run: () => this.copy(message.id, "Message ID") },
      ] },
      { label: "Apps", items: apps.map((command) => ({
        label: command.name, icon: avatar(bot, "small"),
        run: () => sendCommand(this, { channel: message.channel_id, command: command.id, name: command.name, target: message.id }),
      })) },
    ], point);
  }

  async copy(text, what) {
    try {
      await navigator.clipboard.writeText(text);
      this.banner(`${what} copied`);
    } catch {
      this.banner(`${what}: ${text}`);
    }
  }

  showPeople() {
    this.drawers.close(false);
    this.drawers.open("panel");
    this.people.focus();
  }

  /** Say what went wrong where everybody sees it. */
  problem(error) {
    if (!(error instanceof ApiError)) throw error;
    this.banner(error.message);
    this.announcer.alert(error.message);
  }

  banner(sentence, { stays = false } = {}) {
    clearTimeout(this.#bannerTimer);
    find("banner").textContent = sentence;
    if (sentence && !stays) this.#bannerTimer = setTimeout(() => this.banner(""), SHOWN);
  }

  #title() {
    const { state } = this;
    const channel = state.channel(state.current);
    const unread = state.phone.badge;
    const name = channel ? channel.name : "No channel";
    find("channel-name").textContent = name;
    fill(find("channel-icon"), channel && icon(channelIcon(channel)));
    find("channel-topic").textContent = channel?.topic ?? "";
    find("messages").setAttribute("aria-label", `Messages in ${name}`);
    document.title = `${unread ? `(${unread}) ` : ""}${channel?.type === 1 ? "@" : "#"}${name} – iso-bot sandbox`;
  }

  async #status(status, again) {
    if (status === "closed") {
      this.banner("The connection to the sandbox is lost. Trying again…", { stays: true });
      return;
    }
    try {
      if (again) {
        this.banner("Connected again");
        await this.refresh();
        for (const channel of this.state.channels()) if (channel.id !== this.state.current) this.state.forget(channel.id);
      }
      await this.messages.reload();
    } catch (error) {
      this.problem(error);
    }
  }

  async #event(type, data) {
    const { state } = this;
    if (type === "message.create") {
      if (!state.channel(data.channel_id)) await this.refresh();
      state.put(data, { created: true });
      if (data.channel_id === state.current && document.visibilityState === "visible") this.read(data.channel_id);
      else this.refreshPhone();
    } else if (type === "message.update") state.put(data);
    else if (type === "message.delete") state.drop(data);
    else if (type === "phone") this.refreshPhone();
    else if (type === "modal.open") openModal(this, data);
    else if (type === "clock") state.setNow(data.now);
    else if (type === "bot") {
      state.bot = { ...state.bot, online: data.online };
      state.emit("bot");
      this.announcer.say(`The bot is ${data.online ? "online" : "offline"}`);
    } else if (type === "snapshot") await this.become(this.api.as);
    else this.refresh();
  }
}

new App().start();
