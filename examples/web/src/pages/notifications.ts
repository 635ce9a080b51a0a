import { css, html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { Event as Change, Notification } from "../api";
import { CrmPage, look, pick } from "../base/element";
import { ago } from "../base/format";
import { icon } from "../base/icons";
import { t } from "../base/words";
import { bones, nothingHere } from "../parts/pieces";

@customElement("marfacrm-notifications")
export class NotificationsPage extends CrmPage {
  static override styles = [
    look,
    css`
      li + li {
        border-block-start: 1px solid var(--mc-line);
      }
      li a {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: 0.7rem;
        align-items: baseline;
        padding-block: 0.7rem;
        color: inherit;
      }
      .new {
        font-weight: 600;
      }
    `,
  ];
  @state() private items: Notification[] | undefined;
  protected override begin(): void {
    void this.read();
  }
  protected override changed(changes: Change[], again: boolean): void {
    if (again || pick(changes, "notification")) void this.read();
  }
  private async read(): Promise<void> {
    try {
      this.items = (await this.crm.read("notification.list", { limit: 50 })).value.items ?? [];
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }
  private async mark(): Promise<void> {
    try {
      await this.crm.call("notification.read", {});
      await this.read();
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }
  protected override page() {
    if (!this.items) return bones(3);
    if (!this.items.length) return nothingHere("bell", t("no_notifications"));
    return html`<div class="stack">${this.crm.can("notification.read") && this.items.some((one) => !one.read_at) ? html`<button @click=${() => void this.mark()}>${icon("check")}${t("mark_read")}</button>` : nothing}
      <ul>${this.items.map((one) => html`<li class=${one.read_at ? "" : "new"}><a href=${one.rep_id ? this.link(`rep/${one.rep_id}`) : this.link("tasks")}>${icon(one.kind === "alert" ? "alert" : one.kind === "assigned" ? "users" : "clock")}<span>${one.text}</span><span class="small soft nowrap">${ago(one.at)}</span></a></li>`)}</ul></div>`;
  }
}
