// What is said to people: one file a language, checked against each other by their types.
import { fa } from "../words/fa";

export type Key = keyof typeof fa;
export type Words = { [K in Key]: (typeof fa)[K] extends string ? string : (...values: string[]) => string };
export type Language = "fa" | "en";

let current: Language = "fa";
let words: Words = fa as Words;

export const language = (): Language => current;
export const direction = (): "rtl" | "ltr" => (current === "fa" ? "rtl" : "ltr");

export async function speak(next: Language): Promise<void> {
  words = next === "fa" ? (fa as Words) : (await import("../words/en")).en;
  current = next;
}

export function t(key: Key, ...values: string[]): string {
  const said = words[key] as string | ((...values: string[]) => string);
  return typeof said === "function" ? said(...values) : said;
}

/** A code of the API (a status, an outcome, a topic) in words; one that has none stands as it is. */
export function say(group: string, code: string | null | undefined): string {
  if (!code) return "";
  const key = `${group}.${code}`;
  return key in words ? t(key as Key) : code;
}
