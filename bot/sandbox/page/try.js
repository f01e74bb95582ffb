/** The card that the demo opens with: five things to try, each with the way there. */

import { fill, h } from "./dom.js";

const CLOSED = "try-closed";
const STEPS = [
  ["grace", "london", "You are Grace, a member in London. Type /help and press What's on near me."],
  ["amina", "london", "You are Amina, who organises London. Type /meeting schedule, with when: friday 6pm."],
  ["tomasz", "london", "You are Tomasz. Press Going under a meeting, and Maybe under another."],
  ["tomasz", "london", "Press To the next delivery in the sandbox controls, and watch Tomasz's phone."],
  ["leila", null, "You are Leila, who is new. Join the server in the sandbox controls: you are welcomed in private. Then press Restart the bot: nothing is lost."],
];

export class TryThis {
  #app;
  #box;
  #steps = [];
  #next;
  #all;
  #at = null;

  constructor(app, box) {
    this.#app = app;
    this.#box = box;
    for (const name of ["reset", "roster"]) app.state.on(name, () => this.draw());
  }

  draw() {
    const shown = this.#app.state.firstSteps && !localStorage.getItem(CLOSED);
    this.#box.hidden = !shown;
    if (!shown || this.#box.childElementCount) return;
    const narrow = matchMedia("(max-width: 760px)").matches;
    this.#steps = STEPS.map((step, number) => this.#step(number, ...step));
    this.#next = h("button", { type: "button", class: "button button-secondary", hidden: true, on: { click: () => this.#go(this.#at + 1) } }, "Next step");
    this.#all = h("button", { type: "button", class: "link-button", hidden: true, on: { click: () => this.#only(null) } }, "All five steps");
    fill(this.#box, h("details", { class: "try-details", open: !narrow },
      h("summary", { class: "try-title" }, "Try this: five steps"),
      h("ol", { class: "try-steps" }, this.#steps),
      h("div", { class: "try-ways" }, this.#next, this.#all,
        h("button", { type: "button", class: "link-button", on: { click: () => this.#close() } }, "Close this card"))));
  }

  #step(number, _person, _channel, words) {
    return h("li", { value: number + 1 }, h("span", {}, words),
      h("button", { type: "button", class: "button button-secondary", on: { click: () => this.#go(number) } }, "Go there", h("span", { class: "sr-only" }, `: ${words}`)));
  }

  /** Show one step, whose conversation then has the room; null: all of them. */
  #only(at) {
    this.#at = at;
    this.#steps.forEach((step, number) => { step.hidden = at !== null && number !== at; });
    this.#next.hidden = at === null || at === STEPS.length - 1;
    this.#all.hidden = at === null;
  }

  #go(number) {
    const [username, channelName] = STEPS[number];
    const state = this.#app.state;
    const person = state.people.find((one) => one.username === username);
    const channel = state.channels().find((one) => one.name === channelName);
    this.#only(number);
    return this.#app.become(person.id, channel?.id).catch((error) => this.#app.problem(error));
  }

  #close() {
    localStorage.setItem(CLOSED, "1");
    this.draw();
    this.#app.composer.focus();
  }
}
