/** Application commands as the composer sees them: one entry for each thing that can be sent. */

export const SUBCOMMAND = 1;
export const GROUP = 2;
const CHAT_INPUT = 1;
const GUILD_CONTEXT = 0;
const DM_CONTEXT = 1;

/**
 * @typedef {object} Leaf
 * @property {object} command the command as Discord lists it
 * @property {string[]} path names of the subcommand (group) below it
 * @property {string} name 'meeting schedule'
 * @property {string} description
 * @property {object[]} options its own options, required ones first
 */

/** Every sendable slash command of a list, in its order. @returns {Leaf[]} */
export function leaves(commands) {
  return commands.filter((command) => (command.type ?? CHAT_INPUT) === CHAT_INPUT).flatMap((command) => below(command, command, []));
}

function below(command, node, path) {
  const nested = (node.options ?? []).filter((option) => option.type === SUBCOMMAND || option.type === GROUP);
  if (nested.length) return nested.flatMap((option) => below(command, option, [...path, option.name]));
  const options = [...(node.options ?? [])].sort((a, b) => Number(Boolean(b.required)) - Number(Boolean(a.required)));
  return [{ command, path, name: [command.name, ...path].join(" "), description: node.description ?? "", options }];
}

/** Whether a command may be used in a channel: its contexts, and the server it belongs to. */
export function usableIn(command, channel) {
  if (command.guild_id && command.guild_id !== channel?.guild_id) return false;
  const context = channel?.guild_id ? GUILD_CONTEXT : DM_CONTEXT;
  if (Array.isArray(command.contexts)) return command.contexts.includes(context);
  return context === GUILD_CONTEXT || command.dm_permission !== false;
}

/** Entries that fit what was typed after the slash, best first. */
export function search(entries, typed) {
  const wanted = typed.toLowerCase().trim();
  if (!wanted) return entries;
  const words = wanted.split(/\s+/);
  const rank = (entry) => {
    if (entry.name === wanted) return 0;
    if (entry.name.startsWith(wanted)) return 1;
    if (words.every((word) => entry.name.split(" ").some((part) => part.startsWith(word)))) return 2;
    if (words.every((word) => entry.name.includes(word))) return 3;
    return words.every((word) => entry.description.toLowerCase().includes(word)) ? 4 : 5;
  };
  return entries.map((entry) => [rank(entry), entry]).filter(([place]) => place < 5).sort(([a], [b]) => a - b).map(([, entry]) => entry);
}

/**
 * A command written out in full: '/meeting schedule title: Planning when: thursday 6pm'.
 * @returns {{leaf: Leaf, values: Object<string, string>} | null}
 */
export function readTyped(entries, typed) {
  const line = typed.replace(/^\//, "");
  const lower = line.toLowerCase();
  const leaf = [...entries].sort((a, b) => b.name.length - a.name.length)
    .find((entry) => lower === entry.name || lower.startsWith(`${entry.name} `));
  if (!leaf) return null;
  const rest = line.slice(leaf.name.length);
  const names = leaf.options.map((option) => option.name);
  const values = {};
  if (names.length) {
    const marks = [...rest.matchAll(new RegExp(`(?:^|\\s)(${names.join("|")}):`, "g"))];
    marks.forEach((mark, index) => {
      values[mark[1]] = rest.slice(mark.index + mark[0].length, marks[index + 1]?.index ?? rest.length).trim();
    });
  }
  return { leaf, values };
}

/**
 * Discord's nested option objects.
 * @param {Leaf} leaf
 * @param {{name: string, type: number, value: *, focused?: boolean}[]} given
 */
export function nest(leaf, given) {
  let options = given;
  const kinds = leaf.path.length === 2 ? [GROUP, SUBCOMMAND] : [SUBCOMMAND];
  for (let index = leaf.path.length - 1; index >= 0; index -= 1) options = [{ type: kinds[index], name: leaf.path[index], options }];
  return options;
}
