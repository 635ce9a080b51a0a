// A conversation that was spoken: how far the intelligence is with it, the sound, the words, and what it makes of them.
import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Event as Change, Interaction, Suggestion, VoiceNote } from "../api";
import { CrmElement, look, pick } from "../base/element";
import { duration, num } from "../base/format";
import { icon } from "../base/icons";
import { say, t } from "../base/words";
import type { Player } from "./player";
import { bones, mood, pieces } from "./pieces";
import "./dialog";
import "./origin";
import "./player";
import "./review";

const steps = ["stored", "transcribing", "analysing", "ready"] as const;
const reached: Record<string, number> = { stored: 0, transcribing: 1, transcribed: 2, analysing: 2, ready: 4 };

@customElement("marfacrm-voice")
export class Voice extends CrmElement {
  static override styles = [
    look,
    pieces,
    css`
      .steps {
        display: grid;
        grid-template-columns: repeat(4, minmax(0, 1fr));
        gap: 0.4rem;
      }
      .steps li {
        padding-block-start: 0.4rem;
        border-block-start: 3px solid var(--mc-line);
        color: var(--mc-soft);
        font-size: var(--mc-text-small);
        line-height: 1.6;
      }
      .steps li.past {
        border-color: var(--mc-accent);
      }
      .steps li.now {
        border-color: var(--mc-accent);
        color: var(--mc-ink);
        font-weight: 600;
        animation: breathe 1.2s ease-in-out infinite alternate;
      }
      .take {
        flex: 1;
        min-inline-size: 0;
      }
      .transcript {
        line-height: 2;
        white-space: pre-line;
      }
      .transcript button {
        display: inline;
        min-block-size: 1.6rem;
        padding: 0 0.15rem;
        border: 0;
        background: transparent;
        font-weight: 400;
        text-align: start;
        line-height: inherit;
      }
      .check {
        display: flex;
        gap: 0.6rem;
        align-items: baseline;
      }
      blockquote {
        margin: 0;
        color: var(--mc-soft);
        font-size: var(--mc-text-small);
      }
    `,
  ];
  @property() interaction_id = "";
  @state() private notes: VoiceNote[] | undefined;
  @state() private interaction: Interaction | undefined;
  @state() private suggestions: Suggestion[] = [];
  @state() private failed = "";
  @state() private correcting = "";
  @state() private erasing: VoiceNote | undefined;
  @state() private busy = false;
  private reading = 0;

