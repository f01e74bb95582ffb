/** What hangs below a message: reactions and a poll, to read. */

import { h, icon } from "./dom.js";
import { count, time } from "./format.js";

/** Reactions with how many gave each. */
export function reactions(message) {
  const given = message.reactions ?? [];
  if (!given.length) return null;
  return h("ul", { class: "reactions", role: "list", "aria-label": "Reactions" }, given.map((one) => h("li", { class: ["reaction", one.me && "reaction-mine"] },
    one.emoji.id ? `:${one.emoji.name}:` : one.emoji.name, " ", h("span", {}, one.count ?? one.count_details?.normal ?? 1))));
}

/** A poll with the votes so far. */
export function poll(message) {
  if (!message.poll) return null;
  const { question, answers, results, expiry } = message.poll;
  const votes = (id) => results?.answer_counts?.find((one) => one.id === id)?.count ?? 0;
  return h("section", { class: "poll", "aria-label": `Poll: ${question.text}` },
    h("p", { class: "poll-question" }, icon("check"), question.text),
    h("ul", { role: "list" }, answers.map((answer) => h("li", { class: "poll-answer" },
      h("span", {}, answer.poll_media.text), h("span", { class: "poll-votes" }, count(votes(answer.answer_id), "vote"))))),
    expiry && h("p", { class: "poll-votes" }, `Open until ${time(Date.parse(expiry), "f")}`));
}
