// A task in a row, and what is done with it: call, write, done, later, to a colleague.
import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Rep, Task, User, WorklogItem } from "../api";
import { CrmElement, look } from "../base/element";
import { when } from "../base/format";
import { icon } from "../base/icons";
import { instant, later, weekday } from "../base/time";
import { say, t } from "../base/words";
import { channelIcon, face, moment, pieces, why } from "./pieces";
import type { When } from "./when";
import "./dialog";
import "./when";

/** What a task is, to be typed; the same for a new one and an old one. */
export const taskFields = (base: string | null, task: Task | undefined, set: (when: When) => void): TemplateResult => html`
  <label class="field"><span>${t("task_title")}</span><input name="title" required maxlength="500" autofocus .value=${task?.title ?? ""} /></label>
  <marfacrm-when .base=${base} .due_at=${task?.due_at ?? null} .due_grain=${task?.due_grain ?? null} @when=${(e: CustomEvent<When>) => set(e.detail)}></marfacrm-when>
  <label class="field"><span>${t("priority")}</span><select name="priority">${["low", "normal", "high", "urgent"].map((one) => html`<option value=${one} ?selected=${one === (task?.priority ?? "normal")}>${say("priority", one)}</option>`)}</select></label>
  <label class="field"><span>${t("description")}</span><textarea name="description" maxlength="8000" .value=${task?.description ?? ""}></textarea></label>`;

export function taskTyped(form: HTMLFormElement): { title: string; priority: "normal"; description: string | null } {
  const data = new FormData(form);
  return { title: String(data.get("title")).trim(), priority: String(data.get("priority")) as "normal", description: String(data.get("description")).trim() || null };
}

@customElement("marfacrm-task")
export class TaskRow extends CrmElement {
  static override styles = [
    look,
    pieces,
    css`
      :host {
        container-type: inline-size;
      }
      .item {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.35rem 0.8rem;
        padding: 0.8rem clamp(0.6rem, 2cqi, 1rem);
      }
      .text {
        display: grid;
        gap: 0.2rem;
        min-inline-size: 0;
        align-content: start;
      }
      .title {
        font-weight: 600;
        line-height: 1.6;
      }
      .who {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 0.5rem;
        font-size: var(--mc-text-small);
      }
      .who a {
        color: var(--mc-ink);
        min-block-size: 1.5rem;
      }
      @media (pointer: coarse) {
        .who a {
          display: inline-flex;
          align-items: center;
          min-block-size: 2.75rem;
          min-inline-size: 2.75rem;
        }
      }
      .acts {
        grid-column: 1 / -1;
        display: flex;
        align-items: center;
        gap: 0.4rem;
      }
      .acts .call {
        flex: 1;
      }
      .late {
        color: var(--mc-bad);
        font-weight: 600;
      }
      .now .title {
        font-size: var(--mc-text-large);
      }
      .now.item {
        padding: clamp(1rem, 3cqi, 1.5rem);
        gap: 0.8rem 1rem;
      }
      .now .acts .button,
      .now .acts button {
        min-block-size: 2.9rem;
      }
      @container (min-width: 40rem) {
        .item:not(.now) {
          grid-template-columns: auto 1fr auto;
          align-items: center;
        }
        .item:not(.now) .acts {
          grid-column: auto;
        }
        .item:not(.now) .acts .call {
          flex: none;
        }
        .now .acts .call {
          flex: none;
          min-inline-size: 12rem;
        }
      }
    `,
  ];
  @property({ attribute: false }) item!: WorklogItem;
  @property({ type: Boolean }) now = false;
  @property({ type: Boolean }) bare = false;
  @state() private asking: "" | "more" | "colleague" | "edit" | "when" = "";
  @state() private colleagues: User[] = [];

  private get task(): Task | null | undefined {
    return this.item.task;
  }

  async complete(): Promise<void> {
    const { task, rep } = this.item;
    if (!task) return;
    this.leave();
    const sent = await this.crm.outbox.post({ method: "POST", path: `tasks/${task.id}/complete`, body: {}, about: rep?.name ?? task.title ?? "", rep_id: rep?.id ?? "", task_id: task.id });
    if (sent) this.crm.offerUndo(t("task_done"), "task", task.id);
    else if (this.crm.outbox.settled.has(task.id)) this.crm.toast(t("done_later"));
  }

  /** The row goes at once; the server's word follows. */
  private leave(): void {
    this.dispatchEvent(new CustomEvent("left", { detail: this.task?.id, bubbles: true, composed: true }));
  }

