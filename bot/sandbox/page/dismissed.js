/** Which ephemeral messages were dismissed; kept for this tab. */

const MOST = 200;

export class Dismissed {
  #ids = new Set(JSON.parse(sessionStorage.getItem("dismissed") ?? "[]"));

  add(messageId) {
    this.#ids.add(messageId);
    sessionStorage.setItem("dismissed", JSON.stringify([...this.#ids].slice(-MOST)));
  }

  has(messageId) {
    return this.#ids.has(messageId);
  }
}
