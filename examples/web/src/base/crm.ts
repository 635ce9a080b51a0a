// One CRM as the browser knows it: who acts and what they may do, operations, what waits to be sent, what has changed.
// All elements of a page that show the same mount share one.
import type { Event as Change, Me, OperationName, Rep, Task } from "../api";
import { differences, settled, type Clash, type Difference } from "./amend";
import { Cupboard } from "./idb";
import { Refusal, address, sayWith, send, type InputOf, type OutputOf } from "./http";
import { dropLast, liftLast } from "./last";
import { Live } from "./live";
import { Outbox } from "./outbox";
import { cupboardOf, shown_ms, type Parcel, type Take } from "./parcel";
import { Recording } from "./recording";
import { num } from "./format";
import { language, speak, t, type Language } from "./words";

export type State = "opening" | "in" | "out" | "shut";
export type Theme = "system" | "light" | "dark";

export interface Toast {
  id: number;
  text: string;
  kind: "plain" | "good" | "bad";
  action?: { label: string; run: () => void } | undefined;
  stays?: boolean;
}

/** The conversation that is going on, or that is being written down. It outlives the page. */
export interface Talk {
  rep: Rep;
  task?: Task | null;
  channel: string;
  direction: "in" | "out";
  /** the draft of the interaction on the server, when there was a network */
  draft?: { id: string; version: number } | undefined;
  url?: string | undefined;
  display?: string | undefined;
  started_at: string;
  ended_at?: string | undefined;
  notes: string;
  purpose?: string;
  outcome?: string;
  done: boolean;
  folded?: boolean;
  /** what was spoken instead of typed */
  takes?: Take[];
}

interface Signed extends Me {
  csrf_token?: string;
}

export class Crm extends EventTarget {
  readonly api: URL;
  readonly cupboard: Cupboard;
  readonly live: Live;
  readonly outbox: Outbox;
  state: State = "opening";
  me: Me | undefined;
  toasts: Toast[] = [];
  /** what two have changed at once, while somebody here decides */
  clash: Clash | undefined;
  talk: Talk | undefined;
  recording: Recording | undefined;
  online = navigator.onLine;
  theme: Theme = "system";
  /** the document is the CRM's own: its title, language, address and keys */
  page = false;
  /** the language that the host has asked for: it goes before what was chosen here */
  private hosts: Language | undefined;
  /** outermost elements of the CRM on this page, in the order in which they came */
  readonly outermost = new Set<HTMLElement>();
  private present = new Map<string, number>();
  private csrf = "";
  private allowed = new Set<string>();
  private entering: Promise<void> | undefined;
  /** Whoever was here last sees what they saw last, while the server is asked whether they are still in. */
  private recalled = false;
  private waiting: Array<() => void> = [];
  private toast_ids = 0;
  private saving: Promise<unknown> = Promise.resolve();

