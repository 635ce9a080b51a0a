// What was spoken: one's recordings with how far each is, and the screen on which one of them is reviewed.
import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Event as Change, Rep, VoiceNote } from "../api";
import { CrmPage, look, pick } from "../base/element";
import { duration } from "../base/format";
import { icon } from "../base/icons";
import { say, t } from "../base/words";
import { bones, face, moment, nothingHere, pieces } from "../parts/pieces";
import type { Voice } from "../parts/voice";
import "../parts/voice";

@customElement("marfacrm-voices")
export class VoicePage extends CrmPage {
  static override styles = [
    look,
    pieces,
    css`
      :host {
        max-inline-size: 52rem;
      }
      .list {
        padding: 0;
      }
      li + li {
        border-block-start: 1px solid var(--mc-line);
      }
      li a {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: 0.2rem 0.8rem;
        align-items: center;
        padding: 0.7rem 0.9rem;
        color: inherit;
      }
      .cut {
        display: -webkit-box;
        -webkit-line-clamp: 2;
        -webkit-box-orient: vertical;
        overflow: hidden;
      }
      .all {
        position: sticky;
        inset-block-end: 0.75rem;
        box-shadow: var(--mc-shadow-high);
      }
    `,
  ];
  @property() interaction_id = "";
  @state() private notes: VoiceNote[] | undefined;
  @state() private reps = new Map<string, Rep>();
  @state() private open = 0;
  @query("marfacrm-voice") private voice!: Voice | null;

  protected override begin(): void {
    void this.read();
  }
  protected override updated(changed: PropertyValues): void {
    if (changed.has("interaction_id") && changed.get("interaction_id") !== undefined && this.crm.state === "in") {
      this.open = 0;
      void this.read();
    }
  }
  protected override changed(changes: Change[], again: boolean): void {
    if (again || pick(changes, "voice_note")) void this.read();
  }

  private async read(): Promise<void> {
    const { crm } = this;
    try {
      const input = this.interaction_id ? { interaction_id: this.interaction_id } : { user_id: crm.me?.user?.id ?? null, limit: 50 };
      const { value } = await crm.read("voice_note.list", input);
      this.notes = value.items ?? [];
      const wanted = new Set(this.notes.map((note) => note.rep_id).filter((id): id is string => !!id && !this.reps.has(id)));
      const found = await Promise.all([...wanted].map((id) => crm.read("rep.get", { id }).then(({ value: rep }) => rep, () => undefined)));
      this.reps = new Map([...this.reps, ...found.filter((rep): rep is Rep => !!rep).map((rep): [string, Rep] => [rep.id, rep])]);
    } catch (problem) {
      this.notes ??= [];
      crm.sorry(problem);
    }
  }

  private row(note: VoiceNote): TemplateResult {
    const rep = this.reps.get(note.rep_id ?? "");
    const tone = note.state === "ready" ? "good" : note.state === "failed" ? "bad" : note.error_code ? "warn" : "tint";
    return html`<li><a href=${this.link(`voice/${note.interaction_id}`)}>${face(rep)}
      <span><span class="strong"><bdi>${rep?.name ?? ""}</bdi></span> <span class="soft small number">${duration(note.duration_s ?? 0)}</span><span class="cut small soft">${note.transcript ?? note.error ?? ""}</span></span>
      <span class="stack tight"><span class="chip ${tone}">${say("voice", note.state)}</span><span class="small soft">${moment(note.created_at, "minute")}</span></span></a></li>`;
  }

  protected override page() {
    if (!this.interaction_id)
      return html`<div class="stack"><h1>${t("voices")}</h1>
        ${!this.notes ? bones(3) : this.notes.length ? html`<ul class="card list">${this.notes.map((note) => this.row(note))}</ul>` : nothingHere("mic", t("no_voices"))}</div>`;
    const note = this.notes?.at(-1);
    const rep = this.reps.get(note?.rep_id ?? "");
    return html`<div class="stack"><div class="row">${face(rep)}<div><h1>${rep ? html`<a href=${this.link(`rep/${rep.id}`)}><bdi>${rep.name}</bdi></a>` : t("voice_note")}</h1><span class="soft small">${t("voice_note")} ${moment(note?.created_at, "minute")}</span></div></div>
      <section class="card"><marfacrm-voice .base=${this.base} .interaction_id=${this.interaction_id} @progressed=${(e: CustomEvent<{ open: number }>) => (this.open = e.detail.open)}></marfacrm-voice></section>
      ${this.open && this.crm.can("voice_note.review") ? html`<button class="main all" data-all @click=${() => void this.voice?.acceptAll()}>${icon("check")}${t("accept_all")}</button>` : nothing}</div>`;
  }
}
