// Where a value comes from: who wrote it, with which model and prompt, how sure, what a person said to it, and its history.
import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Change as Edit, Provenance } from "../api";
import { CrmElement, look } from "../base/element";
import { digits, num } from "../base/format";
import { icon } from "../base/icons";
import { say, t } from "../base/words";
import { inWords } from "./inwords";
import { moment } from "./pieces";
import "./dialog";

export type Origin = Pick<Provenance, "provider" | "model" | "prompt" | "confidence" | "state" | "at">;

@customElement("marfacrm-origin")
export class OriginBadge extends CrmElement {
  static override styles = [
    look,
    css`
      :host {
        display: inline-block;
        max-inline-size: 100%;
      }
      button {
        font-weight: 400;
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.3rem 1rem;
      }
      li {
        padding-block: 0.6rem;
        border-block-start: 1px solid var(--mc-line);
      }
    `,
  ];
  @property({ attribute: false }) of: Origin = {};
  @property() field = "";
  /** the conversation whose history is asked */
  @property() interaction_id: string | null = null;
  @state() private open = false;
  @state() private edits: Edit[] | undefined;

  private get who(): string {
    const { provider, model } = this.of;
    return provider === "local" ? t("local_ai") : provider === "user" ? t("by_hand") : [provider, model].filter(Boolean).join(" ");
  }
  private get sure(): string {
    const { confidence } = this.of;
    return typeof confidence === "number" && confidence > 0 ? num(confidence * 100) + digits("٪") : "";
  }

  private async show(): Promise<void> {
    this.open = true;
    if (!this.interaction_id || !this.crm.can("interaction.history")) return;
    try {
      const { items } = await this.crm.call("interaction.history", { id: this.interaction_id });
      this.edits = (items ?? []).filter((edit) => this.field in ((edit.after ?? {}) as object));
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }

  private details(): TemplateResult {
    const rows: Array<[string, string | TemplateResult | typeof nothing]> = [
      [t("made_by"), this.of.provider === "local" ? t("local_ai") : (this.of.provider ?? "")],
      [t("model"), this.of.model ?? ""],
      [t("prompt"), this.of.prompt ?? ""],
      [t("sureness"), this.sure],
      [t("persons_word"), this.of.state ? say("decided", this.of.state) : ""],
      [t("at_time"), moment(this.of.at, "minute")],
    ];
    return html`<div class="stack"><dl>${rows.filter(([, value]) => value && value !== nothing).map(([name, value]) => html`<dt class="soft">${name}</dt><dd><bdi>${value}</bdi></dd>`)}</dl>
      ${this.edits?.length
        ? html`<h3>${t("history")}</h3><ul>${this.edits.map((edit) => {
            const value = (side: Edit["before"]): string => inWords(this.field, (side as Record<string, unknown> | null)?.[this.field]);
            const before = value(edit.before);
            return html`<li class="stack tight"><div class="row tight small soft">${moment(edit.at, "minute")}<span>${say("operation", edit.operation)}</span></div>
              ${before ? html`<del class="small soft"><bdi>${before}</bdi></del>` : nothing}<bdi>${value(edit.after) || t("emptied")}</bdi></li>`;
          })}</ul>`
        : nothing}</div>`;
  }

  override render() {
    const text = [this.who, this.sure].filter(Boolean).join(" ");
    return html`<button type="button" class="chip" aria-label=${t("origin_of", say("field", this.field), text)} @click=${() => void this.show()}>${icon("sparkles")}<bdi>${text}</bdi></button>
      ${this.open ? html`<marfacrm-dialog open heading=${say("field", this.field)} @closed=${() => (this.open = false)}>${this.details()}</marfacrm-dialog>` : nothing}`;
  }
}
