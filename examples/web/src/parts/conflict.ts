// Two people have changed the same thing: side by side, field by field, what each of them wrote; whoever sits here chooses.
import { css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { joined, type Difference } from "../base/amend";
import { CrmElement, look } from "../base/element";
import { icon } from "../base/icons";
import { say, t } from "../base/words";
import { inWords } from "./inwords";
import "./dialog";

@customElement("marfacrm-conflict")
export class Conflict extends CrmElement {
  static override styles = [
    look,
    css`
      .sides {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(12rem, 100%), 1fr));
        gap: 0.5rem;
      }
      .sides button {
        display: grid;
        align-content: start;
        justify-items: start;
        gap: 0.2rem;
        padding: 0.6rem 0.8rem;
        text-align: start;
        font-weight: 400;
        white-space: pre-line;
      }
      [aria-pressed="true"] {
        border-color: var(--mc-accent);
        background: var(--mc-tint);
      }
      h3 {
        margin-block-end: 0.3rem;
      }
    `,
  ];

  private side(one: Difference, take: Difference["take"], name: string, value: unknown): TemplateResult {
    const chosen = one.take === take;
    return html`<button type="button" data-take=${take} aria-pressed=${chosen ? "true" : "false"} @click=${() => ((one.take = take), this.requestUpdate())}>
      <span class="label">${name}${chosen ? icon("check") : nothing}</span><bdi>${inWords(one.field, value) || t("emptied")}</bdi></button>`;
  }

  override render() {
    const { clash } = this.crm;
    return html`<marfacrm-dialog wide ?open=${!!clash} heading=${t("conflict")} @closed=${() => clash?.answer(false)}>
      ${clash
        ? html`<div class="stack"><p>${t("conflict_help")}</p>
            ${clash.differences.map((one) => html`<section data-field=${one.field}><h3>${say("field", one.field)}</h3><div class="sides">
              ${this.side(one, "mine", t("conflict_mine"), one.mine)}${this.side(one, "theirs", t("conflict_theirs"), one.theirs)}
              ${joined(one) === undefined ? nothing : this.side(one, "both", t("conflict_both"), joined(one))}</div></section>`)}
            <div class="row"><button class="main" data-settle @click=${() => clash.answer(true)}>${icon("check")}${t("conflict_save")}</button>
              <button class="quiet" @click=${() => clash.answer(false)}>${t("conflict_back")}</button></div></div>`
        : nothing}
    </marfacrm-dialog>`;
  }
}
