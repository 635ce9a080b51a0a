// A rep: who they are and what they owe, live; what happened in one stream; what is known; what is to be done.
import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Account, Change as Edit, Event as Change, Interaction, Invoice, Provenance, Rep, Suggestion, Task, TimelineItem, VoiceNote } from "../api";
import { CrmPage, look, pick } from "../base/element";
import { ago, duration, money, num, phone } from "../base/format";
import { icon, type Icon } from "../base/icons";
import { say, t } from "../base/words";
import { balanceChart } from "../parts/balance";
import { bones, channelIcon, face, moment, mood, nothingHere, owed, pieces } from "../parts/pieces";
import { inWords } from "../parts/inwords";
import type { Edit as Form } from "../parts/edit";
import "../parts/edit";
import "../parts/origin";
import "../parts/profile";
import "../parts/review";
import "../parts/task";

const parts = ["timeline", "tasks", "profile", "account"] as const;

@customElement("marfacrm-rep")
export class RepPage extends CrmPage {
  static override styles = [
    look,
    pieces,
    css`
      :host {
        container-type: inline-size;
      }
      .page {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--mc-gap);
      }
      .head {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.6rem 1rem;
        align-items: center;
      }
      .head .acts {
        grid-column: 1 / -1;
      }
      .head .acts .main {
        flex: 1;
      }
      .tabs {
        display: flex;
        gap: 0.25rem;
        overflow-x: auto;
        scrollbar-width: none;
        border-block-end: 1px solid var(--mc-line);
      }
      .tabs a {
        padding: 0.5rem 0.9rem;
        min-block-size: 2.75rem;
        color: var(--mc-soft);
        font-weight: 500;
        white-space: nowrap;
        border-block-end: 2px solid transparent;
      }
      .tabs a[aria-current="page"] {
        color: var(--mc-accent);
        border-color: currentColor;
      }
      .event {
        display: grid;
        grid-template-columns: 2.25rem minmax(0, 1fr);
        gap: 0.75rem;
        padding-block: 0.75rem;
        position: relative;
      }
      .event:not(:last-child)::before {
        content: "";
        position: absolute;
        inset-block: 3rem 0;
        inset-inline-start: 1.1rem;
        border-inline-start: 1px solid var(--mc-line);
      }
      .dot {
        display: grid;
        place-items: center;
        inline-size: 2.25rem;
        block-size: 2.25rem;
        border-radius: 50%;
        background: var(--mc-sunken);
        color: var(--mc-soft);
      }
      .dot.of-interaction {
        background: var(--mc-tint);
        color: var(--mc-on-tint);
      }
      .dot.of-payment {
        background: var(--mc-good-tint);
        color: var(--mc-good);
      }
      .notes {
        white-space: pre-line;
      }
      .chart {
        inline-size: 100%;
        block-size: 9rem;
        direction: ltr;
      }
      .ends {
        display: flex;
        justify-content: space-between;
      }
      .chart .line {
        fill: none;
        stroke: var(--mc-accent);
        stroke-width: 2;
        vector-effect: non-scaling-stroke;
      }
      .chart .area {
        fill: var(--mc-tint);
      }
      .chart .zero {
        stroke: var(--mc-edge);
        stroke-dasharray: 3 4;
        vector-effect: non-scaling-stroke;
      }
      .sum {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(8rem, 100%), 1fr));
        gap: 0.6rem;
      }
      .sum b {
        display: block;
        font-size: var(--mc-text-large);
      }
      .invoice {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0 1rem;
        padding-block: 0.5rem;
        border-block-start: 1px solid var(--mc-line);
      }
      details summary:not(.chip) {
        cursor: pointer;
        min-block-size: var(--mc-tap-small);
        align-content: center;
      }
      .score {
        font-weight: 700;
      }
      .tasks li + li {
        border-block-start: 1px solid var(--mc-line);
      }
      .tasks {
        padding: 0;
      }
      @container (min-width: 40rem) {
        .head {
          grid-template-columns: auto minmax(0, 1fr) auto;
        }
        .head .acts {
          grid-column: auto;
        }
        .head .acts .main {
          flex: none;
        }
      }
      @container (min-width: 62rem) {
        .page {
          grid-template-columns: minmax(0, 1fr) clamp(18rem, 30cqi, 28rem);
          align-items: start;
        }
        .page > :first-child {
          grid-column: 1 / -1;
        }
        .tabs a.aside {
          display: none;
        }
      }
      @container (max-width: 61.99rem) {
        aside.wide {
          display: none;
        }
      }
    `,
  ];
  @property() rep_id = "";
  @property() tab = "";
  @state() private rep: Rep | undefined;
  @state() private items: TimelineItem[] = [];
  @state() private next: string | null | undefined;
  @state() private kinds: string[] = [];
  @state() private tasks: Task[] = [];
  @state() private account: Account | undefined;
  @state() private waiting: Suggestion[] = [];
  @state() private spoken = new Map<string, VoiceNote>();
  @state() private failed = "";
  @state() private edits: { of: Interaction; items: Edit[] } | undefined;
  @query("marfacrm-edit") private form!: Form;
  private reading = 0;