  constructor(readonly base: URL) {
    super();
    this.api = new URL("api/v1/", base);
    this.cupboard = new Cupboard(cupboardOf(base));
    this.live = new Live(this);
    this.outbox = new Outbox(this);
    addEventListener("online", () => this.reach(true));
    addEventListener("offline", () => this.reach(false));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && (this.state === "shut" || this.state === "out")) void this.enter();
    });
    this.dress((this.kept("theme") as Theme | null) ?? "system");
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.dress(this.theme));
  }

  // ---- small things that this browser remembers ----

  kept(name: string): string | null {
    return localStorage.getItem(`marfacrm ${name}`);
  }
  keep(name: string, value: string): void {
    localStorage.setItem(`marfacrm ${name}`, value);
  }

  get dark(): boolean {
    return this.theme === "dark" || (this.theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  }
  dress(theme: Theme): void {
    this.theme = theme;
    document.documentElement.dataset["mcTheme"] = this.dark ? "dark" : "light";
    this.tell();
  }

  async translate(next: Language): Promise<void> {
    this.keep("language", next);
    await this.utter(next);
  }
  /** The host's page speaks and looks so; what somebody chooses in the CRM's own settings holds until it says otherwise. */
  host(language_: Language | null, theme: Theme | null): void {
    if (language_ && language_ !== this.hosts) void this.utter((this.hosts = language_));
    if (theme && theme !== this.theme) this.dress(theme);
  }
  private async utter(next: Language): Promise<void> {
    await speak(next);
    this.tell("words");
  }

  /** An element comes to this page, or leaves it. */
  count(name: string, by: 1 | -1): void {
    this.present.set(name, (this.present.get(name) ?? 0) + by);
  }
  /** What every page needs, whichever elements its host has chosen: where nobody shows it, it comes to the end of the body. */
  private want(name: "marfacrm-toasts" | "marfacrm-conversation" | "marfacrm-conflict"): void {
    if (this.present.get(name) || this.present.get("marfacrm-app") || !this.outermost.size) return;
    const element = document.createElement(name);
    element.setAttribute("base", this.base.href);
    document.body.append(element);
  }

  /** Says that something here has changed; elements draw themselves anew. */
  tell(what = "change"): void {
    this.dispatchEvent(new Event(what));
    if (what !== "change") this.dispatchEvent(new Event("change"));
  }

  /** A page shows what it has to show. */
  drawn(): void {
    this.dispatchEvent(new Event("drawn"));
  }

  // ---- who acts ----

  can(operation: string): boolean {
    return this.allowed.has(operation);
  }

  /** Finds out who is signed in. Without a network, whoever was here last goes on. */
  enter(): Promise<void> {
    this.entering ??= this.find().finally(() => (this.entering = undefined));
    return this.entering;
  }

  private async find(): Promise<void> {
    const chosen = this.hosts ?? (this.kept("language") as Language | null);
    if (chosen && chosen !== language()) await this.utter(chosen);
    if (this.state === "opening") void this.recall();
    try {
      this.admit((await send(this.api, { method: "GET", path: "session" })) as Signed);
    } catch (problem) {
      const refusal = problem as Refusal;
      const seen = await this.cupboard.get<Me>("seen", "me").catch(() => undefined);
      if (refusal.passing && seen) {
        this.reach(false);
        this.admit(seen);
        setTimeout(() => void this.enter(), 15_000);
      } else {
        this.turn(refusal.code === "gate" ? "shut" : "out");
      }
    }
  }

  private async recall(): Promise<void> {
    const seen = await this.cupboard.get<Me & { seen_at?: number }>("seen", "me").catch(() => undefined);
    if (!seen || this.state !== "opening" || Date.now() - (seen.seen_at ?? 0) > shown_ms) return;
    this.recalled = true;
    this.me = seen;
    this.allowed = new Set((seen.capabilities ?? []).map((one) => one.operation ?? ""));
    this.state = "in";
    this.tell("state");
  }

  /** Comes in, or is turned away; other tabs of this browser see for themselves. */
  private turn(next: State, head?: number): void {
    const turned = this.state !== next;
    this.state = next;
    if (next === "in") this.live.start(head);
    else {
      this.live.stop();
      void dropLast(this.base).catch(() => undefined);
      liftLast();
      if (this.recalled) this.me = undefined; // nothing was begun here that could be lost
      this.recalled = false;
    }
    if (turned) this.live.tellOthers();
    this.tell("state");
  }

  async signIn(username: string, password: string, totp?: string): Promise<void> {
    const body = totp ? { username, password, totp } : { username, password };
    const signed = (await send(this.api, { method: "POST", path: "session", body })) as Signed;
    // The answer names the person; who they are in full, and what they may do, is asked once more.
    this.admit(signed.capabilities ? signed : ((await send(this.api, { method: "GET", path: "session" })) as Signed));
  }

  private admit(signed: Signed): void {
    const before = this.me?.user?.id;
    if (signed.csrf_token) this.csrf = signed.csrf_token;
    this.me = signed;
    this.allowed = new Set((signed.capabilities ?? []).map((one) => one.operation ?? ""));
    const { csrf_token: _, ...kept } = signed;
    const stored = this.cupboard.put("seen", "me", { ...kept, ...(signed.csrf_token ? { seen_at: Date.now() } : {}) }).catch(() => undefined);
    if (before && before !== signed.user?.id) {
      // Somebody else sits here now: nothing of the one before may show.
      void Promise.all([stored, dropLast(this.base).catch(() => undefined)]).then(() => location.reload());
      return;
    }
    if (signed.csrf_token) this.online = true;
    const wish = signed.user?.language;
    if (!this.kept("language") && wish && wish !== language() && !this.hosts) void this.utter(wish);
    void this.takeUp();
    if (this.recalled) {
      this.recalled = false;
      this.live.start(signed.head);
      this.tell();
    } else this.turn("in", signed.head);
    void this.outbox.send();
    for (const go of this.waiting.splice(0)) go();
  }

  async signOut(): Promise<void> {
    await send(this.api, { method: "DELETE", path: "session", csrf: this.csrf }).catch(() => undefined);
    await this.cupboard.clear("seen");
    this.me = undefined;
    this.allowed.clear();
    this.turn("out");
  }

  /** The login has ended, or the gate is shut: what was asked waits here until somebody has come in again. */
  private back(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private turnedAway(refusal: Refusal): void {
    const next: State = refusal.code === "gate" ? "shut" : "out";
    if (this.state !== next) this.turn(next);
  }

  reach(online: boolean): void {
    if (this.online === online) return;
    this.online = online;
    if (online) {
      if (!this.csrf || this.state !== "in") void this.enter();
      void this.outbox.send();
      this.live.start();
    }
    this.tell("reach");
  }

  // ---- operations ----

  async call<K extends OperationName>(name: K, input: InputOf<K>, key?: string): Promise<OutputOf<K>> {
    const { method, path, rest } = address(name, input as Record<string, unknown>);
    return (await this.request(method, path, rest, key)) as OutputOf<K>;
  }

  async request(method: string, path: string, body?: unknown, key?: string, progress?: (share: number) => void): Promise<unknown> {
    if (this.recalled) await this.entering; // events are heard from the session's answer on: what is read is read after it
    for (let renewed = false; ; ) {
      if (method !== "GET" && !this.csrf) await this.enter(); // the page was opened without a network
      try {
        const sent = key ?? (method === "POST" ? crypto.randomUUID() : undefined);
        const answer = await send(this.api, { method, path, body, csrf: this.csrf, key: sent, progress });
        this.reach(true);
        return answer;
      } catch (problem) {
        const refusal = problem as Refusal;
        if (refusal.status === 0) this.reach(false);
        if (refusal.code === "csrf" && !renewed) {
          renewed = true;
          await this.enter(); // another tab has signed in anew
          continue;
        }
        if (refusal.code !== "unauthenticated" && refusal.code !== "gate") throw problem;
        this.turnedAway(refusal);
        await this.back();
      }
    }
  }

  /** Reads, and remembers what was read for when there is no network. */
  async read<K extends OperationName>(name: K, input: InputOf<K>): Promise<{ value: OutputOf<K>; old: boolean }> {
    const key = `${this.me?.user?.id} ${name} ${JSON.stringify(input)}`;
    try {
      const value = await this.call(name, input);
      void this.cupboard.put("seen", key, value).catch(() => undefined);
      return { value, old: false };
    } catch (problem) {
      const value = (problem as Refusal).passing ? await this.cupboard.get<OutputOf<K>>("seen", key) : undefined;
      if (value === undefined) throw problem;
      return { value, old: true };
    }
  }

  async seen<K extends OperationName>(name: K, input: InputOf<K>): Promise<OutputOf<K> | undefined> {
    return this.cupboard.get<OutputOf<K>>("seen", `${this.me?.user?.id} ${name} ${JSON.stringify(input)}`).catch(() => undefined);
  }

  /** Events that the stream brought. */
  changed(changes: Change[], again = false): void {
    this.dispatchEvent(new CustomEvent("live", { detail: { changes, again } }));
  }

  // ---- toasts ----

  toast(text: string, options: Partial<Omit<Toast, "id" | "text">> = {}): void {
    const toast: Toast = { id: ++this.toast_ids, text, kind: "plain", ...options };
    this.toasts = [...this.toasts.slice(-2), toast];
    this.want("marfacrm-toasts");
    if (!toast.stays) setTimeout(() => this.untoast(toast.id), toast.action ? 9000 : 5000);
    this.tell();
  }
  untoast(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
    this.tell();
  }
  /** Says what went wrong, what was kept and what to do. */
  sorry(problem: unknown): void {
    const text = problem instanceof Error ? problem.message : String(problem);
    const detail = problem instanceof Refusal && problem.detail && language() === "en" ? ` (${problem.detail})` : "";
    this.toast(text + detail, { kind: "bad" });
  }

  /** Undo as the library does it: the last change of a record, if it was ours; of each record, where an action changed several. */
  offerUndo(text: string, entity: "task" | "interaction" | "rep", ...ids: string[]): void {
    this.toast(text, { kind: "good", action: { label: t("undo"), run: () => void this.undo(entity, ids) } });
  }
  private async undo(entity: "task" | "interaction" | "rep", ids: string[]): Promise<void> {
    const failed: unknown[] = [];
    for (const id of ids) await this.call("record.undo", { entity, id }).catch((problem: unknown) => failed.push(problem));
    if (!failed.length) this.toast(ids.length > 1 ? t("undone_all", num(ids.length)) : t("undone"));
    else if (ids.length === 1) this.sorry(failed[0]);
    else this.toast(t("undone_some", num(ids.length - failed.length), num(ids.length)), { kind: "bad" });
    this.changed([], true);
  }

  // ---- two at once ----

  /** Changes a record. Where somebody else has done so meanwhile, the person here chooses; undefined: back to the form as it is. */
  async amend<U extends "task.update" | "rep.profile.update" | "prospect.update" | "interaction.update">(
    update: U,
    record: { id: string; version: number },
    change: Record<string, unknown>,
    read: () => Promise<{ version: number; fields: Record<string, unknown> }>,
    before: Record<string, unknown>,
  ): Promise<OutputOf<U> | undefined> {
    let { version } = record;
    for (let sent = change; ; ) {
      try {
        return await this.call(update, { id: record.id, version, ...sent } as InputOf<U>);
      } catch (problem) {
        if (!(problem instanceof Refusal) || !problem.stale) throw problem;
        const now = await read();
        const both = differences(change, now.fields, before);
        if (both.length && !(await this.choose(both))) return undefined;
        ({ version } = now);
        sent = settled(change, now.fields, both, before);
      }
    }
  }
  choose(both: Difference[]): Promise<boolean> {
    return new Promise((resolve) => {
      this.clash = {
        differences: both,
        answer: (save) => {
          this.clash = undefined;
          this.tell();
          resolve(save);
        },
      };
      this.want("marfacrm-conflict");
      this.tell();
    });
  }

  // ---- the conversation ----

  private async takeUp(): Promise<void> {
    if (this.talk || !this.me?.user) return;
    const kept = await this.cupboard.get<Talk>("drafts", `talk ${this.me.user.id}`).catch(() => undefined);
    if (kept && !this.talk) {
      this.talk = { ...kept, folded: true };
      this.want("marfacrm-conversation");
      this.tell();
    }
    void this.sweep().catch(() => undefined);
  }

  /** Recordings that nothing speaks of any more: their conversation was sent or thrown away. */
  private async sweep(): Promise<void> {
    const speaks = [...(await this.cupboard.all<Talk>("drafts")), ...(await this.cupboard.all<Parcel>("outbox"))].flatMap((one) => one.takes ?? []);
    const known = new Set(speaks.map((take) => take.id));
    for (const id of new Set((await this.cupboard.keys("voice")).map((key) => key.split(" ")[0] as string)))
      if (!known.has(id) && !this.talk?.takes?.some((take) => take.id === id)) await this.cupboard.clear("voice", `${id} `);
  }

  // ---- what is spoken ----

  async record(): Promise<void> {
    if (this.recording || !this.talk) return;
    const { started_at } = this.talk;
    const recording = await Recording.start(this);
    if (this.talk?.started_at === started_at) this.recording = recording;
    else void recording?.stop();
    this.tell();
  }

  /** A piece of it is on the disk: the conversation knows of it. */
  keepTake(take: Take): void {
    const { talk } = this;
    if (!talk) return;
    const others = (talk.takes ?? []).filter((one) => one.id !== take.id);
    this.setTalk({ ...talk, takes: [...others, { ...take }] });
  }

  /** A recording that was made elsewhere. */
  async takeFile(file: File): Promise<void> {
    const take: Take = { id: crypto.randomUUID(), seconds: 0, type: file.type || "application/octet-stream" };
    await this.cupboard.put("voice", `${take.id} 0`, file);
    this.keepTake(take);
  }

  setTalk(talk: Talk | undefined): void {
    this.talk = talk;
    if (talk) this.want("marfacrm-conversation");
    const key = `talk ${this.me?.user?.id}`;
    this.saving = this.saving
      .then(() => (talk ? this.cupboard.put("drafts", key, talk) : this.cupboard.remove("drafts", key)))
      .catch(() => undefined);
    this.dispatchEvent(new Event("talk")); // to those who show it: each key that is typed comes by here
  }

  /** Calls or writes to a rep: the link opens at once, the draft on the server follows. */
  async contact(rep: Rep, channel: "call" | "telegram", task?: Task | null): Promise<void> {
    if (this.talk && this.talk.rep.id !== rep.id && (this.talk.notes || this.talk.takes?.length || !this.talk.ended_at)) {
      this.toast(t("talk_open", this.talk.rep.name ?? ""));
      this.setTalk({ ...this.talk, folded: false });
      return;
    }
    const direct = channel === "call" ? rep.phones?.[0] && `tel:${rep.phones[0]}` : rep.telegram && `https://t.me/${rep.telegram}`;
    const talk: Talk = {
      ...(this.talk?.takes ? { takes: this.talk.takes } : {}),
      rep,
      task: task ?? null,
      channel,
      direction: "out",
      started_at: new Date().toISOString(),
      notes: this.talk?.notes ?? "",
      done: !!task,
      url: direct || undefined,
    };
    this.setTalk(talk);
    if (direct) openLink(direct);
    try {
      const input = task ? { id: rep.id, channel, task_id: task.id } : { id: rep.id, channel };
      const made = await this.call("rep.contact", input);
      const draft = made.interaction ? { id: made.interaction.id, version: made.interaction.version } : undefined;
      if (!direct && made.url) openLink(made.url);
      if (this.talk?.started_at === talk.started_at)
        this.setTalk({ ...this.talk, draft, url: made.url ?? direct ?? undefined, display: made.display ?? undefined });
      else if (draft) await this.call("record.archive", { entity: "interaction", id: draft.id });
    } catch (problem) {
      if ((problem as Refusal).passing) return; // it goes on without; it is logged whole at the end
      this.sorry(problem);
      if (this.talk?.started_at === talk.started_at && !this.talk.notes) this.setTalk(undefined);
    }
  }

  /** Writes down a conversation that was had elsewhere. */
  write(rep: Rep, task?: Task | null): void {
    if (this.talk) {
      this.setTalk({ ...this.talk, folded: false });
      if (this.talk.rep.id !== rep.id) this.toast(t("talk_open", this.talk.rep.name ?? ""));
      return;
    }
    const now = new Date().toISOString();
    this.setTalk({ rep, task: task ?? null, channel: "call", direction: "in", started_at: now, ended_at: now, notes: "", done: !!task });
  }

}

/** A telephone or Telegram opens beside the page, never instead of it. */
function openLink(url: string): void {
  const link = document.createElement("a");
  link.href = url;
  if (url.startsWith("https:")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
  link.click();
}

sayWith((what) => t(what));

const known = new Map<string, Crm>();

/** The CRM at an address; without one, the mount that this script came from. */
export function crmAt(base?: string | null): Crm {
  const here = import.meta.url; // in assets/, below the mount
  const url = base ? new URL(base, document.baseURI) : new URL("../", here);
  let found = known.get(url.href);
  if (!found) {
    known.set(url.href, (found = new Crm(url)));
    void found.enter();
  }
  return found;
}
