/** The sandbox server as the page sees it: a few JSON calls and one stream. */

/** A call that the server refused, with its sentence. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function answer(response) {
  const body = await response.json().catch(() => null);
  if (response.ok) return body;
  const sentence = body?.error ?? body?.message ?? `The sandbox answered with error ${response.status}.`;
  throw new ApiError(response.status, String(sentence));
}

async function call(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new ApiError(0, "The sandbox can't be reached. Is it still running?");
  }
  return answer(response);
}

function get(path, query) {
  const used = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  return call(`${path}?${new URLSearchParams(used)}`);
}

function post(path, body) {
  return call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Sandbox": "1" },
    body: JSON.stringify(body),
  });
}

/** Speaks for one person at a time: `as` is their user id. */
export class Api {
  as = null;

  /** Everything but messages: people, servers, channels, DMs, commands, the bot and the time. */
  snapshot() {
    return get("/sandbox/snapshot", { as: this.as });
  }

  /** The person's phone: lock screen, what is unread, settings. */
  phone() {
    return get("/sandbox/phone", { as: this.as });
  }

  /** Up to `limit` messages of a channel, oldest first, before the message `before` where given. */
  messages(channel, { before = null, limit = 50 } = {}) {
    return get("/sandbox/messages", { as: this.as, channel, before, limit });
  }

  /** Do something as the person: `act("message", {channel, content})`. */
  act(what, fields = {}) {
    return post("/sandbox/act", { as: this.as, do: what, ...fields });
  }

  /** A person who does not exist yet joins the server. */
  newcomer(guild, name) {
    return post("/sandbox/act", { do: "join", guild, ...(name ? { name } : {}) });
  }

  /** Move the clock: `{by: seconds}`, `{to: iso}` or `{next: true}`. */
  clock(move) {
    return post("/sandbox/clock", move);
  }

  /** Stop the bot and start it again. */
  restart() {
    return post("/sandbox/bot", { do: "restart" });
  }
}

const FIRST_WAIT = 400;
const LONGEST_WAIT = 5000;

/** The live stream, reconnecting by itself. Calls `onEvent(type, data)` and `onStatus("open" | "closed", again)`. */
export class Stream {
  #socket = null;
  #timer = null;
  #wait = FIRST_WAIT;
  #opened = false;

  constructor(onEvent, onStatus) {
    this.onEvent = onEvent;
    this.onStatus = onStatus;
  }

  /** Listen as this person; a stream that is already open for somebody else is closed first. */
  connect(as) {
    this.close();
    this.#opened = false;
    this.#open(as);
  }

  #open(as) {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/sandbox/stream?as=${encodeURIComponent(as)}`);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#wait = FIRST_WAIT;
      this.onStatus("open", this.#opened);
      this.#opened = true;
    });
    socket.addEventListener("message", (event) => {
      if (socket !== this.#socket) return;
      const { type, data } = JSON.parse(event.data);
      this.onEvent(type, data);
    });
    socket.addEventListener("close", () => {
      if (socket !== this.#socket) return;
      this.onStatus("closed", this.#opened);
      this.#timer = setTimeout(() => this.#open(as), this.#wait);
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    });
  }

  close() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }
}
