// Tasks by their state, one's own or the team's; several at once; and a new one.
import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Event as Change, Rep, Task, TaskFilterInput } from "../api";
import { CrmPage, look, pick } from "../base/element";
import { num } from "../base/format";
import { icon } from "../base/icons";
import { instant, later } from "../base/time";
import { say, t } from "../base/words";
import { bones, nothingHere, pieces } from "../parts/pieces";
import type { When } from "../parts/when";
import { taskFields, taskTyped } from "../parts/task";
import "../parts/when";

type Status = "active" | "overdue" | "done";

@customElement("marfacrm-tasks")
export class TasksPage extends CrmPage {
  static override styles = [
    look,
    pieces,
    css`
      .list {
        padding: 0;
      }
      .list li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        align-items: start;
      }
      .list li + li {
        border-block-start: 1px solid var(--mc-line);
      }
      .list label {
        display: grid;
        place-items: center;
        inline-size: 2.75rem;
        block-size: 3.75rem;
        cursor: pointer;
      }
    `,
  ];
  /** `new`: the form of a new task stands open, for this rep */
  @property() act = "";
  @property() rep_id = "";
  @state() private status: Status = "active";
  @state() private mine = true;
  @state() private tasks: Task[] = [];
  @state() private next: string | null | undefined;
  @state() private reps = new Map<string, Rep>();
  @state() private chosen = new Set<string>();
  @state() private state_: "reading" | "ready" | "failed" = "reading";
  @state() private adding = false;
  private when: When = { due_at: null, due_grain: null };
  private about: Rep | undefined;
  private reading = 0;

  protected override begin(): void {
    if (this.act === "new") this.open(this.rep_id);
    void this.read();
  }
  protected override updated(changed: PropertyValues): void {
    if (changed.has("act") && this.act === "new" && this.crm.state === "in" && !this.adding) this.open(this.rep_id);
  }
  private open(rep = ""): void {
    this.when = { due_at: null, due_grain: null };
    this.about = undefined;
    this.adding = true;
    if (rep) void this.crm.read("rep.get", { id: rep }).then(({ value }) => ((this.about = value), this.requestUpdate()), (problem) => this.crm.sorry(problem));
  }
  protected override changed(changes: Change[], again: boolean): void {
    if (again || pick(changes, "task")) void this.read();
  }

