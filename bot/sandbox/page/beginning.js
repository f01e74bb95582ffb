/** What stands above the first message of a channel. */

import { channelIcon } from "./choices.js";
import { fill, h, icon } from "./dom.js";

/** Draw the top of a channel: its beginning, a button for what is older, or why there is nothing to see. */
export function drawBeginning(box, channel, state, showOlder) {
  if (!channel) {
    const lost = state.me && !state.guilds.length;
    fill(box, lost && [h("h2", {}, "You are in no server yet"), h("p", {}, "Join one under You are, in the sandbox controls.")]);
  } else if (!state.isLoaded(channel.id)) {
    fill(box, h("p", { class: "quiet" }, "Loading messages…"));
  } else if (!state.isComplete(channel.id)) {
    fill(box, h("button", { type: "button", class: "button button-secondary", on: { click: showOlder } }, "Show older messages"));
  } else {
    const direct = channel.type === 1;
    fill(box, h("span", { class: "beginning-icon" }, icon(channelIcon(channel))),
      h("h2", {}, direct ? channel.name : `Welcome to #${channel.name}`),
      h("p", {}, direct ? `This is the beginning of your direct messages with ${channel.name}.` : `This is the beginning of #${channel.name}. `, !direct && channel.topic),
      channel.can_send && h("p", {}, "Type / to see what ", state.bot.username || "the bot", " can do."));
  }
}
