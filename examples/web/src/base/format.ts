// Numbers, money, telephone numbers and times as they are read, in the language of the moment.
import { daysApart, jalaliOf, zone } from "./time";
import { language, t } from "./words";

const kept = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>();

function once<T extends Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>(key: string, make: (l: string) => T): T {
  const name = language() + key;
  let found = kept.get(name) as T | undefined;
  if (!found) kept.set(name, (found = make(language() === "fa" ? "fa-IR-u-ca-persian" : "en-GB-u-ca-persian")));
  return found;
}

const dates = (key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  once(key, (l) => new Intl.DateTimeFormat(l, { timeZone: zone, ...options }));

export const num = (n: number, digits = 0): string =>
  once(`n${digits}`, (l) => new Intl.NumberFormat(l, { maximumFractionDigits: digits })).format(n);
export const money = (n: number): string => t("toman", num(n));

/** Digits of a text in the language's own script. */
export const digits = (text: string): string =>
  language() === "fa" ? text.replace(/\d/g, (d) => String.fromCharCode(0x6f0 + Number(d))) : text;

/** +989121234567 as people write it. */
export function phone(e164: string): string {
  const iran = /^\+98(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(e164);
  return digits(iran ? `0${iran[1]} ${iran[2]} ${iran[3]} ${iran[4]}` : e164);
}

export const clockText = (at: Date): string =>
  dates("c", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
export const monthName = (at: Date): string => dates("m", { month: "long" }).format(at);
export const dayName = (at: Date): string => dates("w", { weekday: "long" }).format(at);
export const dayShort = (at: Date): string => dates("ws", { weekday: "narrow" }).format(at);

/** «شنبه ۸ آذر ۱۴۰۵، ساعت ۱۰:۳۰» */
export function exact(time: string | null | undefined, grain?: string | null): string {
  if (!time) return "";
  const at = new Date(time);
  const day = dates("x", { weekday: "long", day: "numeric", month: "long", year: "numeric" }).formatToParts(at);
  const text = (type: string): string => day.find((part) => part.type === type)?.value ?? "";
  const words = language() === "fa" ? [text("weekday"), text("day"), text("month"), text("year")] : [`${text("weekday")},`, text("day"), text("month"), text("year")];
  return grain === "day" ? words.join(" ") : t("at", words.join(" "), clockText(at));
}

function nearDay(at: Date, now: Date): string {
  const apart = daysApart(now, at);
  if (apart === 0) return t("today");
  if (apart === 1) return t("tomorrow");
  if (apart === -1) return t("yesterday");
  if (apart > 1 && apart < 7) return dayName(at);
  const day = `${digits(String(jalaliOf(at).day))} ${monthName(at)}`;
  return jalaliOf(at).year === jalaliOf(now).year ? day : `${day} ${digits(String(jalaliOf(at).year))}`;
}

/** «فردا ۱۰:۳۰», «شنبه», «۱۵ آذر» */
export function when(time: string | null | undefined, grain?: string | null, now = new Date()): string {
  if (!time) return t("no_due");
  const at = new Date(time);
  return grain === "day" ? nearDay(at, now) : `${nearDay(at, now)} ${clockText(at)}`;
}

/** «۳ روز پیش» */
export function ago(time: string | null | undefined, now = new Date()): string {
  if (!time) return "";
  const seconds = (new Date(time).getTime() - now.getTime()) / 1000;
  const relative = once("r", (l) => new Intl.RelativeTimeFormat(l, { numeric: "auto" }));
  const size = Math.abs(seconds);
  if (size < 45) return t("just_now");
  if (size < 3600) return relative.format(Math.round(seconds / 60), "minute");
  if (size < 86_400 && daysApart(now, new Date(time)) === 0) return relative.format(Math.round(seconds / 3600), "hour");
  const days = daysApart(now, new Date(time));
  if (Math.abs(days) < 31) return relative.format(days, "day");
  return Math.abs(days) < 365 ? relative.format(Math.round(days / 30.4), "month") : relative.format(Math.round(days / 365), "year");
}

/** 4:07 */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  const two = (n: number): string => String(n).padStart(2, "0");
  const text = s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`;
  return digits(text);
}

export const initials = (name: string): string => Array.from(name.trim())[0] ?? "؟";
