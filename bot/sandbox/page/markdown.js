/** Discord's Markdown: text in, a tree of plain objects out. `markdown-view.js` makes nodes of it. */

const LINE_START = Symbol("line start");
const DEEPEST = 12;

const rules = [
  { match: /^\\([^0-9A-Za-z\s])/, node: ([, char]) => text(char) },
  { match: /^```(?:([\w+\-.#]+?)\n)?\n*([^\n][\s\S]*?)\n*```\n?/, node: ([, language, code]) => ({ type: "codeblock", language: language ?? "", text: code }) },
  { match: /^(`+)([\s\S]*?[^`])\1(?!`)/, node: ([, , code]) => ({ type: "code", text: code.replace(/^ (?=`)|(?<=`) $/g, "") }) },
  { at: LINE_START, unless: "quote", match: /^ *>>> ([\s\S]*)/, node: ([, body], state) => ({ type: "quote", children: parse(body, { ...state, quote: true }) }) },
  {
    at: LINE_START, unless: "quote", match: /^(?: *> [^\n]*(?:\n|$))+/,
    node: ([all], state) => ({ type: "quote", children: parse(all.replace(/^ *> /gm, "").replace(/\n$/, ""), { ...state, quote: true }) }),
  },
  {
    at: LINE_START, unless: "flat", match: /^ *(#{1,3}) +([^\n]+?) *(?:\n|$)/,
    node: ([, marks, body], state) => ({ type: "heading", level: marks.length, children: parse(body, { ...state, flat: true }) }),
  },
  {
    at: LINE_START, unless: "flat", match: /^ *-# +([^\n]+?) *(?:\n|$)/,
    node: ([, body], state) => ({ type: "subtext", children: parse(body, { ...state, flat: true }) }),
  },
  { at: LINE_START, unless: "flat", match: /^(?: *(?:[-*]|\d{1,9}\.) +\S[^\n]*(?:\n(?! *(?:[-*]|\d{1,9}\.) +\S) +\S[^\n]*)*(?:\n|$))+/, node: ([all], state) => list(all, state) },
  { unless: "link", match: /^<(https?:\/\/[^\s<>]+)>/i, node: ([, url]) => link(url, [text(url)]) },
  {
    unless: "link", match: /^\[((?:\\.|[^\][\\]|\[[^\][]*\])+)\]\(\s*<?(https?:\/\/(?:\([^()\s]*\)|[^\s()<>])+)>?(?:\s+"[^"]*")?\s*\)/i,
    node: ([, label, url], state) => link(url, parse(label, { ...state, link: true, flat: true })),
  },
  { unless: "link", match: /^https?:\/\/[^\s<]*[^<.,:;"'\])|*_~\s]/i, node: ([url]) => link(balanced(url), [text(balanced(url))]), length: ([url]) => balanced(url).length },
  { match: /^<@!?(\d{1,20})>/, node: ([, id]) => ({ type: "user", id }) },
  { match: /^<#(\d{1,20})>/, node: ([, id]) => ({ type: "channel", id }) },
  { match: /^<@&(\d{1,20})>/, node: ([, id]) => ({ type: "role", id }) },
  { match: /^<\/([-\w\p{L}\p{N}]{1,32}(?: [-\w\p{L}\p{N}]{1,32}){0,2}):(\d{1,20})>/u, node: ([, name, id]) => ({ type: "command", name, id }) },
  { match: /^<t:(-?\d{1,17})(?::([tTdDfFsSR]))?>/, node: ([, seconds, style]) => ({ type: "time", seconds: Number(seconds), style: style ?? "f" }) },
  { match: /^<a?:(\w{2,32}):(\d{1,20})>/, node: ([, name, id]) => ({ type: "emoji", name, id }) },
  { match: /^<id:(customize|browse|guide|linked-roles)>/, node: ([, place]) => ({ type: "place", place }) },
  { match: /^@(everyone|here)\b/, node: ([, who]) => ({ type: "everyone", who }) },
  { match: /^\|\|([\s\S]+?)\|\|/, node: ([, body], state) => ({ type: "spoiler", children: parse(body, state) }) },
  { match: /^\*\*\*((?:\\[\s\S]|[^\\*])+?)\*\*\*(?!\*)/, node: ([, body], state) => ({ type: "strong", children: [{ type: "em", children: parse(body, state) }] }) },
  { match: /^\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/, node: ([, body], state) => ({ type: "strong", children: parse(body, state) }) },
  { match: /^__((?:\\[\s\S]|[^\\])+?)__(?!_)/, node: ([, body], state) => ({ type: "u", children: parse(body, state) }) },
  { match: /^\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^*\s\\]|\*\*)|[^\s*\\])+?)\*(?!\*)/, node: ([, body], state) => ({ type: "em", children: parse(body, state) }) },
  { at: "word edge", match: /^_((?:__|\\[\s\S]|[^\\_])+?)_(?!\w)/, node: ([, body], state) => ({ type: "em", children: parse(body, state) }) },
  { match: /^~~([\s\S]+?)~~/, node: ([, body], state) => ({ type: "s", children: parse(body, state) }) },
  { match: /^\n/, node: () => ({ type: "br" }) },
  { match: /^(?:[^\\`*_~|<>[\]@\n#:h-]|h(?!ttps?:\/\/))+|^[\s\S]/u, node: ([all]) => text(all) },
];

function text(value) {
  return { type: "text", text: value };
}

function link(url, children) {
  return { type: "link", url, children };
}

/** A bare address keeps a closing bracket only when it opened one. */
function balanced(url) {
  let result = url;
  while (result.endsWith(")") && result.split(")").length > result.split("(").length) result = result.slice(0, -1);
  return result;
}

/**
 * Read Markdown as Discord does.
 * @param {string} source
 * @param {object} state `flat` leaves headings and lists alone (as in buttons' labels and list items)
 * @returns {object[]} nodes {type, children | text | ...}; neighbouring texts are joined
 */
export function parse(source, state = {}) {
  const depth = (state.depth ?? 0) + 1;
  if (depth > DEEPEST) return [text(source)];
  const inner = { ...state, depth };
  const nodes = [];
  let rest = source;
  let last = "\n";
  while (rest) {
    for (const rule of rules) {
      if (rule.unless && inner[rule.unless]) continue;
      if (rule.at === LINE_START && !last.endsWith("\n")) continue;
      if (rule.at === "word edge" && /\w$/.test(last)) continue;
      const found = rule.match.exec(rest);
      if (!found) continue;
      push(nodes, rule.node(found, inner));
      last = rest.slice(0, rule.length ? rule.length(found) : found[0].length);
      rest = rest.slice(last.length);
      break;
    }
  }
  return nodes;
}

function push(nodes, node) {
  if (node.type === "group") {
    nodes.push(...node.children);
    return;
  }
  const previous = nodes.at(-1);
  if (node.type === "text" && previous?.type === "text") previous.text += node.text;
  else nodes.push(node);
}

/** Items by their indentation; a line that is no item belongs to the one above. */
function list(source, state) {
  const items = [];
  for (const line of source.replace(/\n$/, "").split("\n")) {
    const found = /^( *)(?:([-*])|(\d{1,9})\.) +(\S.*)$/.exec(line);
    if (found) items.push({ indent: found[1].length, number: found[3] === undefined ? null : Number(found[3]), body: found[4] });
    else if (items.length) items.at(-1).body += `\n${line.trim()}`;
  }
  return { type: "group", children: nest(items, state) };
}

/** One list a run of items of one kind; deeper items become lists inside the one above them. */
function nest(items, state) {
  const base = items[0].indent;
  const lists = [];
  let index = 0;
  while (index < items.length) {
    const item = items[index];
    let end = index + 1;
    while (end < items.length && items[end].indent > base) end += 1;
    const children = parse(item.body, { ...state, flat: true });
    if (end > index + 1) children.push(...nest(items.slice(index + 1, end), state));
    const same = lists.at(-1) && (lists.at(-1).start === null) === (item.number === null);
    if (!same) lists.push({ type: "list", start: item.number, items: [] });
    lists.at(-1).items.push(children);
    index = end;
  }
  return lists;
}
