/** Speaks to screen readers through the page's two live regions. */

const PAUSE = 150;
const LONGEST = 400;

/** Several sentences that arrive together are read together, not one over the other. */
export class Announcer {
  #waiting = [];
  #timer = null;

  constructor(polite, assertive) {
    this.polite = polite;
    this.assertive = assertive;
  }

  /** Say something when the reader is idle. */
  say(text) {
    const short = text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
    this.#waiting.push(short);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.polite.textContent = this.#waiting.join("\n");
      this.#waiting = [];
    }, PAUSE);
  }

  /** Say at once that something went wrong. */
  alert(text) {
    this.assertive.textContent = "";
    setTimeout(() => { this.assertive.textContent = text; }, PAUSE);
  }
}
