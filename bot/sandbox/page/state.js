/** What the page knows: one person's view of the sandbox, and the events that say what changed. */

import { displayName } from "./dom.js";
import { Dismissed } from "./dismissed.js";

export const TEXT_CHANNELS = new Set([0, 5, 10, 11, 12, 15]);
export const THREADS = new Set([10, 11, 12]);
export const EPHEMERAL = 64;
export const LOADING = 128;

const SILENT_PHONE = { lock_screen: [], badge: 0, unread: {}, muted: [], servers: {}, channels: {} };

/** Emits reset, roster, channel, messages, message, phone, unread, clock and bot; `detail` says the rest. */
export class State extends EventTarget {
  me = null;
  bot = { id: "", username: "", online: false };
  people = [];
  guilds = [];
  dms = [];
  commands = [];
  current = null;
  phone = SILENT_PHONE;
  failures = new Map();
  #offset = 0;
  #messages = new Map();
  #complete = new Set();
  // What the stream said of a channel while its messages were being fetched: {message, created} by id, null when deleted.
  #meanwhile = new Map();
  #dismissed = new Dismissed();

  on(name, handler) {
    this.addEventListener(name, (event) => handler(event.detail));
  }

  emit(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** Take over a snapshot; with `fresh` everything that was loaded before is forgotten. */
  load(snapshot, { fresh = false } = {}) {
    if (fresh) {
      this.#messages.clear();
      this.#complete.clear();
    }
    this.me = snapshot.me;
    this.bot = snapshot.bot;
    this.people = snapshot.people;
    this.guilds = snapshot.guilds;
    this.dms = snapshot.dms;
    this.commands = snapshot.commands;
    this.phone = snapshot.phone;
    this.firstSteps = snapshot.first_steps;
    this.setNow(snapshot.now);
    if (!this.channel(this.current)) this.current = null;
    this.emit(fresh ? "reset" : "roster");
  }

  /** What the phone says now: its lock screen, what is unread, its settings. */
  setPhone(phone) {
    this.phone = phone;
    this.emit("phone");
    this.emit("unread");
  }

  /** What is unread in a channel as Discord shows it: a dot, and the number of mentions or direct messages. */
  unreadIn(channelId) {
    return this.phone.unread[channelId] ?? { dot: false, mentions: 0, read: "0" };
  }

  /** The sandbox's time in milliseconds. */
  now() {
    return Date.now() + this.#offset;
  }

  setNow(iso) {
    this.#offset = Date.parse(iso) - Date.now();
    this.emit("clock");
  }

  /** Every channel the person can open, DMs as type 1 with a name. */
  channels() {
    const inGuilds = this.guilds.flatMap((guild) => guild.channels
      .filter((channel) => channel.can_view !== false && TEXT_CHANNELS.has(channel.type))
      .map((channel) => ({ ...channel, guild_id: guild.id })));
    const direct = this.dms.map((dm) => ({ ...dm, type: 1, name: displayName(dm.recipient), can_send: true, guild_id: null }));
    return [...inGuilds, ...direct];
  }

  channel(id) {
    return this.channels().find((channel) => channel.id === id) ?? null;
  }

  guildOf(channelId) {
    return this.guilds.find((guild) => guild.channels.some((channel) => channel.id === channelId)) ?? null;
  }

  /** The server that is open, or the first one: what a DM's user picker offers. */
  guild() {
    return this.guildOf(this.current) ?? this.guilds[0] ?? null;
  }

  anyChannel(id) {
    for (const guild of this.guilds) {
      const found = guild.channels.find((channel) => channel.id === id);
      if (found) return { ...found, guild_id: guild.id };
    }
    return this.channel(id);
  }

  member(userId, guild = this.guild()) {
    return guild?.members.find((member) => member.user_id === userId) ?? null;
  }

  /** Anybody's user object with the name to show. */
  user(id) {
    const member = this.member(id);
    const person = this.people.find((one) => one.id === id) ?? (id === this.bot.id ? { ...this.bot, bot: true } : null);
    if (!member && !person) return null;
    return { id, bot: member?.bot ?? person?.bot ?? false, ...person, name: member?.name || displayName(person) };
  }

  role(id) {
    return this.guilds.flatMap((guild) => guild.roles).find((role) => role.id === id) ?? null;
  }

  messages(channelId) {
    return this.#messages.get(channelId) ?? [];
  }

  isComplete(channelId) {
    return this.#complete.has(channelId);
  }

  isLoaded(channelId) {
    return this.#messages.has(channelId);
  }

  /**
   * Take in a page of messages, oldest first; `complete` when nothing older exists. With `anew` the page takes the
   * place of what was known, but for the page's own notices.
   */
  merge(channelId, page, complete, { anew = false } = {}) {
    const kept = this.messages(channelId).filter((message) => !anew || message.local);
    const known = new Map(kept.map((message) => [message.id, message]));
    if (anew) this.#complete.delete(channelId);
    for (const message of page) if (!this.#dismissed.has(message.id)) known.set(message.id, message);
    for (const [id, change] of this.#meanwhile.get(channelId) ?? []) {
      if (!change) known.delete(id);
      else if (change.created || known.has(id)) known.set(id, { ...known.get(id), ...change.message });
    }
    this.#meanwhile.delete(channelId);
    this.#messages.set(channelId, [...known.values()].sort(byAge));
    if (complete) this.#complete.add(channelId);
    this.emit("messages", { channel: channelId });
  }

  /** The messages of a channel are being fetched: what the stream says from here on is newer than the answer. */
  expect(channelId) {
    this.#meanwhile.set(channelId, new Map());
  }

  forget(channelId) {
    this.#messages.delete(channelId);
    this.#complete.delete(channelId);
  }

  /** A message that is new or has changed. */
  put(message, { created = false } = {}) {
    const meanwhile = this.#meanwhile.get(message.channel_id);
    if (meanwhile && !message.local) meanwhile.set(message.id, { message, created: created || Boolean(meanwhile.get(message.id)?.created) });
    const list = this.#messages.get(message.channel_id);
    if (list) {
      const index = list.findIndex((known) => known.id === message.id);
      if (index >= 0) list[index] = { ...list[index], ...message };
      else if (created) list.push(message);
      else return;
      list.sort(byAge);
    }
    this.emit("message", { kind: created ? "create" : "update", message });
  }

  drop({ id, channel_id: channelId }) {
    this.#meanwhile.get(channelId)?.set(id, null);
    const list = this.#messages.get(channelId);
    if (list) this.#messages.set(channelId, list.filter((message) => message.id !== id));
    this.emit("message", { kind: "delete", message: { id, channel_id: channelId } });
  }

  /** Take an ephemeral message off the screen for good. */
  dismiss(message) {
    this.#dismissed.add(message.id);
    this.drop(message);
  }

  /** The first message of somebody else after the last one that was read, if there is one. */
  firstAfter(channelId, read) {
    return this.messages(channelId).find((message) => !message.local && message.author?.id !== this.me.id
      && BigInt(message.id) > BigInt(read))?.id ?? null;
  }
}

function byAge(a, b) {
  return age(a) - age(b);
}

function age(message) {
  return Date.parse(message.timestamp);
}
