// What was done and has not reached the server. It is on the disk before anybody is told that it is kept, it is sent in
// order, by one tab, and each with a key of its own, so that twice sent is once done.
import type { Crm } from "./crm";
import type { Refusal } from "./http";
import { deliver, lockOf, type Delivered, type Parcel } from "./parcel";

export class Outbox {
  parcels: Parcel[] = [];
  /** the one that is under way, and how much of its sound has left, 0 to 1 */
  moving: { key: string; share: number } | undefined;
  private sending: Promise<void> | undefined;
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

  /** Once it resolves, it is on the disk. */
  async keep(parcel: Omit<Parcel, "key" | "user" | "at">): Promise<Parcel> {
    const whole: Parcel = { ...parcel, key: crypto.randomUUID(), user: this.crm.me?.user?.id ?? "", at: new Date().toISOString() };
    await this.crm.cupboard.put("outbox", whole.key, whole);
    this.parcels = [...this.parcels, whole];
    this.crm.tell("outbox");
    return whole;
  }

  /** Keeps it, then tries to send. The promise is of the delivery; `undefined`: it waits for the network. */
  async post(parcel: Omit<Parcel, "key" | "user" | "at">): Promise<Delivered | undefined> {
    return this.deliver(await this.keep(parcel));
  }

  async deliver(parcel: Parcel): Promise<Delivered | undefined> {
    let delivered: Delivered | undefined;
    const note = (event: Event): void => {
      const detail = (event as CustomEvent<Delivered>).detail;
      if (detail.parcel.key === parcel.key) delivered = detail;
    };
    this.crm.addEventListener("delivered", note);
    await this.send(); // a round that is under way may have passed it by
    if (!delivered && this.parcels.some((p) => p.key === parcel.key && !p.refused) && this.crm.online) await this.send();
    this.crm.removeEventListener("delivered", note);
    return delivered;
  }

  send(): Promise<void> {
    this.sending ??= this.round().finally(() => (this.sending = undefined));
    return this.sending;
  }

  private async round(): Promise<void> {
    if (this.crm.state !== "in") return;
    clearTimeout(this.again);
    try {
      await navigator.locks.request(lockOf(this.crm.base), async () => {
        await this.load();
        for (const parcel of this.parcels.filter((p) => !p.refused)) if (!(await this.one(parcel))) break;
      });
    } finally {
      this.moving = undefined;
      this.crm.tell("outbox");
    }
    if (this.parcels.some((p) => !p.refused)) {
      this.again = setTimeout(() => void this.send(), this.pause_ms);
      this.pause_ms = Math.min(this.pause_ms * 2, 60_000);
      void this.wake();
    } else this.pause_ms = 2000;
  }

  /** Where the browser can, its worker sends what is left when the network is back and no page is open. */
  private async wake(): Promise<void> {
    const registration = await navigator.serviceWorker?.getRegistration(this.crm.base.href).catch(() => undefined);
    await (registration as { sync?: { register(tag: string): Promise<void> } } | undefined)?.sync?.register("outbox").catch(() => undefined);
  }

  /** false: the network is gone, and the rest waits. */
  private async one(parcel: Parcel): Promise<boolean> {
    const { crm } = this;
    this.moving = { key: parcel.key, share: 0 };
    try {
      const delivered = await deliver(parcel, {
        cupboard: crm.cupboard,
        can: (operation) => crm.can(operation),
        request: (method, path, body, key, progress) => crm.request(method, path, body, key, progress),
        progress: ({ key }, share) => {
          this.moving = { key, share };
          crm.tell("outbox");
        },
      });
      this.parcels = this.parcels.filter((p) => p.key !== parcel.key);
      crm.dispatchEvent(new CustomEvent<Delivered>("delivered", { detail: delivered }));
      return true;
    } catch (problem) {
      const refusal = problem as Refusal;
      if (refusal.passing) return false;
      parcel.refused = { message: refusal.message, code: refusal.code, field: refusal.field };
      await crm.cupboard.put("outbox", parcel.key, parcel);
      crm.sorry(problem);
      return true;
    }
  }

  /** Its sound stays on the disk until the next start, so that it can be taken back. */
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
