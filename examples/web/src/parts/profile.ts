// What the CRM knows of a rep beside the host: how to reach them, and what is worth remembering.
import { css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Rep } from "../api";
import { CrmElement, look } from "../base/element";
import { ago } from "../base/format";
import { icon } from "../base/icons";
import { say, t } from "../base/words";
import { pieces } from "./pieces";

@customElement("marfacrm-profile")
export class Profile extends CrmElement {
  static override styles = [
    look,
    pieces,
    css`
      li {
        display: flex;
        align-items: baseline;
        gap: 0.5rem;
        padding-block: 0.3rem;
      }
      li span:first-child {
        flex: 1;
        min-inline-size: 0;
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.2rem 1rem;
      }
    `,
  ];
  @property({ attribute: false }) rep!: Rep;
  @state() private editing = false;
  /** as it was when the form was opened: what happens meanwhile is not what the person saw */
  private begun: Rep | undefined;

  private async keep(change: Record<string, unknown>): Promise<boolean> {
    try {
      const read = async () => {
        const now = await this.crm.call("rep.get", { id: this.rep.id });
        return { version: now.version, fields: { ...now.profile } };
      };
      const { id } = this.rep;
      const rep = await this.crm.amend("rep.profile.update", this.begun ?? this.rep, change, read, { ...(this.begun ?? this.rep).profile });
      if (!rep || id !== this.rep.id) return false;
      this.dispatchEvent(new CustomEvent<Rep>("kept", { detail: rep }));
      this.crm.offerUndo(t("kept"), "rep", rep.id);
      return true;
    } catch (problem) {
      this.crm.sorry(problem);
      return false;
    }
  }
  private close(): void {
    this.editing = false;
    this.begun = undefined;
  }
  private async addFact(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const text = String(new FormData(form).get("fact") ?? "").trim();
    if (text && (await this.keep({ facts: [...(this.rep.profile?.facts ?? []), { text, source: "user", at: new Date().toISOString() }] }))) form.reset();
  }
  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const text = (name: string): string | null => String(data.get(name) ?? "").trim() || null;
    const tags = (text("tags") ?? "").split(/[،,]/).map((tag) => tag.trim()).filter(Boolean);
    if (await this.keep({ preferred_channel: text("preferred_channel"), best_times: text("best_times"), notes: text("notes"), tags })) this.close();
  }

  override render() {
    const p = this.rep.profile;
    const begun = this.begun?.profile;
    const may = this.crm.can("rep.profile.update");
    return html`<section class="card stack">
      <div class="row"><h2>${t("profile")}</h2>${may && !this.editing ? html`<button class="push quiet" @click=${() => ((this.begun = this.rep), (this.editing = true))}>${icon("edit")}${t("edit")}</button>` : nothing}</div>
      ${this.editing
        ? html`<form class="stack" @submit=${this.save}>
            <label class="field"><span>${t("preferred_channel")}</span><select name="preferred_channel"><option value=""></option>${["call", "telegram", "meeting", "email"].map((one) => html`<option value=${one} ?selected=${begun?.preferred_channel === one}>${say("type", one)}</option>`)}</select></label>
            <label class="field"><span>${t("best_times")}</span><input name="best_times" .value=${begun?.best_times ?? ""} /></label>
            <label class="field"><span>${t("tags")}</span><input name="tags" .value=${(begun?.tags ?? []).join("، ")} /></label>
            <label class="field"><span>${t("about")}</span><textarea name="notes" .value=${begun?.notes ?? ""}></textarea></label>
            <div class="row"><button class="main">${t("save")}</button><button type="button" class="quiet" @click=${() => this.close()}>${t("cancel")}</button></div></form>`
        : html`<dl>
              ${p?.preferred_channel ? html`<dt class="soft">${t("preferred_channel")}</dt><dd>${say("type", p.preferred_channel)}</dd>` : nothing}
              ${p?.best_times ? html`<dt class="soft">${t("best_times")}</dt><dd>${p.best_times}</dd>` : nothing}
              ${this.rep.admin_username ? html`<dt class="soft">${t("panel_name")}</dt><dd><bdi>${this.rep.admin_username}</bdi></dd>` : nothing}
              ${this.rep.cadence ? html`<dt class="soft">${t("cadence")}</dt><dd><bdi>${this.rep.cadence}</bdi></dd>` : nothing}</dl>
            ${p?.notes ? html`<p>${p.notes}</p>` : nothing}
            ${p?.tags?.length ? html`<div class="why">${p.tags.map((tag) => html`<span class="chip tint">${tag}</span>`)}</div>` : nothing}`}
      <h3>${t("facts")}</h3>
      ${p?.facts?.length
        ? html`<ul>${p.facts.map((fact, i) => html`<li><span>${fact.text}</span><span class="small soft nowrap">${ago(fact.at)}</span>${may ? html`<button class="quiet round" aria-label=${t("remove", fact.text ?? "")} @click=${() => void this.keep({ facts: p.facts?.filter((_, at) => at !== i) })}>${icon("close")}</button>` : nothing}</li>`)}</ul>`
        : html`<p class="soft small">${t("no_facts")}</p>`}
      ${may ? html`<form class="row" @submit=${this.addFact}><input name="fact" required maxlength="500" aria-label=${t("new_fact")} placeholder=${t("fact_example")} /><button>${icon("plus")}${t("add")}</button></form>` : nothing}
    </section>`;
  }
}
