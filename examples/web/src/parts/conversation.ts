// The conversation that is going on: its clock, the notes (kept at each key), and afterwards what the intelligence proposes.
// A sheet on a phone, a panel beside the page on a desktop; folded, it is a bar that lets the page be looked at.
import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import type { Analysis, Rep, Suggestion } from "../api";
import type { Talk } from "../base/crm";
import type { Delivered } from "../base/parcel";
import { CrmElement, look } from "../base/element";
import { duration, num, phone } from "../base/format";
import { icon } from "../base/icons";
import { say, t } from "../base/words";
import { outcomes, types } from "./edit";
import { face, pieces } from "./pieces";
import type { Recorder } from "./recorder";
import type { Review } from "./review";
import type { Voice } from "./voice";
import "./recorder";
import "./review";
import "./voice";

interface Reviewed {
  rep: Rep;
  analysis: Analysis;
  suggestions: Suggestion[];
}

/** A conversation that was spoken, on its way: in the outbox first, then on the server. */
interface Watched {
  rep: Rep;
  key: string;
  interaction_id?: string | undefined;
  open?: number;
}

@customElement("marfacrm-conversation")
export class Conversation extends CrmElement {
  static override styles = [
    look,
    pieces,
    css`
      :host {
        block-size: 100%;
      }
      /* by itself in a host's page: over it, at its end */
      :host([data-alone][data-open]) {
        position: fixed;
        z-index: 30;
        inset-block: 0;
        inset-inline-end: 0;
        inline-size: min(28rem, 100%);
        box-shadow: var(--mc-shadow-high);
      }
      :host([data-alone][data-folded]) {
        position: fixed;
        z-index: 30;
        inset-block-end: 1rem;
        inset-inline-end: 1rem;
        inline-size: min(24rem, 100vw - 2rem);
        block-size: auto;
      }
      .sheet {
        display: flex;
        flex-direction: column;
        block-size: 100%;
        background: var(--mc-card);
      }
      header,
      footer {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        padding: 0.7rem clamp(0.8rem, 3vw, 1.1rem);
        border-block-end: 1px solid var(--mc-line);
      }
      footer {
        border-block: 1px solid var(--mc-line) 0;
        padding-block-end: calc(0.7rem + env(safe-area-inset-bottom));
      }
      footer .main {
        flex: 1;
        min-block-size: 2.9rem;
      }
      .body {
        flex: 1;
        overflow-y: auto;
        overscroll-behavior: contain;
        padding: clamp(0.8rem, 3vw, 1.1rem);
      }
      .who {
        flex: 1;
        min-inline-size: 0;
        line-height: 1.5;
      }
      .clock {
        font-variant-numeric: tabular-nums;
        font-size: var(--mc-text-large);
        font-weight: 600;
      }
      .on {
        color: var(--mc-bad);
      }
      .on::before {
        content: "";
        display: inline-block;
        inline-size: 0.55em;
        block-size: 0.55em;
        margin-inline-end: 0.4em;
        border-radius: 50%;
        background: currentColor;
        animation: breathe 1.2s ease-in-out infinite alternate;
      }
      textarea {
        min-block-size: 9rem;
      }
      progress {
        inline-size: 100%;
        block-size: 0.5rem;
        accent-color: var(--mc-accent);
      }
      .bar {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        padding: 0.45rem 0.8rem;
        background: var(--mc-card);
        border: 1px solid var(--mc-accent);
        border-radius: var(--mc-radius);
        box-shadow: var(--mc-shadow-high);
      }
      .bar button.open {
        flex: 1;
        min-inline-size: 0;
        justify-content: flex-start;
        padding-inline: 0.3rem;
      }
      .bar .open span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
    `,
  ];
  @state() private reviewed: Reviewed | undefined;
  @state() private watched: Watched | undefined;
  @state() private sending = false;
  @state() private more = false;
  @query("textarea") private area!: HTMLTextAreaElement | null;
  @query("marfacrm-recorder") private recorder!: Recorder | null;
  @query("marfacrm-review") private review!: Review | null;
  @query("marfacrm-voice") private voice!: Voice | null;
  private ticking: ReturnType<typeof setInterval> | undefined;
  private shownTalk: string | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.crm.addEventListener("talk", this.moved);
    this.ticking = setInterval(() => this.crm.talk && !this.crm.talk.ended_at && this.requestUpdate(), 1000);
    this.crm.addEventListener("delivered", this.arrived);
  }
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.ticking);
    this.crm.removeEventListener("delivered", this.arrived);
    this.crm.removeEventListener("talk", this.moved);
  }

  /** the spoken conversation that is looked at here */
  get watching(): string | undefined {
    return this.watched?.interaction_id;
  }
  private moved = (): void => this.requestUpdate();

  get busy(): boolean {
    return !!this.crm.talk || !!this.reviewed || !!this.watched;
  }

  /** What had to wait for the network has arrived: its proposals are offered, not forced on whoever does something else. */
  private arrived = (event: Event): void => {
    const { parcel, analysis, spoken } = (event as CustomEvent<Delivered>).detail;
    if (spoken?.length) {
      if (this.watched?.key === parcel.key) this.watched = { ...this.watched, interaction_id: spoken[0]?.interaction_id ?? undefined };
      else this.crm.toast(t("sound_arrived", parcel.about), { kind: "good" });
    }
    if (this.sending || !analysis) return;
    const rep = { id: parcel.rep_id, name: parcel.about } as Rep;
    this.crm.toast(t("arrived", parcel.about), {
      kind: "good",
      ...(analysis.suggestions?.length
        ? { action: { label: t("review"), run: () => (this.reviewed = { rep, analysis, suggestions: analysis.suggestions ?? [] }) } }
        : {}),
    });
  };

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const talk = this.crm.talk;
    // Before anything is laid out: the sheet is never measured in a place where it will not be.
    this.toggleAttribute("data-alone", this.alone);
    this.toggleAttribute("data-open", (!!talk && !talk.folded) || !!this.reviewed || !!this.watched);
    this.toggleAttribute("data-folded", !!talk?.folded && !this.reviewed && !this.watched);
  }
  protected override updated(): void {
    const talk = this.crm.talk;
    const key = talk && !talk.folded ? talk.started_at : undefined;
    if (key && key !== this.shownTalk) void this.write();
    this.shownTalk = key;
  }
  /** To give the focus lays the page out: once, when all that the sheet holds stands in it. */
  private async write(): Promise<void> {
    await this.recorder?.updateComplete;
    this.area?.focus({ preventScroll: true });
  }

  private change(change: Partial<Talk>): void {
    if (this.crm.talk) this.crm.setTalk({ ...this.crm.talk, ...change });
  }

  private seconds(talk: Talk): number {
    return (new Date(talk.ended_at ?? Date.now()).getTime() - new Date(talk.started_at).getTime()) / 1000;
  }

  /** What the conversation and its task become on the server, in one step. */
  private letter(talk: Talk): { method: string; path: string; body: Record<string, unknown>; task_id?: string | undefined } {
    const notes = talk.notes.trim();
    const told = {
      state: "final",
      type: talk.channel,
      direction: talk.direction,
      notes: notes || null,
      duration_s: Math.min(86_400, Math.round(this.seconds(talk))),
      ...(talk.purpose ? { purpose: talk.purpose } : {}),
      ...(talk.outcome ? { outcome: talk.outcome } : {}),
    };
    const interaction = talk.draft ? { ...told, id: talk.draft.id, version: talk.draft.version } : { ...told, rep_id: talk.rep.id, started_at: talk.started_at };
    if (talk.done && talk.task) return { method: "POST", path: `tasks/${talk.task.id}/complete`, body: { interaction }, task_id: talk.task.id };
    if (!talk.draft) return { method: "POST", path: "interactions", body: interaction };
    return { method: "PATCH", path: `interactions/${talk.draft.id}`, body: { ...told, version: talk.draft.version } };
  }

  /** One tap: the clock stops, the conversation is logged, its task is done, what was typed or spoken is read. */
  private async save(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      await this.crm.recording?.stop();
      const talk = this.crm.talk;
      if (!talk) return;
      const notes = talk.notes.trim();
      if (!notes && !talk.outcome && !talk.takes?.length) {
        this.crm.toast(t("notes_wanted"), { kind: "bad" });
        this.area?.focus();
        return;
      }
      const letter = this.letter(talk);
      const parcel = await this.crm.outbox.keep({ ...letter, about: talk.rep.name ?? "", rep_id: talk.rep.id, note: notes || undefined, takes: talk.takes });
      if (talk.takes?.length) this.watched = { rep: talk.rep, key: parcel.key };
      this.crm.setTalk(undefined);
      const sent = await this.crm.outbox.deliver(parcel);
      const waits = !sent && this.crm.outbox.parcels.some((p) => p.key === parcel.key && !p.refused);
      if (sent?.analysis?.suggestions?.length) this.reviewed = { rep: talk.rep, analysis: sent.analysis, suggestions: sent.analysis.suggestions };
      if (sent && letter.task_id) this.crm.offerUndo(t("logged_done"), "task", letter.task_id);
      else if (sent) this.crm.toast(t("logged"), { kind: "good" });
      else if (waits) this.crm.toast(t("logged_later"));
    } catch (problem) {
      this.crm.sorry(problem); // the browser could not keep it: the sheet stays open with all that was written
    } finally {
      this.sending = false;
    }
  }

  private async discard(talk: Talk): Promise<void> {
    const { draft } = talk;
    await this.crm.recording?.stop();
    talk = this.crm.talk ?? talk;
    this.crm.setTalk(undefined);
    this.crm.toast(t("discarded"), { action: { label: t("undo"), run: () => this.crm.setTalk({ ...talk, draft: undefined }) } });
    if (draft && this.crm.can("record.archive")) await this.crm.call("record.archive", { entity: "interaction", id: draft.id }).catch(() => undefined);
  }

  private closeReview(): void {
    const left = this.review?.suggestions.some((one) => !one.state || one.state === "proposed");
    this.reviewed = undefined;
    if (left) this.crm.toast(t("review_left"));
    this.dispatchEvent(new CustomEvent("finished", { bubbles: true, composed: true }));
  }

  private choice(name: string, group: string, codes: string[], chosen: string | undefined, set: (code: string) => void): TemplateResult {
    return html`<fieldset class="choices"><legend>${name}</legend>
      ${codes.map((code) => html`<button type="button" aria-pressed=${chosen === code ? "true" : "false"} @click=${() => set(code)}>${say(group, code)}</button>`)}
    </fieldset>`;
  }

  private form(talk: Talk): TemplateResult {
    const running = !talk.ended_at;
    const tel = talk.url?.startsWith("tel:") ? phone(talk.url.slice(4)) : talk.display;
    return html`<section class="sheet" role="region" aria-label=${t("conversation")} @keydown=${(e: KeyboardEvent) => {
      if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) void this.save();
    }}>
      <header role="none">
        ${face(talk.rep)}
        <div class="who"><a class="strong" href=${this.link(`rep/${talk.rep.id}`)}><bdi>${talk.rep.name}</bdi></a>
          <div class="small soft">${talk.url && tel ? html`<a href=${talk.url} dir="ltr" class="number" target=${talk.url.startsWith("https") ? "_blank" : "_self"} rel="noopener noreferrer">${tel}</a>` : talk.rep.shop}</div></div>
        <span class="clock number ${running ? "on" : ""}" role="timer">${duration(this.seconds(talk))}</span>
        <button class="quiet round" aria-label=${t("fold")} @click=${() => this.change({ folded: true })}>${icon("down")}</button>
      </header>
      <div class="body stack">
        <label class="field"><span>${t("notes")}</span>
          <textarea name="notes" placeholder=${t("notes_example")} .value=${talk.notes} @input=${(e: Event) => this.change({ notes: (e.target as HTMLTextAreaElement).value })}></textarea></label>
        ${this.crm.can("voice_note.upload") ? html`<marfacrm-recorder .base=${this.base}></marfacrm-recorder>` : nothing}
        ${this.choice(t("outcome"), "outcome", this.more ? outcomes : outcomes.slice(0, 5), talk.outcome, (outcome) => this.change({ outcome: talk.outcome === outcome ? "" : outcome }))}
        ${this.more
          ? html`${this.choice(t("channel"), "type", types, talk.channel, (channel) => this.change({ channel }))}
              ${this.choice(t("direction"), "direction", ["out", "in"], talk.direction, (d) => this.change({ direction: d as "in" | "out" }))}`
          : html`<button class="quiet" @click=${() => (this.more = true)}>${icon("more")}${t("more")}</button>`}
        ${talk.task
          ? html`<label class="check"><input type="checkbox" .checked=${talk.done} @change=${(e: Event) => this.change({ done: (e.target as HTMLInputElement).checked })} />
              <span>${t("also_done", talk.task.title ?? "")}</span></label>`
          : nothing}
        <p class="small soft">${t("kept_as_typed")}</p>
      </div>
      <footer role="none">
        <button class="main" ?disabled=${this.sending} @click=${() => void this.save()}>${this.sending ? t("saving") : running ? t("end_and_save") : t("save_and_read")}</button>
        ${running && talk.channel === "call" ? html`<button @click=${() => this.change({ ended_at: new Date().toISOString() })}>${icon("square")}${t("end_call")}</button>` : nothing}
        <button class="quiet round danger" aria-label=${t("discard")} @click=${() => void this.discard(talk)}>${icon("trash")}</button>
      </footer>
    </section>`;
  }

  private found(reviewed: Reviewed): TemplateResult {
    return html`<section class="sheet" role="region" aria-label=${t("review")}>
      <header role="none">${face(reviewed.rep)}
        <div class="who"><h2>${t("review")}</h2><div class="small soft"><bdi>${reviewed.rep.name}</bdi></div></div>
        <button class="quiet round" aria-label=${t("close")} @click=${this.closeReview}>${icon("close")}</button></header>
      <div class="body"><marfacrm-review .base=${this.base} .analysis=${reviewed.analysis} .suggestions=${reviewed.suggestions} @decided=${this.closeReview}></marfacrm-review></div>
      <footer role="none">
        <button class="main" data-all @click=${() => void this.review?.acceptAll()}>${icon("check")}${t("accept_all")}</button>
        <button @click=${this.closeReview}>${t("later")}</button>
      </footer>
    </section>`;
  }

  /** From the browser's disk to the server, then what the server does with it. It may be left at any time. */
  private way(watched: Watched): TemplateResult {
    const { outbox } = this.crm;
    const parcel = outbox.parcels.find((one) => one.key === watched.key);
    const share = outbox.moving?.key === watched.key ? outbox.moving.share : 0;
    const close = (): void => {
      this.watched = undefined;
      this.dispatchEvent(new CustomEvent("finished", { bubbles: true, composed: true }));
    };
    const going = outbox.moving?.key === watched.key && this.crm.online;
    return html`<section class="sheet" role="region" aria-label=${t("voice_note")}>
      <header role="none">${face(watched.rep)}
        <div class="who"><h2>${t("voice_note")}</h2><div class="small soft"><bdi>${watched.rep.name}</bdi></div></div>
        <button class="quiet round" aria-label=${t("close")} @click=${close}>${icon("close")}</button></header>
      <div class="body stack">
        ${watched.interaction_id
          ? html`<marfacrm-voice .base=${this.base} .interaction_id=${watched.interaction_id} @progressed=${(e: CustomEvent<{ open: number }>) => this.watched && (this.watched = { ...this.watched, open: e.detail.open })} @decided=${close}></marfacrm-voice>`
          : html`<div class="stack tight" role="status"><p>${parcel?.refused ? html`<span class="error">${parcel.refused.message}</span>` : parcel ? t(going ? "sound_leaves" : "sound_kept", num(Math.round(share * 100))) : t("sound_sent")}</p>
              ${going ? html`<progress max="1" .value=${share} aria-label=${t("progress")}></progress>` : nothing}
              ${going ? nothing : html`<a class="button" href=${this.link(parcel ? "outbox" : "voice")}>${icon(parcel ? "upload" : "mic")}${t(parcel ? "outbox" : "voices")}</a>`}</div>`}
        <p class="small soft">${t("may_leave")}</p>
      </div>
      <footer role="none">
        ${watched.open ? html`<button class="main" data-all @click=${() => void this.voice?.acceptAll()}>${icon("check")}${t("accept_all")}</button>` : nothing}
        <button class=${watched.open ? "" : "main"} data-later @click=${close}>${t(watched.open ? "later" : "go_on_working")}</button>
      </footer>
    </section>`;
  }

  override render() {
    if (this.watched && !(this.crm.talk && !this.crm.talk.folded)) return this.way(this.watched);
    if (this.reviewed) return this.found(this.reviewed);
    const talk = this.crm.talk;
    if (!talk) return nothing;
    if (!talk.folded) return this.form(talk);
    return html`<div class="bar">
      <span class="clock number ${talk.ended_at ? "" : "on"}" role="timer">${duration(this.seconds(talk))}</span>
      <button class="quiet open" @click=${() => this.change({ folded: false })}><span>${t("goes_on", talk.rep.name ?? "")}</span></button>
      ${talk.ended_at ? nothing : html`<button class="round" aria-label=${t("end_call")} @click=${() => this.change({ ended_at: new Date().toISOString(), folded: false })}>${icon("square")}</button>`}
    </div>`;
  }
}
