// One thing that was done and has not reached the server, and how it gets there: by the page, or, when no page is open,
// by the worker. What has arrived of it is noted on the disk, so that the rest goes on from there.
import type { Analysis, Interaction, TaskCompleted, VoiceNote } from "../api";
import type { Cupboard } from "./idb";
import { wholeMp4 } from "./mp4";
import { wholeWebm } from "./webm";

/** A recording in pieces, in the cupboard's room "voice" under its id. */
export interface Take {
  id: string;
  seconds: number;
  type: string;
}

export interface Parcel {
  key: string;
  user: string;
  at: string;
  method: string;
  path: string;
  body: Record<string, unknown>;
  /** for people: which rep it is about */
  about: string;
  rep_id: string;
  /** the task that this settles; it is out of the list meanwhile */
  task_id?: string | undefined;
  /** the note that is read by the intelligence once the conversation is on the server */
  note?: string | undefined;
  /** what was spoken; the server reads it together with the note */
  takes?: Take[] | undefined;
  /** the conversation, once it is there */
  interaction_id?: string | undefined;
  refused?: { message: string; code: string; field?: string | null } | undefined;
}

export interface Delivered {
  parcel: Parcel;
  interaction?: Interaction | undefined;
  analysis?: Analysis | undefined;
  spoken?: VoiceNote[] | undefined;
}

export interface Way {
  cupboard: Cupboard;
  can(operation: string): boolean;
  request(method: string, path: string, body: unknown, key: string, progress?: (share: number) => void): Promise<unknown>;
  progress?(parcel: Parcel, share: number): void;
}

export const lockOf = (base: URL): string => `marfacrm outbox ${base.pathname}`;
/** The last look at the work log in the worker's cache, and when it was. */
export const lastName = "last.html";
export const lastAt = "x-marfacrm-at";
/** For as long as a login lasts that nobody uses: afterwards nothing shows before the server has said who is here. */
export const shown_ms = 30 * 60_000;
export const cupboardOf = (base: URL): string => `marfacrm ${base.pathname}`;

export async function soundOf(cupboard: Cupboard, take: Take): Promise<Blob> {
  const sound = new Blob(await cupboard.all<Blob>("voice", `${take.id} `), { type: take.type });
  return take.type.includes("webm") ? wholeWebm(sound) : take.type.includes("mp4") ? wholeMp4(sound) : sound;
}

/** Each step has a key of its own, so that twice sent is once done. */
export async function deliver(parcel: Parcel, way: Way): Promise<Delivered> {
  const delivered: Delivered = { parcel };
  if (!parcel.interaction_id) {
    const made = await way.request(parcel.method, parcel.path, parcel.body, parcel.key);
    delivered.interaction = (made as TaskCompleted).interaction ?? (parcel.path.includes("interactions") ? (made as Interaction) : undefined);
    if (parcel.takes?.length && delivered.interaction) {
      parcel.interaction_id = delivered.interaction.id;
      await way.cupboard.put("outbox", parcel.key, parcel);
    }
  }
  for (const take of parcel.takes ?? []) {
    const sound = await soundOf(way.cupboard, take);
    if (!sound.size) continue;
    const path = `voice-notes?interaction_id=${parcel.interaction_id}&language=fa`;
    const note = await way.request("POST", path, sound, `${parcel.key}-${take.id}`, (share) => way.progress?.(parcel, share));
    delivered.spoken = [...(delivered.spoken ?? []), note as VoiceNote];
  }
  if (!parcel.takes?.length && parcel.note && delivered.interaction && way.can("note.analyse")) {
    const body = { text: parcel.note, interaction_id: delivered.interaction.id };
    delivered.analysis = (await way.request("POST", "notes/analyse", body, `${parcel.key}-note`)) as Analysis;
  }
  await forget(parcel, way.cupboard);
  return delivered;
}

export async function forget(parcel: Parcel, cupboard: Cupboard): Promise<void> {
  await cupboard.remove("outbox", parcel.key);
  for (const take of parcel.takes ?? []) await cupboard.clear("voice", `${take.id} `);
}
