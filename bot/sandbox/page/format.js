/** Times in words, in the reader's own zone, and other small renderings of values. */

const LOCALE = "en-GB";
const STYLES = {
  t: { hour: "2-digit", minute: "2-digit" },
  T: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  d: { day: "2-digit", month: "2-digit", year: "numeric" },
  D: { day: "numeric", month: "long", year: "numeric" },
  f: { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
  F: { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
  s: { day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit" },
  S: { day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" },
};
const UNITS = [["second", 1], ["minute", 60], ["hour", 3_600], ["day", 86_400], ["month", 2_629_800], ["year", 31_557_600]];
const LARGEST_DATE = 8_640_000_000_000;
const SECOND = 1000;
const DAY = 86_400 * SECOND;

const formatters = new Map(Object.entries(STYLES).map(([style, options]) => [style, new Intl.DateTimeFormat(LOCALE, options)]));
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: "always" });

/** A time in one of Discord's styles: t T d D f F s S, or R relative to `now` (both milliseconds). */
export function time(ms, style = "f", now = Date.now()) {
  if (style === "R") return ago(ms, now);
  return (formatters.get(style) ?? formatters.get("f")).format(ms);
}

/** Whether seconds since 1970 are a date that can be shown at all. */
export function isDate(seconds) {
  return Number.isFinite(seconds) && Math.abs(seconds) <= LARGEST_DATE;
}

/** 'in 3 hours', '2 days ago'. */
export function ago(ms, now) {
  const seconds = (ms - now) / SECOND;
  // The smallest unit that stays below the next one once rounded: 59 minutes 50 seconds are an hour.
  const index = UNITS.findIndex(([, size], place) => {
    const next = UNITS[place + 1]?.[1] ?? Infinity;
    return Math.abs(Math.round(seconds / size)) * size < next;
  });
  const [unit, size] = UNITS[index];
  return relative.format(Math.round(seconds / size), unit);
}

/** The time beside a message's author: today only the clock time, then 'Yesterday at', then the date. */
export function stamp(ms, now) {
  const clock = time(ms, "t");
  if (sameDay(ms, now)) return clock;
  if (sameDay(ms, now - DAY)) return `Yesterday at ${clock}`;
  return `${time(ms, "d")}, ${clock}`;
}

/** Whether two moments fall on one day in the reader's zone. */
export function sameDay(a, b) {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/** A file's size for people. */
export function bytes(size) {
  if (size < 1024) return `${size} bytes`;
  if (size < 1024 * 1024) return `${(size / 1024).toFixed(1)} KB`;
  return `${(size / 1024 / 1024).toFixed(1)} MB`;
}

/** 'one message', '3 messages'. */
export function count(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}
