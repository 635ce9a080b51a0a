// A record is changed by two at once. What only one of them touched is kept from that one; the rest a person decides.

type Fields = Record<string, unknown>;

export interface Difference {
  field: string;
  mine: unknown;
  theirs: unknown;
  take: "mine" | "theirs" | "both";
}

export interface Clash {
  differences: Difference[];
  /** true: as chosen; false: back to what was typed, which stays */
  answer(save: boolean): void;
}

/** Unset, null, an empty text and an empty list are the same to people. */
const plain = (value: unknown): string => JSON.stringify(value === undefined || value === "" || (Array.isArray(value) && !value.length) ? null : value);
const same = (a: unknown, b: unknown): boolean => plain(a) === plain(b);

/** A grain belongs to its time and is not chosen by itself. */
const partner: Record<string, string> = { due_at: "due_grain" };
const follows = new Set(Object.values(partner));

/** What is mine and what is theirs, where both have changed it. `before`: as it was when mine began; without it, all is asked. */
export function differences(mine: Fields, theirs: Fields, before?: Fields): Difference[] {
  return Object.keys(mine)
    .filter((field) => !follows.has(field) && field in mine && !same(mine[field], theirs[field]))
    .filter((field) => !before || (!same(before[field], mine[field]) && !same(before[field], theirs[field])))
    .map((field) => ({ field, mine: mine[field], theirs: theirs[field], take: "mine" }));
}

/** Both of them, where that makes sense: lists together, longer texts one below the other. */
export function joined({ field, mine, theirs }: Difference): unknown {
  if (Array.isArray(mine) && Array.isArray(theirs)) {
    const known = new Set(theirs.map(plain));
    return [...(theirs as unknown[]), ...(mine as unknown[]).filter((one) => !known.has(plain(one)))];
  }
  return /^(notes|description)$/.test(field) && mine && theirs ? `${String(theirs)}\n${String(mine)}` : undefined;
}

/** What is sent in the end: theirs stays by not being sent. */
export function settled(mine: Fields, theirs: Fields, chosen: Difference[], before?: Fields): Fields {
  const result: Fields = {};
  for (const field of Object.keys(mine)) {
    if (follows.has(field) || same(mine[field], theirs[field])) continue;
    const one = chosen.find((choice) => choice.field === field);
    const take = one?.take ?? (before && same(before[field], mine[field]) ? "theirs" : "mine");
    if (take === "theirs") continue;
    result[field] = take === "both" && one ? joined(one) : mine[field];
    const along = partner[field];
    if (along && along in mine) result[along] = mine[along];
  }
  return result;
}
