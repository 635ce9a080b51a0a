// Dates as the CRT thinks of them: Jalali, in Tehran time. ICU (Intl) knows the calendar; here is only the way back.

export const zone = "Asia/Tehran";
const offset = "+03:30"; // since 2022 without summer time; what is picked lies in the future
const day_ms = 86_400_000;

export interface Jalali {
  year: number;
  month: number;
  day: number;
}

const parts = new Intl.DateTimeFormat("en-u-ca-persian-nu-latn", {
  timeZone: zone,
  year: "numeric",
  month: "numeric",
  day: "numeric",
});
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const iso = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });

export function jalaliOf(at: Date): Jalali {
  const of = { year: 0, month: 0, day: 0 };
  for (const { type, value } of parts.formatToParts(at))
    if (type === "year" || type === "month" || type === "day") of[type] = parseInt(value, 10);
  return of;
}

/** Noon in Tehran of a Jalali day: an estimate, then the days that it is off. */
export function jalaliNoon({ year, month, day }: Jalali): Date {
  const of_year = month <= 7 ? (month - 1) * 31 : (month - 1) * 30 + 6;
  const guess = Date.UTC(622, 2, 22, 8, 30) + Math.floor((year - 1) * 365.2422 + of_year + day - 1) * day_ms;
  let at = new Date(guess);
  for (let i = 0; i < 4; i++) {
    const found = jalaliOf(at);
    const off = (year - found.year) * 365 + (month - found.month) * 30 + (day - found.day);
    if (!off) return at;
    at = new Date(at.getTime() + off * day_ms);
  }
  while (order(jalaliOf(at)) < order({ year, month, day })) at = new Date(at.getTime() + day_ms);
  while (order(jalaliOf(at)) > order({ year, month, day })) at = new Date(at.getTime() - day_ms);
  return at;
}

const order = (j: Jalali): number => j.year * 10_000 + j.month * 100 + j.day;
export const sameDay = (a: Jalali, b: Jalali): boolean => order(a) === order(b);

export function monthLength(year: number, month: number): number {
  const first = jalaliNoon({ year, month, day: 1 });
  const next = jalaliNoon(month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 });
  return Math.round((next.getTime() - first.getTime()) / day_ms);
}

/** 0 = Saturday, as weeks begin. */
export function weekday(at: Date): number {
  return (new Date(at.getTime() + 3.5 * 3_600_000).getUTCDay() + 1) % 7;
}

export const clockOf = (at: Date): string => clock.format(at);

/** ISO 8601 of a day of Tehran at HH:MM. */
export function instant(at: Date, hhmm = "00:00"): string {
  return `${iso.format(at)}T${hhmm}:00${offset}`;
}

const starts = new Map<number, number>();
/** Days begin on a half hour of UTC: what was asked for one moment of it is true of all. */
export function dayStart(at: Date): number {
  const half_hour = Math.floor(at.getTime() / 1_800_000);
  let start = starts.get(half_hour);
  if (start === undefined) starts.set(half_hour, (start = new Date(instant(at)).getTime()));
  return start;
}

export function daysApart(from: Date, to: Date): number {
  return Math.round((dayStart(to) - dayStart(from)) / day_ms);
}

export const later = (days: number, from = new Date()): Date => new Date(from.getTime() + days * day_ms);