  protected override begin(): void {
    if (this.interaction_id) void this.read();
  }
  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has("interaction_id") && changed.get("interaction_id") && this.crm.state === "in") {
      this.notes = undefined;
      void this.read();
    }
  }
  protected override changed(changes: Change[], again: boolean): void {
    if (this.interaction_id && (again || pick(changes, "voice_note", "interaction", "suggestion"))) void this.read();
  }

  private async read(): Promise<void> {
    const mine = ++this.reading;
    const { crm, interaction_id } = this;
    try {
      const states = ["proposed", "accepted", "edited", "rejected"] as const;
      const [notes, interaction, ...found] = await Promise.all([
        crm.call("voice_note.list", { interaction_id }),
        crm.call("interaction.get", { id: interaction_id }),
        ...(crm.can("suggestion.list") ? states.map((state) => crm.call("suggestion.list", { interaction_id, state, limit: 200 })) : []),
      ]);
      if (mine !== this.reading) return;
      this.notes = [...(notes.items ?? [])].reverse();
      this.interaction = interaction;
      this.suggestions = found.flatMap((page) => page.items ?? []);
      this.failed = "";
      this.dispatchEvent(new CustomEvent("progressed", { detail: { ready: this.ready, open: this.open.length } }));
    } catch (problem) {
      if (mine === this.reading) this.failed = (problem as Error).message;
    }
  }

  get open(): Suggestion[] {
    return this.suggestions.filter((one) => one.state === "proposed");
  }
  get ready(): boolean {
    return !!this.notes?.length && this.notes.every((note) => note.state === "ready");
  }

  /** One call and one entry: every proposal that is still open, and the conversation is no draft any more. */
  async acceptAll(): Promise<void> {
    const note = this.notes?.at(-1);
    if (!note || this.busy) return;
    this.busy = true;
    try {
      const { tasks } = await this.crm.call("voice_note.review", { id: note.id, accept_rest: true, final: true });
      this.crm.toast(tasks?.length ? t("tasks_made", num(tasks.length)) : t("kept"), { kind: "good" });
      await this.read();
      this.dispatchEvent(new CustomEvent("decided", { bubbles: true, composed: true }));
    } catch (problem) {
      this.crm.sorry(problem);
    } finally {
      this.busy = false;
    }
  }

  private async correct(note: VoiceNote, event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const transcript = String(new FormData(event.target as HTMLFormElement).get("transcript") ?? "").trim();
    try {
      if (transcript !== note.transcript) await this.crm.call("voice_note.review", { id: note.id, version: note.version, transcript });
      this.correcting = "";
      await this.read();
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }
  private async retry(note: VoiceNote): Promise<void> {
    try {
      await this.crm.call("voice_note.retry", { id: note.id });
      await this.read();
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }
  private async erase(): Promise<void> {
    const note = this.erasing;
    this.erasing = undefined;
    if (!note) return;
    try {
      await this.crm.call("voice_note.delete", { id: note.id });
      this.crm.toast(t("sound_erased"));
      await this.read();
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }

  private progress(note: VoiceNote): TemplateResult | typeof nothing {
    const waits = note.state !== "ready" && note.state !== "failed" && note.error_code;
    if (note.state === "failed" || waits)
      return html`<div class="row" role="alert"><span class="chip ${waits ? "warn" : "bad"}">${icon("alert")}${t(waits ? "sound_waits" : "sound_failed")}</span><span>${note.error}</span>
        ${note.error_code !== "ai.none" && this.crm.can("voice_note.retry") ? html`<button @click=${() => void this.retry(note)}>${icon("rotate")}${t("again")}</button>` : nothing}</div>`;
    if (note.state === "ready") return nothing;
    const at = reached[note.state ?? ""] ?? 0;
    return html`<ol class="steps" role="status" aria-label=${t("progress")}>${steps.map((step, i) => html`<li class=${i < at || (i === 0 && at === 0) ? "past" : i === at ? "now" : ""} aria-current=${i === at ? "step" : "false"}>${say("voice_step", step)}</li>`)}</ol>`;
  }

  private words(note: VoiceNote): TemplateResult | typeof nothing {
    const may = this.crm.can("voice_note.review");
    const typed = !note.transcript && (note.state === "failed" || note.error_code);
    if (this.correcting === note.id || (typed && may))
      return html`<form class="stack tight" @submit=${(e: SubmitEvent) => void this.correct(note, e)}>
        <label class="field"><span>${t(typed ? "type_it_up" : "transcript")}</span><textarea name="transcript" required .value=${note.transcript ?? ""}></textarea></label>
        <div class="row"><button class="main">${icon("check")}${t("save_and_read_again")}</button>${typed ? nothing : html`<button type="button" class="quiet" @click=${() => (this.correcting = "")}>${t("cancel")}</button>`}</div></form>`;
    if (!note.transcript) return nothing;
    const said = note.segments?.length
      ? note.segments.map((one) => html`<button type="button" title=${duration(one.from_s ?? 0)} @click=${(e: Event) => void (e.target as Element).closest("article")?.querySelector<Player>("marfacrm-player")?.seek(one.from_s ?? 0)}>${one.text}</button> `)
      : note.transcript;
    return html`<div class="stack tight"><div class="row tight"><h3>${t("transcript")}</h3>
        <marfacrm-origin class="push" .base=${this.base} field="transcript" .interaction_id=${this.interaction_id} .of=${{ provider: note.provider ?? null, model: note.model ?? null, confidence: note.confidence ?? 0 }}></marfacrm-origin></div>
      <p class="transcript">${said}</p>
      ${may ? html`<div><button class="quiet" data-correct @click=${() => (this.correcting = note.id)}>${icon("edit")}${t("correct_words")}</button></div>` : nothing}</div>`;
  }

  private note(note: VoiceNote): TemplateResult {
    return html`<article class="stack" data-state=${note.state ?? ""}>
      ${this.progress(note)}
      <div class="row tight">${this.crm.can("voice_note.audio") && !note.audio_erased_at ? html`<marfacrm-player class="take" .src=${new URL(`voice-notes/${note.id}/audio`, this.crm.api).href} .seconds=${note.duration_s ?? 0}></marfacrm-player>` : html`<span class="soft small">${t("sound_gone")}</span>`}
        ${this.crm.can("voice_note.delete") && note.user_id === this.crm.me?.user?.id ? html`<button class="quiet round danger" aria-label=${t("erase_sound")} @click=${() => (this.erasing = note)}>${icon("trash")}</button>` : nothing}</div>
      ${this.words(note)}
    </article>`;
  }

  private found(note: VoiceNote): TemplateResult | typeof nothing {
    const { analysis } = note;
    if (note.state !== "ready" || !analysis) return nothing;
    const { interaction } = this;
    return html`${analysis.checklist?.length
        ? html`<section class="stack tight"><h3>${t("checklist")}</h3><ul class="stack tight">${analysis.checklist.map((one) => html`<li class="check"><span class="chip ${one.state === "met" ? "good" : one.state === "missed" ? "bad" : "warn"}">${say("check", one.state)}</span><span>${one.item}${one.quote ? html`<blockquote>«${one.quote}»</blockquote>` : nothing}</span></li>`)}</ul></section>`
        : nothing}
      ${analysis.promises?.length ? html`<section class="stack tight"><h3>${t("promises_made")}</h3><ul class="stack tight">${analysis.promises.map((one) => html`<li>«${one.text}»</li>`)}</ul></section>` : nothing}
      <section class="stack tight"><div class="row tight"><h3>${t("proposals")}</h3>${this.open.length ? html`<span class="chip tint number">${num(this.open.length)}</span>` : nothing}<span class="push">${mood(interaction?.sentiment)}</span></div>
        <marfacrm-review .base=${this.base} .analysis=${analysis} .suggestions=${this.suggestions} @decided=${() => void this.read()}></marfacrm-review></section>`;
  }

  override render() {
    const { notes } = this;
    if (!notes) return this.failed ? html`<p class="error" role="alert">${this.failed}</p><button @click=${() => void this.read()}>${icon("rotate")}${t("again")}</button>` : bones(2);
    const last = notes.at(-1);
    return html`<div class="stack">
      ${notes.map((note) => this.note(note))}
      ${last ? this.found(last) : html`<p class="soft">${t("no_sound")}</p>`}
      ${this.erasing
        ? html`<marfacrm-dialog open heading=${t("erase_sound")} @closed=${() => (this.erasing = undefined)}><div class="stack"><p>${t("erase_sound_help")}</p>
            <div class="row"><button class="danger" @click=${() => void this.erase()}>${icon("trash")}${t("erase_sound")}</button><button class="quiet" @click=${() => (this.erasing = undefined)}>${t("cancel")}</button></div></div></marfacrm-dialog>`
        : nothing}
    </div>`;
  }
}
