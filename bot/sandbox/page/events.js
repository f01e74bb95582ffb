/** A server's scheduled events, and the button by which somebody says that they are interested. */

import { h } from "./dom.js";
import { count, time } from "./format.js";

const ACTIVE = 2;

/** The events of a server, soonest first; null when there are none. */
export function events(app, guild) {
  const found = guild.events ?? [];
  if (!found.length) return null;
  return [
    h("h3", { class: "category" }, count(found.length, "event")),
    h("ul", { class: "events", role: "list", "aria-label": "Events" }, found.map((event) => one(app, event))),
  ];
}

function one(app, event) {
  const going = event.interested;
  return h("li", { class: "event" },
    h("b", {}, event.name),
    h("span", {}, event.status === ACTIVE ? "Happening now" : time(Date.parse(event.starts_at), "f")),
    event.location && h("span", {}, event.location),
    h("button", {
      type: "button", class: ["event-button", going && "event-chosen"], "aria-pressed": going ? "true" : "false",
      "aria-label": `Interested in ${event.name}`, data: { key: `event-${event.id}` },
      on: { click: () => press(app, event.id, !going) },
    }, going ? "Interested ✓" : "Interested", event.count > 0 && ` (${event.count})`),
  );
}

async function press(app, id, going) {
  try {
    await app.api.act("interested", { event: id, going });
    await app.refresh();
  } catch (error) {
    app.problem(error);
  }
}