  private async snooze(until: string): Promise<void> {
    const { task } = this;
    this.asking = "";
    if (!task) return;
    try {
      await this.crm.call("task.snooze", { id: task.id, until });
      this.leave();
      this.crm.offerUndo(t("snoozed", when(until, "minute")), "task", task.id);
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }

  private async give(user: User): Promise<void> {
    const { task } = this;
    this.asking = "";
    if (!task) return;
    try {
      await this.crm.call("task.reassign", { id: task.id, assignee_id: user.id });
      this.crm.offerUndo(t("given", user.name ?? ""), "task", task.id);
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }

  /** as it was when the form was opened */
  private begun: Task | undefined;
  private due: When = { due_at: null, due_grain: null };
  private edit(): void {
    this.begun = this.task ?? undefined;
    this.due = { due_at: this.begun?.due_at ?? null, due_grain: this.begun?.due_grain ?? null };
    this.asking = "edit";
  }
  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { begun } = this;
    if (!begun) return;
    const read = async () => {
      const now = await this.crm.call("task.get", { id: begun.id });
      return { version: now.version, fields: { ...now } };
    };
    try {
      const task = await this.crm.amend("task.update", begun, { ...taskTyped(event.target as HTMLFormElement), ...this.due }, read, { ...begun });
      if (!task) return;
      this.asking = "";
      this.item = { ...this.item, task };
      this.crm.offerUndo(t("kept"), "task", task.id);
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }

  private async ask(): Promise<void> {
    this.asking = "colleague";
    try {
      const { items } = await this.crm.call("user.list", { active: true });
      this.colleagues = (items ?? []).filter((user) => user.id !== this.task?.assignee_id);
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }

  private dialog(): TemplateResult {
    const nextHour = new Date(Date.now() + 3_600_000).toISOString();
    const choices: Array<[string, string]> = [
      [t("in_an_hour"), nextHour],
      [t("tomorrow_morning"), instant(later(1), "09:00")],
      [t("saturday_morning"), instant(later(7 - weekday(new Date())), "09:00")],
    ];
    const may = (operation: string): boolean => this.crm.can(operation);
    return html`<marfacrm-dialog ?open=${!!this.asking} heading=${this.asking === "colleague" ? t("give_to") : (this.task?.title ?? "")} @closed=${() => (this.asking = "")}>
      ${this.asking === "colleague"
        ? html`<div class="stack tight">${this.colleagues.map((user) => html`<button @click=${() => void this.give(user)}>${icon("user")}${user.name}</button>`)}
            ${this.colleagues.length ? nothing : html`<p class="soft">${t("no_colleagues")}</p>`}</div>`
        : this.asking === "edit"
        ? html`<form class="stack" @submit=${this.save}>${taskFields(this.base, this.begun, (due) => (this.due = due))}<button class="main">${t("save")}</button></form>`
        : this.asking
          ? html`<div class="stack">
              ${may("interaction.log") && this.item.rep ? html`<button @click=${() => ((this.asking = ""), this.crm.write(this.item.rep!, this.task))}>${icon("write")}${t("write_log")}</button>` : nothing}
              ${may("task.update") ? html`<button data-edit @click=${() => this.edit()}>${icon("edit")}${t("edit")}</button>` : nothing}
              ${may("task.snooze")
                ? html`<fieldset class="choices"><legend>${t("snooze")}</legend>${choices.map(([name, until]) => html`<button @click=${() => void this.snooze(until)}>${name}</button>`)}</fieldset>
                    <marfacrm-when .base=${this.base} label=${t("snooze_until")} @when=${(e: CustomEvent<When>) => (this.until = e.detail)}></marfacrm-when>
                    ${this.until?.due_at ? html`<button class="main" @click=${() => void this.snooze(this.until?.due_grain === "day" ? instant(new Date(this.until.due_at!), "09:00") : this.until!.due_at!)}>${t("snooze_then")}</button>` : nothing}`
                : nothing}
              ${may("task.reassign") ? html`<button @click=${() => void this.ask()}>${icon("users")}${t("give_to")}</button>` : nothing}
            </div>`
          : nothing}
    </marfacrm-dialog>`;
  }
  @state() private until: When | undefined;

  override render() {
    const { task, rep, reasons, interaction } = this.item;
    const channel = this.item.channel === "telegram" && rep?.telegram ? "telegram" : "call";
    const call = this.crm.can("rep.contact") && rep?.phones?.length;
    const write = this.crm.can("rep.contact") && rep?.telegram;
    const title = task?.title ?? interaction?.subject ?? t("follow_up");
    const main = channel === "telegram" && write ? "telegram" : "call";
    const contact = (kind: "call" | "telegram", big: boolean): TemplateResult =>
      html`<button class="${big ? "main call" : "round"}" data-contact=${kind} aria-label="${t(kind === "call" ? "call_to" : "telegram_to", rep?.name ?? "")}"
        @click=${() => void this.crm.contact(rep as Rep, kind, task)}>${icon(channelIcon(kind))}${big ? t(kind === "call" ? "call" : "telegram") : nothing}</button>`;
    return html`<article class="item ${this.now ? "now" : ""}">
      ${face(rep, this.now)}
      <div class="text">
        <div class="title">${title}</div>
        ${this.bare
          ? nothing
          : html`<div class="who">${rep ? html`<a href=${this.link(`rep/${rep.id}`)}><bdi>${rep.name}</bdi></a> ${rep.shop ? html`<span class="soft"><bdi>${rep.shop}</bdi></span>` : nothing}` : nothing}</div>`}
        <div class="row tight small"><span class=${task?.overdue ? "late" : "soft"}>${moment(task?.due_at ?? interaction?.follow_up_at, task?.due_grain)}</span></div>
        ${why(reasons ?? task?.reasons, this.now ? 6 : 3)}
      </div>
      <div class="acts">
        ${call && main === "call" ? contact("call", true) : nothing}
        ${write ? contact("telegram", main === "telegram") : nothing}
        ${call && main === "telegram" ? contact("call", false) : nothing}
        ${!call && !write && rep && this.crm.can("interaction.log") ? html`<button class="main call" @click=${() => this.crm.write(rep, task)}>${icon("write")}${t("write_log")}</button>` : nothing}
        ${task && this.crm.can("task.complete") ? html`<button class="round" data-done aria-label=${t("mark_done", title)} @click=${() => void this.complete()}>${icon("check")}</button>` : nothing}
        ${task ? html`<button class="round quiet" aria-label=${t("more_for", title)} @click=${() => (this.asking = "more")}>${icon("more")}</button>` : nothing}
      </div>
    </article>
    ${this.dialog()}`;
  }
}
