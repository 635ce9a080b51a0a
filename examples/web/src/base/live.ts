// One event stream for all tabs: whoever holds the lock listens and passes on. What was missed is read first.
import type { Event as Change } from "../api";
import type { Crm } from "./crm";

interface Message {
  changes: Change[];
  again: boolean;
  seq: number;
  /** somebody has come in or was turned away in one tab: the others see for themselves */
  look?: boolean;
}

export class Live {
  private stopping: AbortController | undefined;
  private channel: BroadcastChannel;
  private source: EventSource | undefined;
  /** this tab is the one that listens */
  private holds = false;
  private batch: Change[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** the newest change that this tab has heard of */
  private seq = 0;

  constructor(private readonly crm: Crm) {
    this.channel = new BroadcastChannel(`marfacrm ${crm.base.pathname}`);
    this.channel.onmessage = ({ data }: MessageEvent<Message>) => {
      this.seq = Math.max(this.seq, data.seq);
      if (data.look) void crm.enter();
      else crm.changed(data.changes, data.again);
    };
  }

  /** From what is known at the latest when the first lists were read; later on, from what was heard last. */
  start(head = 0): void {
    this.seq ||= head;
    if (this.stopping) {
      if (this.holds && (!this.source || this.source.readyState === EventSource.CLOSED)) this.listen();
      return;
    }
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    navigator.locks
      .request(`marfacrm live ${this.crm.base.pathname}`, { signal }, () => {
        if (signal.aborted) return;
        this.holds = true;
        this.listen();
        return new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      })
      .catch(() => undefined);
  }

  stop(): void {
    this.stopping?.abort();
    this.stopping = undefined;
    this.holds = false;
    this.close();
  }

  private close(): void {
    this.source?.close();
    this.source = undefined;
  }

  private listen(): void {
    this.close();
    const url = new URL("events/stream", this.crm.api);
    if (this.seq) url.searchParams.set("after", String(this.seq));
    const source = (this.source = new EventSource(url));
    source.addEventListener("open", () => this.crm.reach(true));
    source.addEventListener("ready", (event) => this.at(event));
    source.addEventListener("change", (event) => {
      this.at(event);
      this.gather(JSON.parse((event as MessageEvent<string>).data) as Change);
    });
    source.addEventListener("resync", (event) => {
      this.at(event);
      this.pass([], true);
    });
    source.addEventListener("end", () => {
      this.close();
      setTimeout(() => void this.again(), 1500);
    });
    source.addEventListener("error", () => {
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(() => void this.again(), 5000); // refused: the login has ended, or the server is being replaced
    });
  }

  private async again(): Promise<void> {
    if (!this.stopping || this.source?.readyState === EventSource.OPEN) return;
    await this.crm.enter();
    if (this.stopping && this.crm.state === "in" && this.source?.readyState !== EventSource.OPEN) this.listen();
  }

  private at(event: Event): void {
    this.seq = Number((event as MessageEvent).lastEventId) || this.seq;
  }

  /** What one operation changes arrives in many events, and is passed on as one. */
  private gather(change: Change): void {
    this.batch.push(change);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.pass(this.batch.splice(0), false), 60);
  }

  tellOthers(): void {
    this.channel.postMessage({ changes: [], again: false, seq: this.seq, look: true } satisfies Message);
  }

  private pass(changes: Change[], again: boolean): void {
    this.channel.postMessage({ changes, again, seq: this.seq } satisfies Message);
    this.crm.changed(changes, again);
  }
}
