// کارتابل روزانه: the next best thing, then the day in its order, and the figures beside it.
import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Alert, Event as Change, Kpi, Suggestion, VoiceNote, Worklog, WorklogItem } from "../api";
import { CrmPage, look, pick } from "../base/element";
import { ago, duration, exact, num } from "../base/format";
import { icon } from "../base/icons";
import { say, t } from "../base/words";
import { bones, nothingHere, pieces } from "../parts/pieces";
import { inWords } from "../parts/inwords";
import { spark } from "../parts/spark";
import "../parts/task";

const groups = ["overdue", "today", "follow_ups", "later"] as const;
const keyOf = (item: WorklogItem): string => item.task?.id ?? item.interaction?.id ?? item.rep?.id ?? "";

@customElement("marfacrm-worklog")
export class WorklogPage extends CrmPage {
  static override styles = [
    look,
    pieces,
    css`
      :host {
        container-type: inline-size;
      }
      .page {
        display: grid;
        gap: var(--mc-gap);
        grid-template-columns: minmax(0, 1fr);
      }
      .list {
        padding: 0;
      }
      .list li + li {
        border-block-start: 1px solid var(--mc-line);
      }
      .group {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        margin-block-end: 0.5rem;
      }
      .nowcard {
        padding: 0;
        border-color: color-mix(in srgb, var(--mc-accent) 45%, var(--mc-line));
        background: linear-gradient(to bottom, color-mix(in srgb, var(--mc-tint) 55%, var(--mc-card)), var(--mc-card) 65%);
        box-shadow: var(--mc-shadow);
      }
      .nowcard h2 {
        padding: 0.9rem clamp(1rem, 3cqi, 1.5rem) 0;
        color: var(--mc-on-tint);
        font-size: var(--mc-text-small);
      }
      .slide {
        animation: slide 0.28s var(--mc-ease);
      }
      @keyframes slide {
        from {
          opacity: 0;
          transform: translateX(-1.5rem);
        }
      }
      .kpis {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(8.5rem, 100%), 1fr));
        gap: 0.6rem;
      }
      .kpi {
        display: grid;
        padding: 0.65rem 0.8rem;
        color: var(--mc-ink);
      }
      .kpi b {
        font-size: var(--mc-text-huge);
        font-weight: 700;
        line-height: 1.5;
      }
      .kpi .spark {
        inline-size: 100%;
        block-size: 1.6rem;
        color: var(--mc-accent);
      }
      .alert {
        display: flex;
        gap: 0.6rem;
        padding: 0.6rem 0.2rem;
        color: inherit;
      }
      .alert svg {
        color: var(--mc-bad);
        margin-block-start: 0.25rem;
      }
      @container (min-width: 62rem) {
        .page {
          grid-template-columns: minmax(0, 1fr) clamp(18rem, 27cqi, 26rem);
          align-items: start;
        }
        .head {
          grid-column: 1 / -1;
        }
        aside {
          position: sticky;
          inset-block-start: var(--mc-gap);
        }
      }
    `,
  ];
  @state() private log: Worklog | undefined;
  @state() private waiting: Suggestion[] = [];
  @state() private spoken: VoiceNote[] = [];
  @state() private old = false;
  @state() private failed = "";
  @state() private left = new Set<string>();
  private reading = 0;

  protected override begin(): void {
    void this.crm.seen("worklog.get", {}).then((log) => (this.log ??= log));
    void this.read();
  }
  protected override changed(changes: Change[], again: boolean): void {
    if (again || pick(changes, "task", "interaction", "rep", "suggestion", "profile", "voice_note")) void this.read();
  }

  async read(): Promise<void> {
    const mine = ++this.reading;
    try {
      const { value, old } = await this.crm.read("worklog.get", {});
      if (mine !== this.reading) return;
      this.log = value;
      this.old = old;
      this.left = new Set();
      this.failed = "";
      const [waiting, spoken] = await Promise.all([
        this.crm.can("suggestion.list") ? this.crm.read("suggestion.list", { state: "proposed", limit: 20 }) : undefined,
        this.crm.can("voice_note.list") ? this.crm.read("voice_note.list", { user_id: this.crm.me?.user?.id ?? null, limit: 10 }) : undefined,
      ]);
      if (mine !== this.reading) return;
      this.waiting = (waiting?.value.items ?? []).filter((one) => one.user_id === this.crm.me?.user?.id);
      this.spoken = (spoken?.value.items ?? []).filter((note) => note.state !== "ready" || this.waiting.some((one) => one.interaction_id === note.interaction_id));
    } catch (problem) {
      this.failed = (problem as Error).message;
    }
  }

  private shown = "";
  protected override updated(): void {
    if (!this.log && !this.failed) return;
    this.shown = this.current ? keyOf(this.current) : "";
    this.crm.drawn();
  }

