/** Pressing and choosing: what goes to the bot, and what is shown when it does not answer. */

import { ApiError } from "./api.js";

export const NO_ANSWER = "The application did not respond";

/**
 * Press a button or choose in a menu of a message.
 * @returns {Promise<boolean>} whether the bot acknowledged in time; if not, the message shows why
 */
export async function component(app, message, part, values) {
  const failure = await attempt(() => app.api.act("component", {
    message: message.id, channel: message.channel_id, custom_id: part.custom_id, type: part.type, ...(values ? { values } : {}),
  }));
  if (failure) app.state.failures.set(message.id, failure);
  else app.state.failures.delete(message.id);
  app.state.emit("failure", { message: message.id, channel: message.channel_id });
  if (failure) app.announcer.alert(failure);
  return !failure;
}

/** Send a form. Returns null, or the sentence that says why it failed. */
export function submitModal(app, modal, components, files) {
  return attempt(() => app.api.act("modal", {
    interaction: modal.interaction, custom_id: modal.custom_id, components, ...(files.length ? { files } : {}),
  }));
}

/**
 * Use a command. While the bot thinks, and when it does not answer, the channel shows a line of its own.
 * @param {object} use {channel, command (id), name, options, target, files}; `again()` puts it back into the composer
 */
export async function command(app, use, again) {
  const note = notice(app, use);
  app.state.put(note, { created: true });
  const failure = await attempt(() => app.api.act("command", {
    channel: use.channel, command: use.command, options: use.options ?? [],
    ...(use.target ? { target: use.target } : {}), ...(use.files?.length ? { files: use.files } : {}),
  }));
  app.state.drop(note);
  if (!failure) return true;
  app.state.put({ ...note, id: `${note.id}-failed`, local: { ...note.local, failure, again } }, { created: true });
  app.announcer.alert(`${use.name}: ${failure}`);
  return false;
}

let notices = 0;

function notice(app, use) {
  notices += 1;
  return {
    id: `local-${notices}`, channel_id: use.channel, timestamp: new Date(app.state.now()).toISOString(), author: app.state.me,
    local: { name: use.name, failure: null, again: null },
  };
}

async function attempt(act) {
  try {
    const answer = await act();
    return answer?.ok === false ? answer.error || NO_ANSWER : null;
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
}
