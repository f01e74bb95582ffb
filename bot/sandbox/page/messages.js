/** The list of messages in the middle: loading, keeping it in step with the stream, scrolling, moving by keyboard. */

import { drawBeginning } from "./beginning.js";
import { fill, h } from "./dom.js";
import { sameDay, time } from "./format.js";
import { announcement, article, isSystem } from "./message-view.js";
import { EPHEMERAL, LOADING } from "./state.js";

const PAGE = 50;
const NEAR_END = 120;
const GROUP = 7 * 60 * 1000;

export class Messages {
  #channel = null;
  #firstNew = null;
  #loading = false;
  #again = false;

  constructor(app, { scroller, list, beginning, jump }) {
    this.app = app;
    this.scroller = scroller;
    this.list = list;
    this.beginning = beginning;
    this.jump = jump;
    const { state } = app;
    state.on("messages", ({ channel }) => channel === this.#channel && this.#draw());
    state.on("message", (change) => this.#changed(change));
    state.on("failure", ({ message, channel }) => channel === this.#channel && this.#redraw(message));
    state.on("roster", () => this.#channel && this.#draw());
    scroller.addEventListener("scroll", () => this.#scrolled());
    scroller.addEventListener("keydown", (event) => this.#key(event));
    // One stop for the Tab key in the message that has the focus, not one in every message.
    list.addEventListener("focusin", (event) => this.#reach(event.target.closest("article"), "0"));
    list.addEventListener("focusout", (event) => this.#reach(event.target.closest("article"), "-1"));
    list.addEventListener("contextmenu", (event) => this.#menu(event));
    jump.addEventListener("click", () => this.toEnd());
    // A picture that arrives late or a drawer that opens must not push the newest message out of sight.
    this.atEnd = true;
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(list);
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(scroller);
  }

  /** Show a channel, from what is known at once and then from the server. */
  async open(channelId, { opened = true } = {}) {
    this.#channel = channelId;
    this.#firstNew = null;
    this.atEnd = true;
    this.#draw();
    if (!channelId) return;
    const { state } = this.app;
    const unread = state.unreadIn(channelId);
    if (!state.isLoaded(channelId)) await this.#load();
    if (this.#channel !== channelId) return;
    if (unread.dot) this.#firstNew = state.firstAfter(channelId, unread.read);
    this.app.read(channelId, { opened });
    if (this.#firstNew) this.#draw();
    this.toEnd();
  }

  /** Ask the server anew for what the open channel shows: after a gap in the stream. */
  async reload() {
    const channel = this.#channel;
    this.#again = this.#loading;
    if (!channel || this.#loading) return;
    this.app.state.expect(channel);
    const page = await this.app.api.messages(channel, { limit: PAGE });
    this.app.state.merge(channel, page, page.length < PAGE, { anew: true });
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.size = this.#size();
    this.jump.hidden = true;
    this.atEnd = true;
  }

  async #load(before = null) {
    const channel = this.#channel;
    this.#loading = true;
    this.app.state.expect(channel);
    try {
      const page = await this.app.api.messages(channel, { before, limit: PAGE });
      this.app.state.merge(channel, page, page.length < PAGE);
    } catch (error) {
      this.app.problem(error);
    } finally {
      this.#loading = false;
    }
    // The stream opened while we asked, so the answer may be older than the stream.
    if (this.#again) await this.reload();
  }

  async #older() {
    const oldest = this.app.state.messages(this.#channel).find((message) => !message.local);
    if (!oldest || this.#loading) return;
    const height = this.scroller.scrollHeight;
    this.atEnd = false;
    await this.#load(oldest.id);
    this.scroller.scrollTop += this.scroller.scrollHeight - height;
  }

  #size() {
    return `${this.scroller.scrollHeight}/${this.scroller.clientHeight}`;
  }

  #scrolled() {
    // What scrolled because something grew was not scrolled by a person.
    if (this.atEnd && this.size !== this.#size()) {
      this.toEnd();
      return;
    }
    const left = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight;
    this.atEnd = left < NEAR_END;
    if (this.atEnd) this.jump.hidden = true;
  }

  #draw() {
    const { state } = this.app;
    const channel = state.channel(this.#channel);
    const messages = state.messages(this.#channel);
    drawBeginning(this.beginning, channel, state, () => this.#older());
    const held = this.#focused();
    fill(this.list, messages.map((message, index) => this.#item(message, messages[index - 1])));
    this.#refocus(held);
    if (this.atEnd) this.toEnd();
  }

  #item(message, previous) {
    const dividers = [];
    const at = Date.parse(message.timestamp);
    const day = !previous || !sameDay(Date.parse(previous.timestamp), at);
    if (day) dividers.push(h("div", { class: "divider" }, h("span", {}, time(at, "D"))));
    if (message.id === this.#firstNew) dividers.push(h("div", { class: "divider divider-new" }, h("span", {}, "New")));
    const compact = !day && message.id !== this.#firstNew && continues(message, previous);
    return h("li", { class: "item", data: { id: message.id } }, dividers, article(message, this.app, compact));
  }

  #node(id) {
    return [...this.list.children].find((item) => item.dataset.id === id) ?? null;
  }

  #redraw(id) {
    const messages = this.app.state.messages(this.#channel);
    const index = messages.findIndex((message) => message.id === id);
    const node = this.#node(id);
    if (index < 0 || !node) return;
    const held = this.#focused();
    node.replaceWith(this.#item(messages[index], messages[index - 1]));
    this.#refocus(held);
    if (this.atEnd) this.toEnd();
  }

  #changed({ kind, message }) {
    const { state } = this.app;
    const here = message.channel_id === this.#channel;
    if (kind !== "delete" && !message.local) this.#announce(kind, message, here);
    if (!here || !state.isLoaded(this.#channel)) return;
    if (kind === "update") {
      this.#redraw(message.id);
      return;
    }
    if (kind === "create" && !document.hasFocus() && !this.#firstNew && message.author?.id !== state.me.id && !message.local) this.#firstNew = message.id;
    const stay = this.atEnd || message.author?.id === state.me.id;
    const messages = state.messages(this.#channel);
    const newest = kind === "create" && messages.at(-1)?.id === message.id;
    if (newest && !this.#node(message.id)) this.list.append(this.#item(message, messages.at(-2)));
    else this.#draw();
    if (stay) this.toEnd();
    else if (newest) this.jump.hidden = false;
  }

  #announce(kind, message, here) {
    const { state, announcer } = this.app;
    if (message.author?.id === state.me.id && message.type !== 7) return;
    if (here && kind === "create") announcer.say(announcement(message, this.app));
    // An edit is read when it answers this person: a deferred answer, or a private message that changes.
    else if (here && (message.flags ?? 0) & EPHEMERAL && !((message.flags ?? 0) & LOADING)) announcer.say(announcement(message, this.app));
    else if (!here && kind === "create") {
      const channel = state.channel(message.channel_id);
      if (channel) announcer.say(channel.type === 1 ? `New direct message from ${channel.name}` : `New message in ${channel.name}`);
    }
  }

  /** Where the focus stands inside the list, so that a redrawn message can have it back. */
  #focused() {
    const active = document.activeElement;
    const item = active?.closest?.(".item");
    if (!item || !this.list.contains(item)) return null;
    return { id: item.dataset.id, customId: active.dataset.customId ?? "", label: active.textContent, tag: active.tagName };
  }

  #refocus(held) {
    if (!held || this.list.contains(document.activeElement)) return;
    const item = this.#node(held.id);
    const same = [...(item?.querySelectorAll(held.tag) ?? [])];
    const target = same.find((node) => held.customId && node.dataset.customId === held.customId && !node.disabled)
      ?? same.find((node) => node.textContent === held.label && !node.disabled) ?? item?.querySelector("article");
    (target ?? this.scroller).focus({ preventScroll: true });
  }

  /** Arrows, Home and End move between messages; the menu key opens the message's actions. */
  #key(event) {
    const current = event.target.closest("article");
    const onList = event.target === this.scroller;
    const isMenu = event.key === "ContextMenu" || (event.shiftKey && event.key === "F10");
    if (isMenu && current) {
      event.preventDefault();
      this.#openMenu(current);
      return;
    }
    if (!onList && event.target !== current) return;
    const articles = [...this.list.querySelectorAll("article")];
    const at = current ? articles.indexOf(current) : articles.length;
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: articles.length - 1 }[event.key];
    if (to === undefined || !articles.length) return;
    event.preventDefault();
    const next = articles[Math.max(0, Math.min(articles.length - 1, to))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  #reach(message, stop) {
    message?.querySelector(":scope > .message-actions > button")?.setAttribute("tabindex", stop);
  }

  #menu(event) {
    const current = event.target.closest("article");
    if (!current || event.target.closest("a, input, img") || String(getSelection())) return;
    event.preventDefault();
    this.#openMenu(current, { x: event.clientX, y: event.clientY });
  }

  #openMenu(node, point) {
    const message = this.app.state.messages(this.#channel).find((one) => one.id === node.dataset.id);
    if (message && !message.local) this.app.messageMenu(message, node, point);
  }
}

function continues(message, previous) {
  if (!previous || isSystem(message) || isSystem(previous) || message.local || previous.local) return false;
  if (message.referenced_message || message.interaction || message.interaction_metadata?.name) return false;
  if (((message.flags ?? 0) & EPHEMERAL) !== ((previous.flags ?? 0) & EPHEMERAL)) return false;
  return previous.author?.id === message.author?.id && Date.parse(message.timestamp) - Date.parse(previous.timestamp) < GROUP;
}