  protected override begin(): void {
    if (this.rep_id) void this.read();
  }
  protected override updated(changed: PropertyValues): void {
    if (changed.has("rep_id") && changed.get("rep_id") && this.crm.state === "in") {
      this.rep = undefined;
      this.items = [];
      void this.read();
    }
  }
  protected override changed(changes: Change[], again: boolean): void {
    if (again || changes.some((change) => change.entity_id === this.rep_id) || pick(changes, "interaction", "task", "suggestion", "voice_note")) void this.read();
  }

  private async read(): Promise<void> {
    const mine = ++this.reading;
    const id = this.rep_id;
    const { crm } = this;
    try {
      const [rep, timeline, tasks, waiting, spoken] = await Promise.all([
        crm.read("rep.get", { id }),
        crm.read("rep.timeline", { id, limit: 40, ...(this.kinds.length ? { kinds: this.kinds } : {}) }),
        crm.read("task.list", { rep_id: id, status: "active", limit: 50 }),
        crm.can("suggestion.list") ? crm.read("suggestion.list", { state: "proposed", limit: 100 }) : undefined,
        crm.can("voice_note.list") ? crm.read("voice_note.list", { rep_id: id, limit: 100 }) : undefined,
      ]);
      if (mine !== this.reading) return;
      this.rep = rep.value;
      this.items = timeline.value.items ?? [];
      this.next = timeline.value.next;
      this.tasks = tasks.value.items ?? [];
      this.waiting = (waiting?.value.items ?? []).filter((one) => one.rep_id === id);
      this.spoken = new Map((spoken?.value.items ?? []).map((note) => [note.interaction_id ?? "", note]));
      this.failed = "";
      if (crm.can("rep.account") && rep.value.kind === "rep") this.account = (await crm.read("rep.account", { id })).value;
    } catch (problem) {
      this.failed = (problem as Error).message;
    }
  }
  private async more(): Promise<void> {
    try {
      const { items, next } = await this.crm.call("rep.timeline", { id: this.rep_id, limit: 40, cursor: this.next ?? null, ...(this.kinds.length ? { kinds: this.kinds } : {}) });
      this.items = [...this.items, ...(items ?? [])];
      this.next = next;
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }
  private async history(of: Interaction): Promise<void> {
    try {
      this.edits = { of, items: (await this.crm.call("interaction.history", { id: of.id })).items ?? [] };
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }

  private head(rep: Rep): TemplateResult {
    const status = rep.kind === "prospect" ? t("prospect") : say("status", rep.status);
    return html`<header class="card head">
      ${face(rep, true)}
      <div class="stack tight"><h1><bdi>${rep.name}</bdi></h1>
        <div class="row tight">${rep.shop ? html`<span class="soft"><bdi>${rep.shop}</bdi></span>` : nothing}<span class="chip ${rep.status === "active" ? "good" : ""}">${status}</span>${owed(rep.balance)}
          ${rep.health ? html`<details><summary class="chip ${(rep.health.score ?? 0) < 50 ? "warn" : "good"}">${t("health", num(rep.health.score ?? 0))}</summary><ul class="small soft">${(rep.health.reasons ?? []).map((r) => html`<li>${r.text}</li>`)}</ul></details>` : nothing}</div>
        <div class="row small soft">${(rep.phones ?? []).map((one) => html`<span class="number" dir="ltr">${phone(one)}</span>`)}${rep.telegram ? html`<bdi>@${rep.telegram}</bdi>` : nothing}${rep.last_contact_at ? html`<span>${t("contact_ago", ago(rep.last_contact_at))}</span>` : html`<span>${t("no_contact")}</span>`}</div></div>
      <div class="row acts">
        ${this.crm.can("rep.contact") && rep.phones?.length ? html`<button class="main" data-contact="call" @click=${() => void this.crm.contact(rep, "call")}>${icon("phone")}${t("call")}</button>` : nothing}
        ${this.crm.can("rep.contact") && rep.telegram ? html`<button data-contact="telegram" @click=${() => void this.crm.contact(rep, "telegram")}>${icon("telegram")}${t("telegram")}</button>` : nothing}
        ${this.crm.can("interaction.log") ? html`<button @click=${() => this.crm.write(rep)}>${icon("write")}${t("write_log")}</button>` : nothing}
        ${rep.kind === "prospect" && this.crm.can("prospect.update") ? html`<button data-edit @click=${() => this.form.open({ prospect: rep })}>${icon("edit")}${t("edit")}</button>` : nothing}
        ${rep.host_url ? html`<a class="button quiet" href=${rep.host_url} target="_blank" rel="noopener noreferrer">${t("host_page")}</a>` : nothing}
      </div></header>`;
  }

  private interaction(i: Interaction): TemplateResult {
    const from = (field: string): TemplateResult | typeof nothing => {
      const p = (i.provenance as Record<string, Provenance> | undefined)?.[field];
      return p?.source === "ai" ? html`<marfacrm-origin .base=${this.base} .of=${p} .field=${field} .interaction_id=${i.id}></marfacrm-origin>` : nothing;
    };
    const note = this.spoken.get(i.id);
    return html`<div class="stack tight">
      <div class="row tight"><span class="strong">${i.state === "draft" ? t("draft_of", say("type", i.type)) : say("type", i.type)}</span><span class="soft small">${moment(i.started_at, "minute")}</span>${i.duration_s ? html`<span class="soft small number">${duration(i.duration_s)}</span>` : nothing}
        ${i.outcome ? html`<span class="chip tint">${say("outcome", i.outcome)}</span>${from("outcome")}` : nothing}${mood(i.sentiment)}${from("sentiment")}
        ${note ? html`<a class="chip tint" href=${this.link(`voice/${i.id}`)}>${icon("mic")}${duration(note.duration_s ?? 0)} ${say("voice", note.state)}</a>` : nothing}</div>
      ${i.notes ? html`<p class="notes">${i.notes}</p>` : nothing}
      ${i.summary && i.summary !== i.notes ? html`<p class="soft small">${i.summary} ${from("summary")}</p>` : nothing}
      ${i.transcript ? html`<details class="small"><summary>${t("transcript")}</summary>${from("transcript")}<p class="notes">${i.transcript}</p></details>` : nothing}
      ${i.topics?.length ? html`<div class="why">${i.topics.map((one) => html`<span class="chip">${say("topic", one)}</span>`)}${from("topics")}</div>` : nothing}
      <div class="row tight">${this.crm.can("interaction.update") && i.state !== "draft" ? html`<button class="quiet small" data-edit @click=${() => this.form.open({ talk: i })}>${icon("edit")}${t("edit")}</button>` : nothing}
        ${this.crm.can("interaction.history") ? html`<button class="quiet small" @click=${() => void this.history(i)}>${icon("history")}${t("history")}</button>` : nothing}</div>
    </div>`;
  }

  private event(item: TimelineItem): TemplateResult {
    const { interaction, task, invoice, payment } = item;
    const drawn: Icon = interaction ? channelIcon(interaction.type) : task ? (task.status === "done" ? "check" : "clock") : invoice ? "invoice" : "payment";
    return html`<li class="event"><span class="dot of-${item.kind}">${icon(drawn)}</span>
      ${interaction
        ? this.interaction(interaction)
        : task
          ? html`<div><div>${task.title}</div><div class="row tight small soft"><span>${say("task_status", task.status)}</span>${moment(task.due_at, task.due_grain)}</div></div>`
          : invoice
            ? html`<div><div>${t("invoice", money(invoice.amount ?? 0))}</div><div class="row tight small soft">${moment(invoice.issued_at, "day")}<span>${say("invoice_status", invoice.status)}</span></div></div>`
            : html`<div><div>${t("payment", money(payment?.amount ?? 0))}</div><div class="row tight small soft">${moment(payment?.at, "day")}<span>${payment?.description}</span></div></div>`}</li>`;
  }

  private timeline(): TemplateResult {
    const kinds: Array<[string[], string]> = [[[], t("everything")], [["interaction"], t("conversations")], [["task"], t("tasks")], ...(this.account ? ([[["invoice", "payment"], t("account")]] as Array<[string[], string]>) : [])];
    return html`<section class="stack" aria-label=${t("timeline")}>
      <div class="choices">${kinds.map(([kind, name]) => html`<button aria-pressed=${kind.join() === this.kinds.join() ? "true" : "false"} @click=${() => ((this.kinds = kind), void this.read())}>${name}</button>`)}</div>
      ${this.items.length ? html`<ul class="card">${this.items.map((item) => this.event(item))}</ul>` : nothingHere("history", t("no_timeline"))}
      ${this.next ? html`<button @click=${() => void this.more()}>${t("older")}</button>` : nothing}</section>`;
  }

  private taskList(): TemplateResult {
    return html`<section class="stack tight" aria-label=${t("tasks")}><div class="row"><h2>${t("tasks")}</h2>${this.crm.can("task.create") ? html`<a class="button push" href=${this.link(`tasks/new/${this.rep_id}`)}>${icon("plus")}${t("new_task")}</a>` : nothing}</div>
      ${this.tasks.length ? html`<ul class="card tasks">${this.tasks.map((task) => html`<li><marfacrm-task bare .base=${this.base} .item=${{ task, rep: this.rep ?? null, reasons: task.reasons ?? [] }}></marfacrm-task></li>`)}</ul>` : html`<p class="soft">${t("no_tasks_here")}</p>`}</section>`;
  }

  private invoice(one: Invoice): TemplateResult {
    const tone = one.status === "paid" ? "good" : one.status === "overdue" ? "bad" : "";
    return html`<li class="invoice"><span><span class="number">${money(one.amount ?? 0)}</span> <span class="chip ${tone}">${say("invoice_status", one.status)}</span></span><span class="small soft">${moment(one.issued_at, "day")}</span></li>`;
  }
  private money(): TemplateResult | typeof nothing {
    const { account } = this;
    if (!account) return nothing;
    const { totals } = account;
    return html`<section class="card stack" aria-label=${t("account")}><div class="row"><h2>${t("account")}</h2><span class="push">${owed(account.balance)}</span></div>
      ${totals ? html`<div class="sum"><span class="label">${t("unpaid")}<b class="number">${num(totals.unpaid ?? 0)}</b></span><span class="label">${t("overdue")}<b class="number">${num(totals.overdue ?? 0)}</b></span><span class="label">${t("unpaid_amount")}<b class="number">${money(totals.unpaid_amount ?? 0)}</b></span></div>` : nothing}
      ${(account.series?.length ?? 0) > 1 ? balanceChart(account.series ?? []) : nothing}
      <details ?open=${this.tab === "account"}><summary>${t("invoices", num(account.invoices?.length ?? 0))}</summary><ul>${(account.invoices ?? []).map((one) => this.invoice(one))}</ul></details></section>`;
  }
  private profile(rep: Rep): TemplateResult {
    return html`<marfacrm-profile .base=${this.base} .rep=${rep} @kept=${(e: CustomEvent<Rep>) => (this.rep = e.detail)}></marfacrm-profile>`;
  }

  private review(): TemplateResult {
    return html`<section class="card"><h2>${t("waiting")}</h2><marfacrm-review .base=${this.base} .suggestions=${this.waiting} @decided=${() => void this.read()}></marfacrm-review></section>`;
  }

  private historyDialog(): TemplateResult {
    return html`<marfacrm-dialog wide ?open=${!!this.edits} heading=${t("history")} @closed=${() => (this.edits = undefined)}>
      ${this.edits ? html`<ul class="stack">${this.edits.items.map((edit) => html`<li class="stack tight"><div class="row small soft">${moment(edit.at, "minute")}<span>${say("operation", edit.operation)}</span></div>
        ${Object.entries((edit.after ?? {}) as Record<string, unknown>).filter(([field]) => !/^(id|version|updated_at|created_at|provenance)$/.test(field)).map(([field, value]) => html`<div><span class="label">${say("field", field)}</span> <bdi>${inWords(field, value)}</bdi></div>`)}</li>`)}</ul>` : nothing}
    </marfacrm-dialog>`;
  }

  protected override page() {
    const { rep } = this;
    if (!rep) return this.failed ? nothingHere("alert", this.failed, html`<button @click=${() => void this.read()}>${icon("rotate")}${t("again")}</button>`) : bones(4);
    const part = parts.find((one) => one === this.tab) ?? "timeline";
    const review = this.waiting.length ? this.review() : nothing;
    return html`<div class="page">
      ${this.head(rep)}
      <div class="stack">
        ${review}
        <nav class="tabs" aria-label=${t("parts")}>${parts.filter((one) => one !== "account" || this.account).map((one) => html`<a class=${one === "profile" || one === "account" ? "aside" : ""} href=${this.link(`rep/${rep.id}/${one}`)} aria-current=${part === one ? "page" : "false"}>${t(one)}</a>`)}</nav>
        ${part === "tasks" ? this.taskList() : part === "profile" ? this.profile(rep) : part === "account" ? this.money() : this.timeline()}
      </div>
      <aside class="stack wide">${part === "account" ? nothing : this.money()}${part === "profile" ? nothing : this.profile(rep)}</aside>
    </div>${this.historyDialog()}<marfacrm-edit .base=${this.base} @kept=${() => void this.read()}></marfacrm-edit>`;
  }
}
