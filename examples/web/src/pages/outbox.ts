// What waits to be sent, and what the server refused: nothing is thrown away without being asked.
import { css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { differences, settled } from "../base/amend";
import { CrmPage, look } from "../base/element";
import { ago, num } from "../base/format";
import { ofVersion } from "../base/http";
import { icon } from "../base/icons";
import { soundOf, type Parcel } from "../base/parcel";
import { t } from "../base/words";
import { nothingHere } from "../parts/pieces";
import "../parts/player";

@customElement("marfacrm-outbox")
export class OutboxPage extends CrmPage {
  static override styles = [
    look,
    css`
      :host {
        max-inline-size: 48rem;
      }
      .notes {
        white-space: pre-line;
      }
    `,
  ];
  private async drop(parcel: Parcel): Promise<void> {
    await this.crm.outbox.drop(parcel);
    this.crm.toast(t("discarded"), { action: { label: t("undo"), run: () => void this.crm.outbox.post(parcel) } });
  }
  /** The server holds something newer: what waits here is laid beside it. */
  private async compare(parcel: Parcel): Promise<void> {
    const whole = parcel.body["interaction"] as Record<string, unknown> | undefined;
    const { id: _, version: __, ...mine } = whole ?? parcel.body;
    const id = String(whole?.["id"] ?? parcel.path.split("/")[1]);
    try {
      const now = await this.crm.call("interaction.get", { id });
      const theirs = { ...now } as Record<string, unknown>;
      const both = differences(mine, theirs);
      if (both.length && !(await this.crm.choose(both))) return;
      const told = { ...(whole ? { id } : {}), version: now.version, ...settled(mine, theirs, both) };
      await this.crm.outbox.retry(parcel, whole ? { ...parcel.body, interaction: told } : told);
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }
  /** A colleague has closed the task meanwhile: the conversation is logged all the same. */
  private async logAlone(parcel: Parcel): Promise<void> {
    const { id, ...told } = parcel.body["interaction"] as Record<string, unknown>;
    await this.crm.outbox.retry({ ...parcel, task_id: undefined, method: id ? "PATCH" : "POST", path: id ? `interactions/${id}` : "interactions" }, told);
  }

  private parcel(parcel: Parcel): TemplateResult {
    const { moving } = this.crm.outbox;
    const share = parcel.takes?.length && moving?.key === parcel.key ? moving.share : undefined;
    return html`<li class="card stack tight"><div class="row"><span class="strong"><bdi>${parcel.about}</bdi></span><span class="small soft">${ago(parcel.at)}</span><span class="push chip ${parcel.refused ? "bad" : "warn"}">${parcel.refused ? t("refused") : t("waits")}</span></div>
      ${parcel.note ? html`<p class="notes">${parcel.note}</p>` : html`<p class="soft">${parcel.task_id ? t("waits_done") : t(parcel.takes?.length ? "waits_sound" : "waits_log")}</p>`}
      ${(parcel.takes ?? []).map((take) => html`<marfacrm-player .seconds=${take.seconds} .load=${() => soundOf(this.crm.cupboard, take)}></marfacrm-player>`)}
      ${share === undefined ? nothing : html`<p class="small" role="status">${t("sound_leaves", num(Math.round(share * 100)))}</p>`}
      ${parcel.refused ? html`<p class="error">${parcel.refused.message}</p>` : nothing}
      <div class="row tight"><button @click=${() => void (parcel.refused ? this.crm.outbox.retry(parcel) : this.crm.outbox.send())}>${icon("rotate")}${t("send_now")}</button>
        ${ofVersion(parcel.refused?.field) ? html`<button class="main" data-compare @click=${() => void this.compare(parcel)}>${t("compare")}</button>` : nothing}
        ${parcel.refused?.field === "status" && parcel.body["interaction"] ? html`<button class="main" data-log-alone @click=${() => void this.logAlone(parcel)}>${t("log_alone")}</button>` : nothing}
        ${parcel.refused ? html`<button class="quiet danger" @click=${() => void this.drop(parcel)}>${icon("trash")}${t("discard")}</button>` : nothing}</div></li>`;
  }
  protected override page() {
    const { parcels } = this.crm.outbox;
    return html`<div class="stack"><h1>${t("outbox")}</h1><p class="soft">${t("outbox_help")}</p>
      ${parcels.length ? html`<ul class="stack">${parcels.map((parcel) => this.parcel(parcel))}</ul>` : nothingHere("check", t("outbox_empty"))}</div>`;
  }
}
