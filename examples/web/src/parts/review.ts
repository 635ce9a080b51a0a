// What the intelligence made of a note, and the person's word on each of it.
import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Analysis, Suggestion } from "../api";
import { CrmElement, look } from "../base/element";
import { num, when } from "../base/format";
import { icon } from "../base/icons";
import { say, t } from "../base/words";
import { inWords } from "./inwords";
import { mood, pieces } from "./pieces";
import type { When } from "./when";
import "./origin";
import "./when";

type Value = Record<string, unknown>;
interface TaskValue {
  title?: string;
  due_at?: string | null;
  due_grain?: "day" | "minute" | null;
}

@customElement("marfacrm-review")
export class Review extends CrmElement {
  static override styles = [
    look,
    pieces,
    css`
      li {
        display: grid;
        gap: 0.45rem;
        padding-block: 0.8rem;
        border-block-start: 1px solid var(--mc-line);
      }
      li:first-child {
        border: 0;
      }
      .made {
        color: var(--mc-good);
      }
      blockquote {
        margin: 0;
        padding-inline-start: 0.7rem;
        border-inline-start: 2px solid var(--mc-accent);
        color: var(--mc-soft);
        font-size: var(--mc-text-small);
      }
      .row button {
        min-block-size: var(--mc-tap-small);
      }
    `,
  ];
  @property({ attribute: false }) analysis: Analysis | undefined;
  @property({ attribute: false }) suggestions: Suggestion[] = [];
  @state() private editing: string | undefined;
  @state() private busy = new Set<string>();
  private draft: Value | string = "";

  private get open(): Suggestion[] {
    return this.suggestions.filter((one) => one.state === "proposed" || !one.state);
  }

  async decide(one: Suggestion, decision: "accept" | "edit" | "reject", value?: unknown): Promise<boolean> {
    this.busy = new Set([...this.busy, one.id]);
    try {
      const input = value === undefined ? { id: one.id, decision } : { id: one.id, decision, value: value as never };
      const { suggestion, task } = await this.crm.call("suggestion.decide", input);
      this.suggestions = this.suggestions.map((s) => (s.id === one.id ? { ...s, ...suggestion, state: suggestion?.state ?? "accepted", made_id: task?.id ?? null } : s));
      this.editing = undefined;
      if (!this.open.length) this.dispatchEvent(new CustomEvent("decided", { bubbles: true, composed: true }));
      return true;
    } catch (problem) {
      this.crm.sorry(problem);
      return false;
    } finally {
      this.busy = new Set([...this.busy].filter((id) => id !== one.id));
    }
  }

  /** All that is still open, one after the other: each is a decision of its own in the journal. */
  async acceptAll(): Promise<void> {
    for (const one of this.open) if (!(await this.decide(one, "accept"))) return;
  }

  private edit(one: Suggestion): void {
    this.editing = one.id;
    this.draft = one.field === "task" ? { ...(one.value as Value) } : String(one.value ?? "");
  }

  private editor(one: Suggestion): TemplateResult {
    if (one.field === "task") {
      const task = this.draft as unknown as TaskValue;
      return html`<div class="stack">
        <label class="field"><span>${t("task_title")}</span><input .value=${task.title ?? ""} @input=${(e: Event) => (task.title = (e.target as HTMLInputElement).value)} /></label>
        <marfacrm-when .base=${this.base} .due_at=${task.due_at ?? null} .due_grain=${task.due_grain ?? null}
          @when=${(e: CustomEvent<When>) => Object.assign(task, e.detail)}></marfacrm-when>
        ${this.editButtons(one)}
      </div>`;
    }
    return html`<div class="stack">
      <label class="field"><span>${say("field", one.field)}</span><textarea .value=${String(this.draft)} @input=${(e: Event) => (this.draft = (e.target as HTMLTextAreaElement).value)}></textarea></label>
      ${this.editButtons(one)}
    </div>`;
  }
  private editButtons(one: Suggestion): TemplateResult {
    return html`<div class="row">
      <button class="main" @click=${() => void this.decide(one, "edit", this.draft)}>${icon("check")}${t("save")}</button>
      <button class="quiet" @click=${() => (this.editing = undefined)}>${t("cancel")}</button>
    </div>`;
  }

  private item(one: Suggestion): TemplateResult {
    const busy = this.busy.has(one.id);
    const settled = one.state && one.state !== "proposed";
    const editable = one.field === "task" || (typeof one.value === "string" && !/_at$|urgency|outcome/.test(one.field ?? ""));
    const task = one.field === "task" ? (one.value as unknown as TaskValue) : undefined;
    return html`<li data-field=${one.field ?? ""}>
      <div class="row tight">
        <span class="label">${say("field", one.field)}</span><marfacrm-origin class="push" .base=${this.base} .of=${one} .field=${one.field ?? ""} .interaction_id=${one.field === "task" ? null : (one.interaction_id ?? null)}></marfacrm-origin>
      </div>
      ${this.editing === one.id
        ? this.editor(one)
        : html`
            <div>${task ? html`<span class="strong">${task.title}</span> <span class="chip tint">${icon("clock")}${when(task.due_at, task.due_grain)}</span>` : inWords(one.field ?? "", one.value)}</div>
            ${one.quote ? html`<blockquote>«${one.quote}»</blockquote>` : nothing}
            ${settled
              ? html`<span class="row tight small ${one.state === "rejected" ? "soft" : "made"}">${icon(one.state === "rejected" ? "close" : "check")}${say("decided", one.field === "task" && one.state !== "rejected" ? "task" : one.state)}</span>`
              : this.crm.can("suggestion.decide")
                ? html`<div class="row tight">
                    <button ?disabled=${busy} @click=${() => void this.decide(one, "accept")}>${icon("check")}${t("accept")}</button>
                    ${editable ? html`<button class="quiet" ?disabled=${busy} @click=${() => this.edit(one)}>${icon("edit")}${t("edit")}</button>` : nothing}
                    <button class="quiet" ?disabled=${busy} @click=${() => void this.decide(one, "reject")}>${icon("close")}${t("reject")}</button>
                  </div>`
                : nothing}
          `}
    </li>`;
  }

  override render() {
    const a = this.analysis;
    const order = (one: Suggestion): number => (one.field === "task" ? 0 : one.field === "summary" ? 1 : 2);
    const sorted = [...this.suggestions].sort((x, y) => order(x) - order(y));
    return html`<div class="stack">
      ${a
        ? html`<div class="row tight">
            ${mood(a.sentiment)}
            ${a.urgency && a.urgency !== "normal" ? html`<span class="chip ${a.urgency === "low" ? "" : "bad"}" title=${(a.urgency_reasons ?? []).join("، ")}>${t("urgency", say("urgency", a.urgency))}</span>` : nothing}
            ${(a.promises ?? []).length ? html`<span class="chip tint">${t("promises", num(a.promises?.length ?? 0))}</span>` : nothing}
          </div>`
        : nothing}
      ${sorted.length ? html`<ul>${sorted.map((one) => this.item(one))}</ul>` : html`<p class="soft">${t("nothing_found")}</p>`}
    </div>`;
  }
}
