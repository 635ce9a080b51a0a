// What was done and has not reached the server. It is on the disk before anybody is told that it is kept, it is sent in
// order, by one tab, and each with a key of its own, so that twice sent is once done.
import type { Analysis, Interaction, TaskCompleted } from "../api";
import type { Crm } from "./crm";
import type { Refusal } from "./http";

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
  /** the task is completed by a step of its own, after the conversation whose draft was open */
  completes?: boolean | undefined;
  /** the note that is read by the intelligence once the conversation is on the server */
  note?: string | undefined;
  refused?: { message: string; code: string } | undefined;
}

export interface Delivered {
  parcel: Parcel;
  interaction?: Interaction | undefined;
  analysis?: Analysis | undefined;
}

export class Outbox {
  parcels: Parcel[] = [];
  private sending = false;
  private again: ReturnType<typeof setTimeout> | undefined;
  private pause_ms = 2000;

  constructor(private readonly crm: Crm) {}

  /** Tasks that are settled here, though the server does not know yet. */
  get settled(): Set<string> {
    return new Set(this.parcels.filter((p) => p.task_id && !p.refused).map((p) => p.task_id as string));
  }

  async load(): Promise<void> {
    const user = this.crm.me?.user?.id;
    const all = await this.crm.cupboard.all<Parcel>("outbox").catch(() => []);
    this.parcels = all.filter((p) => p.user === user).sort((a, b) => a.at.localeCompare(b.at));
  }

  /** Keeps it, then tries to send. The promise is of the delivery; `undefined`: it waits for the network. */
  async post(parcel: Omit<Parcel, "key" | "user" | "at">): Promise<Delivered | undefined> {
    const whole: Parcel = { ...parcel, key: crypto.randomUUID(), user: this.crm.me?.user?.id ?? "", at: new Date().toISOString() };
    await this.crm.cupboard.put("outbox", whole.key, whole);
    this.parcels = [...this.parcels, whole];
    this.crm.tell("outbox");
    let delivered: Delivered | undefined;
    const note = (event: Event): void => {
      const detail = (event as CustomEvent<Delivered>).detail;
      if (detail.parcel.key === whole.key) delivered = detail;
    };
    this.crm.addEventListener("delivered", note);
    await this.send();
    this.crm.removeEventListener("delivered", note);
    return delivered;
  }

  async send(): Promise<void> {
    if (this.sending || this.crm.state !== "in") return;
    this.sending = true;
    clearTimeout(this.again);
    try {
      await navigator.locks.request(`marfacrm outbox ${this.crm.base.pathname}`, async () => {
        await this.load();
        for (const parcel of this.parcels.filter((p) => !p.refused)) if (!(await this.one(parcel))) break;
      });
    } finally {
      this.sending = false;
      this.crm.tell("outbox");
    }
    if (this.parcels.some((p) => !p.refused)) {
      this.again = setTimeout(() => void this.send(), this.pause_ms);
      this.pause_ms = Math.min(this.pause_ms * 2, 60_000);
    } else this.pause_ms = 2000;
  }

  /** false: the network is gone, and the rest waits. */
  private async one(parcel: Parcel): Promise<boolean> {
    try {
      const made = await this.crm.request(parcel.method, parcel.path, parcel.body, parcel.key);
      const interaction = (made as TaskCompleted).interaction ?? (parcel.path.includes("interactions") ? (made as Interaction) : undefined);
      if (parcel.completes) await this.crm.request("POST", `tasks/${parcel.task_id}/complete`, {}, `${parcel.key}-done`);
      let analysis: Analysis | undefined;
      if (parcel.note && interaction && this.crm.can("note.analyse"))
        analysis = await this.crm.call("note.analyse", { text: parcel.note, interaction_id: interaction.id }, `${parcel.key}-note`);
      await this.drop(parcel);
      this.crm.dispatchEvent(new CustomEvent<Delivered>("delivered", { detail: { parcel, interaction, analysis } }));
      return true;
    } catch (problem) {
      const refusal = problem as Refusal;
      if (refusal.passing) return false;
      parcel.refused = { message: refusal.message, code: refusal.code };
      await this.crm.cupboard.put("outbox", parcel.key, parcel);
      this.crm.sorry(problem);
      return true;
    }
  }

  async drop(parcel: Parcel): Promise<void> {
    await this.crm.cupboard.remove("outbox", parcel.key);
    this.parcels = this.parcels.filter((p) => p.key !== parcel.key);
    this.crm.tell("outbox");
  }

  /** What was refused is tried once more: as it stands, or changed. */
  async retry(parcel: Parcel, body = parcel.body): Promise<void> {
    const { refused: _, ...rest } = parcel;
    const key = body === parcel.body ? parcel.key : crypto.randomUUID();
    await this.crm.cupboard.remove("outbox", parcel.key);
    await this.crm.cupboard.put("outbox", key, { ...rest, key, body });
    await this.send();
  }
}
