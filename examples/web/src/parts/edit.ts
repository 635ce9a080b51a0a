// A conversation or a prospect that stands there already is put right. What a colleague changes meanwhile is not overwritten.
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { Interaction, Rep } from "../api";
import { CrmElement } from "../base/element";
import { say, t } from "../base/words";
import "./dialog";

export const types = ["call", "telegram", "meeting", "email"];
export const outcomes = ["reached", "no_answer", "callback_promised", "payment_promised", "resolved", "sold", "undecided", "refused", "escalated", "wrong_number"];

@customElement("marfacrm-edit")
export class Edit extends CrmElement {
  @state() private talk: Interaction | undefined;
  @state() private prospect: Rep | undefined;

  /** As they are now: what happens to them while the form is open is found when it is saved. */
  open(what: { talk?: Interaction; prospect?: Rep }): void {
    this.talk = what.talk;
    this.prospect = what.prospect;
  }
  private shut(): void {
    this.talk = this.prospect = undefined;
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { talk, prospect } = this;
    const data = new FormData(event.target as HTMLFormElement);
    const text = (name: string): string | null => String(data.get(name) ?? "").trim() || null;
    try {
      if (talk) {
        const read = async () => {
          const now = await this.crm.call("interaction.get", { id: talk.id });
          return { version: now.version, fields: { ...now } };
        };
        const saved = await this.crm.amend("interaction.update", talk, { type: text("type"), outcome: text("outcome"), notes: text("notes") }, read, { ...talk });
        if (saved) this.crm.offerUndo(t("kept"), "interaction", talk.id);
        else return;
      } else if (prospect) {
        const read = async () => {
          const now = await this.crm.call("rep.get", { id: prospect.id });
          return { version: now.version, fields: { ...now } };
        };
        const change = { name: text("name"), shop: text("shop"), phones: (text("phones") ?? "").split(/[،,\n]/).map((one) => one.trim()).filter(Boolean), telegram: text("telegram")?.replace(/^@/, "") ?? null };
        const saved = await this.crm.amend("prospect.update", prospect, change, read, { ...prospect });
        if (saved) this.crm.offerUndo(t("kept"), "rep", prospect.id);
        else return;
      }
      this.shut();
      this.dispatchEvent(new CustomEvent("kept"));
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }

  private choice(name: string, group: string, codes: string[], chosen: string | null | undefined): TemplateResult {
    const all = !chosen || codes.includes(chosen) ? codes : [...codes, chosen];
    return html`<label class="field"><span>${t(name as "outcome")}</span><select name=${group}>${group === "outcome" ? html`<option value=""></option>` : nothing}${all.map((code) => html`<option value=${code} ?selected=${code === chosen}>${say(group, code)}</option>`)}</select></label>`;
  }

  override render() {
    const { talk, prospect } = this;
    return html`<marfacrm-dialog ?open=${!!(talk ?? prospect)} heading=${t("edit")} @closed=${() => this.shut()}>
      ${talk
        ? html`<form class="stack" @submit=${this.save}><label class="field"><span>${say("field", "notes")}</span><textarea name="notes" autofocus .value=${talk.notes ?? ""}></textarea></label>
            ${this.choice("outcome", "outcome", outcomes, talk.outcome)}${this.choice("channel", "type", types, talk.type)}
            <button class="main">${t("save")}</button></form>`
        : prospect
          ? html`<form class="stack" @submit=${this.save}><label class="field"><span>${t("name")}</span><input name="name" required autofocus .value=${prospect.name ?? ""} /></label>
              <label class="field"><span>${t("shop")}</span><input name="shop" .value=${prospect.shop ?? ""} /></label>
              <label class="field"><span>${t("phone")}</span><input name="phones" inputmode="tel" dir="ltr" .value=${(prospect.phones ?? []).join("، ")} /></label>
              <label class="field"><span>${t("telegram")}</span><input name="telegram" dir="ltr" .value=${prospect.telegram ?? ""} /></label>
              <button class="main">${t("save")}</button></form>`
          : nothing}
    </marfacrm-dialog>`;
  }
}
