/** Which message of each channel each person has read, and which they dismissed; kept for this tab. */

const DISCORD_EPOCH = 1420070400000n;

export class ReadMarks {
  #person = "";
  #marks = JSON.parse(sessionStorage.getItem("read") ?? "{}");
  #dismissed = new Set(JSON.parse(sessionStorage.getItem("dismissed") ?? "[]"));

  /** What was there before the tab's first look counts as read. */
  begin(person, now) {
    this.#person = person;
    this.#marks.since ??= String((BigInt(Math.floor(now)) - DISCORD_EPOCH) << 22n);
    this.#save();
  }

  isNew(channelId, messageId) {
    if (!messageId) return false;
    return BigInt(messageId) > BigInt(this.#marks[`${this.#person}/${channelId}`] ?? this.#marks.since);
  }

  mark(channelId, messageId) {
    this.#marks[`${this.#person}/${channelId}`] = messageId;
    this.#save();
  }

  dismiss(messageId) {
    this.#dismissed.add(messageId);
    sessionStorage.setItem("dismissed", JSON.stringify([...this.#dismissed].slice(-200)));
  }

  isDismissed(messageId) {
    return this.#dismissed.has(messageId);
  }

  #save() {
    sessionStorage.setItem("read", JSON.stringify(this.#marks));
  }
}