  /** Without what is settled here already. */
  private items(list: WorklogItem[] | undefined): WorklogItem[] {
    const settled = this.crm.outbox.settled;
    return (list ?? []).filter((item) => !item.task || !(this.left.has(item.task.id) || settled.has(item.task.id)));
  }

  private get current(): WorklogItem | undefined {
    const [first] = this.items(this.log?.now ? [this.log.now] : []);
    return first ?? groups.flatMap((group) => this.items(this.log?.[group]))[0];
  }

  private kpi(kpi: Kpi): TemplateResult {
    const share = kpi.code === "on_time" || kpi.code === "follow_ups_kept";
    const shown = (n: number): string => (share && n <= 1 ? `${num(n * 100)}٪` : num(n, 1));
    const series = (Array.isArray(kpi.series) ? kpi.series : []) as number[];
    return html`<div class="card kpi"><span class="label">${say("kpi", kpi.code)}</span><b class="number">${shown(kpi.value ?? 0)}</b>
      <span class="small soft">${t("yesterday_was", shown(kpi.previous ?? 0))}</span>${spark(series)}</div>`;
  }

  private alert(alert: Alert): TemplateResult {
    return html`<li><a class="alert" href=${this.link(`rep/${alert.rep_id}`)}>${icon("alert")}<span><bdi>${alert.text}</bdi> <span class="small soft nowrap">· ${ago(alert.at)}</span></span></a></li>`;
  }

  private group(name: (typeof groups)[number], current: WorklogItem | undefined): TemplateResult | typeof nothing {
    const items = this.items(this.log?.[name]).filter((item) => !current || keyOf(item) !== keyOf(current));
    if (!items.length) return nothing;
    return html`<section data-group=${name}><div class="group"><h2>${say("group", name)}</h2><span class="chip number ${name === "overdue" ? "bad" : ""}">${num(items.length)}</span></div>
      <ul class="card list">${repeat(items, keyOf, (item) => html`<li><marfacrm-task .base=${this.base} .item=${item}></marfacrm-task></li>`)}</ul></section>`;
  }

  protected override page() {
    const { log } = this;
    if (!log) return this.failed ? nothingHere("cloud_off", this.failed, html`<button @click=${() => void this.read()}>${icon("rotate")}${t("again")}</button>`) : bones(4);
    const current = this.current;
    return html`<div class="page" @left=${(e: CustomEvent<string>) => (this.left = new Set([...this.left, e.detail]))}>
      <header class="head"><h1>${t("greeting", this.crm.me?.user?.name ?? "")}</h1>
        <p class="soft">${t("day_open", exact(log.day, "day"), num(log.open ?? 0))}${this.old ? html` <span class="chip warn">${icon("cloud_off")}${t("old")}</span>` : nothing}</p></header>
      <div class="stack">
        ${current
          ? repeat([current], keyOf, (item) => html`<section class="card nowcard ${this.shown && this.shown !== keyOf(item) ? "slide" : ""}" aria-label=${t("now")}><h2>${t("now")}</h2><marfacrm-task now .base=${this.base} .item=${item}></marfacrm-task></section>`)
          : html`<section class="card">${nothingHere("today", t("all_done"), html`<a class="button" href=${this.link("reps")}>${icon("users")}${t("see_reps")}</a>`)}</section>`}
        ${groups.map((name) => this.group(name, current))}
      </div>
      <aside class="stack">
        ${log.alerts?.length ? html`<section class="card" aria-label=${t("alerts")}><h2>${t("alerts")}</h2><ul>${log.alerts.map((a) => this.alert(a))}</ul></section>` : nothing}
        ${this.spoken.length
          ? html`<section class="card stack tight" aria-label=${t("voices")}><div class="row"><h2>${t("voices")}</h2><a class="push small" href=${this.link("voice")}>${t("all")}</a></div>
              <ul class="stack tight">${this.spoken.slice(0, 4).map((note) => html`<li><a class="row tight" href=${this.link(`voice/${note.interaction_id}`)}>${icon("mic")}<span class="number">${duration(note.duration_s ?? 0)}</span><span class="soft small">${ago(note.created_at)}</span><span class="push chip ${note.state === "failed" ? "bad" : note.state === "ready" ? "good" : "tint"}">${say("voice", note.state)}</span></a></li>`)}</ul></section>`
          : nothing}
        ${this.waiting.length
          ? html`<section class="card stack tight" aria-label=${t("waiting")}><div class="row"><h2>${t("waiting")}</h2><span class="chip tint number">${num(this.waiting.length)}</span></div>
              <ul class="stack tight">${this.waiting.slice(0, 4).map((one) => html`<li><a href=${this.link(`rep/${one.rep_id}/review`)}>${say("field", one.field)}: ${inWords(one.field ?? "", one.value).slice(0, 90)}</a></li>`)}</ul></section>`
          : nothing}
        <section aria-label=${t("figures")} class="kpis">${(log.kpis ?? []).map((kpi) => this.kpi(kpi))}</section>
      </aside>
    </div>`;
  }
}