  private get filter(): TaskFilterInput {
    const id = this.crm.me?.user?.id ?? null;
    return { status: this.status, limit: 100, sort: this.status === "done" ? "-created_at" : "due_at", ...(this.mine ? { assignee_id: id } : {}) };
  }
  private async read(): Promise<void> {
    const mine = ++this.reading;
    try {
      const { value } = await this.crm.read("task.list", this.filter);
      if (mine !== this.reading) return;
      this.tasks = value.items ?? [];
      this.next = value.next;
      this.state_ = "ready";
      const wanted = new Set(this.tasks.map((task) => task.rep_id).filter((id): id is string => !!id && !this.reps.has(id)));
      const found = await Promise.all([...wanted].slice(0, 60).map((id) => this.crm.read("rep.get", { id }).then(({ value: rep }) => rep, () => undefined)));
      this.reps = new Map([...this.reps, ...found.filter((rep): rep is Rep => !!rep).map((rep): [string, Rep] => [rep.id, rep])]);
    } catch (problem) {
      this.state_ = "failed";
      this.crm.sorry(problem);
    }
  }
  private async more(): Promise<void> {
    try {
      const { items, next } = await this.crm.call("task.list", { ...this.filter, cursor: this.next ?? null });
      this.tasks = [...this.tasks, ...(items ?? [])];
      this.next = next;
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }

  private async bulk(action: "complete" | "snooze" | "cancel"): Promise<void> {
    const ids = [...this.chosen];
    try {
      await this.crm.call("task.bulk", { ids, action, ...(action === "snooze" ? { until: instant(later(1), "09:00") } : {}) });
      this.chosen = new Set();
      this.crm.offerUndo(t(`bulk_${action}`, num(ids.length)), "task", ...ids);
      void this.read();
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }
  private toggle(id: string): void {
    const next = new Set(this.chosen);
    if (!next.delete(id)) next.add(id);
    this.chosen = next;
  }

  private async create(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    try {
      const task = await this.crm.call("task.create", {
        ...taskTyped(event.target as HTMLFormElement),
        ...(this.when.due_at ? { due_at: this.when.due_at, due_grain: this.when.due_grain } : {}),
        ...(this.about ? { rep_id: this.about.id } : {}),
      });
      this.shut();
      this.crm.offerUndo(t("task_made"), "task", task.id);
      void this.read();
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }
  private shut(): void {
    this.adding = false;
    if (this.act && !this.alone) this.go("tasks", true);
  }

  private form(): TemplateResult {
    return html`<form class="stack" @submit=${this.create}>
      ${this.about ? html`<p class="soft">${t("about_rep", this.about.name ?? "")}</p>` : nothing}
      ${taskFields(this.base, undefined, (when) => (this.when = when))}
      <button class="main">${t("add")}</button></form>`;
  }

  protected override page() {
    const settled = this.crm.outbox.settled;
    const tasks = this.tasks.filter((task) => this.status === "done" || !settled.has(task.id));
    const bulk = this.crm.can("task.bulk") && this.status !== "done";
    const set = (status: Status) => () => ((this.status = status), (this.chosen = new Set()), void this.read());
    return html`<div class="stack">
      <div class="row"><h1>${t("tasks")}</h1>${this.crm.can("task.create") ? html`<button class="push" @click=${() => this.open()}>${icon("plus")}${t("new_task")}</button>` : nothing}</div>
      <div class="row"><div class="choices">${(["active", "overdue", "done"] as const).map((one) => html`<button aria-pressed=${this.status === one ? "true" : "false"} @click=${set(one)}>${say("task_filter", one)}</button>`)}</div>
        <div class="choices">${[true, false].map((mine) => html`<button aria-pressed=${this.mine === mine ? "true" : "false"} @click=${() => ((this.mine = mine), void this.read())}>${t(mine ? "mine" : "team")}</button>`)}</div></div>
      ${this.state_ === "reading" ? bones(4)
        : tasks.length
          ? html`<ul class="card list">${repeat(tasks, (task) => task.id, (task) => html`<li>
              ${bulk ? html`<label><input type="checkbox" aria-label=${t("choose", task.title ?? "")} .checked=${this.chosen.has(task.id)} @change=${() => this.toggle(task.id)} /></label>` : html`<span></span>`}
              <marfacrm-task .base=${this.base} .item=${{ task, rep: this.reps.get(task.rep_id ?? "") ?? null, reasons: [] }}></marfacrm-task></li>`)}</ul>`
          : nothingHere("check", t("no_tasks"))}
      ${this.next ? html`<button @click=${() => void this.more()}>${t("more_rows")}</button>` : nothing}
      ${this.chosen.size ? html`<div class="card bulk row" role="toolbar" aria-label=${t("chosen", num(this.chosen.size))}><span class="strong">${t("chosen", num(this.chosen.size))}</span>
        <span class="push row tight"><button @click=${() => void this.bulk("complete")}>${icon("check")}${t("done")}</button><button @click=${() => void this.bulk("snooze")}>${icon("clock")}${t("to_tomorrow")}</button><button class="danger" @click=${() => void this.bulk("cancel")}>${icon("close")}${t("cancel_tasks")}</button></span></div>` : nothing}
      <marfacrm-dialog ?open=${this.adding} heading=${t("new_task")} @closed=${() => this.shut()}>${this.adding ? this.form() : nothing}</marfacrm-dialog>
    </div>`;
  }
}
