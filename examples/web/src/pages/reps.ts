// Representatives and prospects: found by letters, narrowed by filters, kept as views. Ten thousand scroll like ten.
import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import type { Event as Change, Imported, Rep, RepFilterInput, SavedView } from "../api";
import { CrmPage, look, pick } from "../base/element";
import { ago, num, phone } from "../base/format";
import { icon } from "../base/icons";
import { later } from "../base/time";
import { language, say, t } from "../base/words";
import { bones, face, nothingHere, owed, pieces } from "../parts/pieces";
import { taskFields, taskTyped } from "../parts/task";
import type { When } from "../parts/when";
import "../parts/dialog";

/** Read at once: so few that reading them takes no frame away. */
const page_size = 100;
/** Rows beside those in sight, and how many come and go at once. */
const beside = 8;
const step = 4;

@customElement("marfacrm-reps")
export class RepsPage extends CrmPage {
  static override styles = [
    look,
    pieces,
    css`
      :host {
        container-type: inline-size;
      }
      .search {
        flex: 1 1 14rem;
      }
      .list {
        padding: 0;
        overflow: hidden;
      }
      .rep {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: center;
        gap: 0.15rem 0.5rem;
        block-size: 5.75rem;
        padding-inline: clamp(0.6rem, 2cqi, 1rem);
        border-block-end: 1px solid var(--mc-line);
        contain: strict;
      }
      .rep:hover {
        background: var(--mc-sunken);
      }
      .rep > a {
        display: grid;
        min-inline-size: 0;
        color: inherit;
        text-decoration: none;
      }
      .rep > a > span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .facts {
        display: none;
      }
      .pick {
        display: grid;
        grid-auto-flow: column;
        align-items: center;
        gap: 0.5rem;
        min-block-size: 2.75rem;
        cursor: pointer;
      }
      .acts {
        display: flex;
        gap: 0.35rem;
      }
      .debt {
        justify-self: start;
        max-inline-size: 100%;
      }
      .debt .chip {
        padding-inline: 0.4rem;
        font-size: var(--mc-text-tiny);
      }
      @container (max-width: 20rem) {
        .pick .face {
          display: none;
        }
      }
      @container (min-width: 46rem) {
        .rep {
          grid-template-columns: auto minmax(0, 1.4fr) minmax(0, 1.2fr) minmax(0, 0.9fr) auto;
          column-gap: 0.8rem;
          block-size: 4.25rem;
        }
        .facts {
          display: block;
          overflow: hidden;
          text-overflow: ellipsis;
          white-space: nowrap;
        }
        .rep > a .debt {
          display: none;
        }
      }
    `,
  ];
  /** `new`: the form of a new prospect stands open */
  @property() act = "";
  @state() private filter: RepFilterInput = { sort: "name" };
  @state() private reps: Rep[] = [];
  @state() private next: string | null | undefined;
  @state() private state_: "reading" | "ready" | "failed" = "reading";
  @state() private views: SavedView[] = [];
  @state() private sheet: "" | "filter" | "new" | "import" | "task" | "tag" = "";
  @state() private chosen = new Map<string, Rep>();
  private due: When = { due_at: null, due_grain: null };
  @state() private from = 0;
  @state() private to = 30;
  @state() private imported: Imported | undefined;
  private reading = 0;
  /** as high as the style makes every row; measured when the page has another width, not while it scrolls */
  @state() private row_px = 92;
  private wide = 0;
  private width = new ResizeObserver(() => {
    if (this.wide === (this.wide = this.clientWidth)) return;
    this.measure();
  });
  private scrolled = (): void => this.window();
  private timer: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("scroll", this.scrolled, { capture: true, passive: true });
    this.getRootNode().addEventListener("scroll", this.scrolled, { capture: true, passive: true });
    addEventListener("resize", this.scrolled);
    this.width.observe(this);
  }
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("scroll", this.scrolled, { capture: true });
    this.getRootNode().removeEventListener("scroll", this.scrolled, { capture: true });
    removeEventListener("resize", this.scrolled);
    this.width.disconnect();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has("act") && this.act === "new") this.sheet = "new";
  }
  private shut(): void {
    this.sheet = "";
    if (this.act && !this.alone) this.go("reps", true);
  }
  protected override begin(): void {
    void this.read();
    if (this.crm.can("view.list")) void this.crm.call("view.list", {}).then(({ items }) => (this.views = (items ?? []).filter((v) => v.operation === "rep.list")), () => undefined);
  }
  protected override changed(changes: Change[], again: boolean): void {
    if (!again && !pick(changes, "rep")) return;
    const ids = new Set(changes.map((change) => change.entity_id));
    if (again || changes.some((change) => change.action === "create") || this.reps.some((rep) => ids.has(rep.id))) void this.read(true);
  }

  private async read(keep = false): Promise<void> {
    const mine = ++this.reading;
    if (!keep) this.state_ = "reading";
    try {
      const { value } = await this.crm.read("rep.list", { ...this.filter, limit: keep ? Math.min(200, Math.max(page_size, this.reps.length)) : page_size });
      if (mine !== this.reading) return;
      this.reps = value.items ?? [];
      this.next = value.next;
      this.state_ = "ready";
    } catch (problem) {
      this.state_ = "failed";
      this.crm.sorry(problem);
    }
  }
  private more_asked = false;
  private async more(): Promise<void> {
    if (this.more_asked || !this.next) return;
    this.more_asked = true;
    const mine = this.reading;
    try {
      const { items, next } = await this.crm.call("rep.list", { ...this.filter, cursor: this.next, limit: page_size });
      if (mine === this.reading) {
        this.reps = this.reps.concat(items ?? []);
        this.next = next;
      }
    } catch {
      // without a network the list ends here; it goes on when scrolled again
    } finally {
      this.more_asked = false;
    }
  }

  private measure(): void {
    const row = this.renderRoot.querySelector(".rep");
    if (row) this.row_px = row.getBoundingClientRect().height || this.row_px;
    this.window();
  }
  /** Only the rows in sight, and some around them, are in the page. */
  private window(): void {
    const list = this.renderRoot.querySelector(".list");
    if (!list) return;
    const first = -list.getBoundingClientRect().top / this.row_px;
    this.from = Math.max(0, Math.floor((first - beside) / step) * step);
    this.to = Math.ceil((first + innerHeight / this.row_px + beside) / step) * step;
    if (this.to > this.reps.length - 2 * page_size) void this.more();
  }
  private sized = false;
  protected override updated(changed: PropertyValues): void {
    if (!changed.has("reps")) return;
    if (this.sized) return void requestAnimationFrame(() => this.window()); // when the frame's own layout is done
    this.sized = this.reps.length > 0;
    this.measure();
  }

  private set(change: Partial<RepFilterInput>): void {
    this.filter = { ...this.filter, ...change };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.read(), "text" in change ? 180 : 0);
  }

  private async keepView(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    try {
      const view = await this.crm.call("view.save", { name: String(data.get("name")), operation: "rep.list", filter: this.filter as never, shared: data.has("shared") });
      this.views = [...this.views, view];
      this.sheet = "";
      this.crm.toast(t("view_kept"), { kind: "good" });
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }
  private async forget(view: SavedView): Promise<void> {
    try {
      await this.crm.call("view.delete", { id: view.id });
      this.views = this.views.filter((one) => one.id !== view.id);
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }

  private async create(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const text = (name: string): string => String(data.get(name) ?? "").trim();
    try {
      const rep = await this.crm.call("prospect.create", { name: text("name"), ...(text("shop") ? { shop: text("shop") } : {}), ...(text("phone") ? { phones: [text("phone")] } : {}), ...(text("telegram") ? { telegram: text("telegram").replace(/^@/, "") } : {}) });
      this.sheet = "";
      this.go(`rep/${rep.id}`);
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }

  private async csv(): Promise<void> {
    try {
      const { csv } = await this.crm.call("record.export", { entity: "rep", filter: this.filter as never });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([csv ?? ""], { type: "text/csv" }));
      link.download = `${t("reps")}.csv`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }
  private async import_(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const file = data.get("file") as File;
    const dry = (event.submitter as HTMLButtonElement).name === "dry";
    try {
      this.imported = await this.crm.call("record.import", { entity: "prospect", csv: await file.text(), dry_run: dry });
      if (!dry && !this.imported.faults?.length) {
        this.sheet = "";
        this.crm.toast(t("imported", num(this.imported.taken ?? 0)), { kind: "good" });
        void this.read();
      }
    } catch (problem) {
      this.crm.sorry(problem);
    }
  }

  private toggle(rep: Rep): void {
    const next = new Map(this.chosen);
    if (!next.delete(rep.id)) next.set(rep.id, rep);
    this.chosen = next;
  }
  /** The same for each of those chosen, one after the other; what did not go stays chosen. */
  private async each(one: (rep: Rep) => Promise<string>): Promise<string[]> {
    const done: string[] = [];
    try {
      for (const rep of [...this.chosen.values()]) {
        done.push(await one(rep));
        this.toggle(rep);
      }
      this.sheet = "";
    } catch (problem) {
      this.crm.sorry(problem);
    }
    return done;
  }
  private async taskForEach(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const typed = { ...taskTyped(event.target as HTMLFormElement), ...(this.due.due_at ? this.due : {}) };
    const made = await this.each(async (rep) => (await this.crm.call("task.create", { ...typed, rep_id: rep.id })).id);
    if (made.length) this.crm.offerUndo(t("tasks_made", num(made.length)), "task", ...made);
  }
  private async tagEach(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const tag = String(new FormData(event.target as HTMLFormElement).get("tag")).trim();
    if (!tag) return;
    const changed: string[] = [];
    const seen = await this.each(async ({ id }) => {
      const rep = await this.crm.call("rep.get", { id }); // a list shows no profile
      const tags = rep.profile?.tags ?? [];
      if (tags.includes(tag)) return id;
      await this.crm.call("rep.profile.update", { id, version: rep.version, tags: [...tags, tag] });
      changed.push(id);
      return id;
    });
    if (seen.length) this.crm.offerUndo(t("tagged", num(seen.length)), "rep", ...changed);
  }

  private row(rep: Rep): TemplateResult {
    const number = rep.phones?.[0];
    return html`<li class="rep" data-id=${rep.id}>
      ${this.crm.can("task.create") ? html`<label class="pick"><input type="checkbox" aria-label=${t("choose", rep.name ?? "")} .checked=${this.chosen.has(rep.id)} @change=${() => this.toggle(rep)} />${face(rep)}</label>` : face(rep)}
      <a href=${this.link(`rep/${rep.id}`)}><span class="strong"><bdi>${rep.name}</bdi></span><span class="small soft"><bdi>${rep.shop ?? (rep.kind === "prospect" ? t("prospect") : "")}</bdi></span><span class="debt">${owed(rep.balance)}</span></a>
      <span class="facts">${owed(rep.balance)}</span>
      <span class="facts small soft">${rep.last_contact_at ? t("contact_ago", ago(rep.last_contact_at)) : t("no_contact")}</span>
      <span class="acts">${number && this.crm.can("rep.contact") ? html`<button class="round" aria-label=${t("call_to", rep.name ?? "")} title=${phone(number)} @click=${() => void this.crm.contact(rep, "call")}>${icon("phone")}</button>` : nothing}
        ${rep.telegram && this.crm.can("rep.contact") ? html`<button class="round" aria-label=${t("telegram_to", rep.name ?? "")} @click=${() => void this.crm.contact(rep, "telegram")}>${icon("telegram")}</button>` : nothing}</span>
    </li>`;
  }

  private choice<K extends keyof RepFilterInput>(name: string, key: K, options: Array<[RepFilterInput[K], string]>): TemplateResult {
    return html`<fieldset class="choices"><legend>${name}</legend>${options.map(([value, label]) => html`<button type="button" aria-pressed=${(this.filter[key] ?? undefined) === value ? "true" : "false"} @click=${() => this.set({ [key]: value } as Partial<RepFilterInput>)}>${label}</button>`)}</fieldset>`;
  }

  private get heading(): string {
    const titles = { "": "", filter: t("filter"), new: t("new_prospect"), import: t("import"), task: t("task_for_all"), tag: t("tag_all") };
    return titles[this.sheet];
  }
  private dialog(): TemplateResult | typeof nothing {
    switch (this.sheet) {
      case "filter": {
        const silent = instantDaysAgo(21);
        return html`<div class="stack">
          ${this.choice(t("kind"), "kind", [[undefined, t("all")], ["rep", t("rep")], ["prospect", t("prospect")]])}
          ${this.choice(t("account"), "balance", [[undefined, t("all")], ["debtor", say("balance", "debtor")], ["creditor", say("balance", "creditor")], ["settled", say("balance", "settled")]])}
          ${this.choice(t("silence"), "silent_since", [[undefined, t("all")], [silent, t("silent_21")]])}
          ${this.choice(t("order"), "sort", [["name", t("by_name")], ["-debt", t("by_debt")], ["last_contact_at", t("by_silence")], ["-last_contact_at", t("by_contact")]])}
          ${this.crm.can("view.save") ? html`<form class="stack" @submit=${this.keepView}><h3>${t("keep_view")}</h3><label class="field"><span>${t("view_name")}</span><input name="name" required /></label>
            <label class="check"><input type="checkbox" name="shared" />${t("view_shared")}</label><button>${t("save")}</button></form>` : nothing}
        </div>`;
      }
      case "new":
        return html`<form class="stack" @submit=${this.create}>
          <label class="field"><span>${t("name")}</span><input name="name" required autofocus /></label>
          <label class="field"><span>${t("shop")}</span><input name="shop" /></label>
          <label class="field"><span>${t("phone")}</span><input name="phone" inputmode="tel" dir="ltr" /></label>
          <label class="field"><span>${t("telegram")}</span><input name="telegram" dir="ltr" /></label>
          <button class="main">${t("add")}</button></form>`;
      case "task":
        return html`<form class="stack" @submit=${this.taskForEach}><p class="soft">${t("tasks_for", num(this.chosen.size))}</p>
          ${taskFields(this.base, undefined, (due) => (this.due = due))}<button class="main">${t("add")}</button></form>`;
      case "tag":
        return html`<form class="stack" @submit=${this.tagEach}><p class="soft">${t("tasks_for", num(this.chosen.size))}</p>
          <label class="field"><span>${t("tag_one")}</span><input name="tag" required maxlength="60" autofocus /></label><button class="main">${t("add")}</button></form>`;
      case "import":
        return html`<form class="stack" @submit=${this.import_}>
          <p>${t("import_help")}</p>
          <label class="field"><span>${t("file")}</span><input name="file" type="file" accept=".csv,text/csv" required /></label>
          <div class="row"><button name="dry">${t("dry_run")}</button><button name="real" class="main">${t("import")}</button></div>
          ${this.imported ? html`<p role="status">${t("import_rows", num(this.imported.rows ?? 0), num(this.imported.faults?.length ?? 0))}</p>
            <ul class="stack tight">${(this.imported.faults ?? []).map((fault) => html`<li class="small"><span class="chip bad number">${t("row_number", num(fault.row ?? 0))}</span> <bdi>${fault.field}</bdi>: ${fault.message}</li>`)}</ul>` : nothing}
        </form>`;
      default:
        return nothing;
    }
  }

  protected override page() {
    const narrowed = ["kind", "balance", "silent_since"].filter((key) => this.filter[key as keyof RepFilterInput]).length;
    const from = Math.min(this.from, this.reps.length);
    const to = Math.min(this.to, this.reps.length);
    const gap = (rows: number): TemplateResult => html`<li aria-hidden="true" class="gap" .style=${`block-size: ${rows * this.row_px}px`}></li>`;
    return html`<div class="stack">
      <div class="row"><h1>${t("reps")}</h1><span class="push row tight">
        ${this.crm.can("prospect.create") ? html`<button @click=${() => (this.sheet = "new")}>${icon("plus")}${t("new_prospect")}</button>` : nothing}
        ${this.crm.can("record.export") ? html`<button class="round quiet" aria-label=${t("export")} title=${t("export")} @click=${() => void this.csv()}>${icon("download")}</button>` : nothing}
        ${this.crm.can("record.import") ? html`<button class="round quiet" aria-label=${t("import")} title=${t("import")} @click=${() => (this.sheet = "import")}>${icon("upload")}</button>` : nothing}</span></div>
      <div class="row"><input class="search" type="search" aria-label=${t("find_rep")} placeholder=${t("find_rep")} autocomplete="off" @input=${(e: Event) => this.set({ text: (e.target as HTMLInputElement).value || null })} />
        <button aria-expanded=${this.sheet === "filter"} @click=${() => (this.sheet = "filter")}>${icon("filter")}${t("filter")}${narrowed ? html`<span class="chip tint number">${num(narrowed)}</span>` : nothing}</button></div>
      ${this.views.length ? html`<div class="choices">${this.views.map((view) => html`<span class="row tight"><button type="button" aria-pressed=${JSON.stringify(view.filter) === JSON.stringify(this.filter) ? "true" : "false"} @click=${() => ((this.filter = view.filter as RepFilterInput), void this.read())}>${view.name}</button>
        ${view.user_id === this.crm.me?.user?.id ? html`<button class="quiet round" aria-label=${t("forget_view", view.name ?? "")} @click=${() => void this.forget(view)}>${icon("close")}</button>` : nothing}</span>`)}</div>` : nothing}
      ${this.state_ === "reading" && !this.reps.length
        ? bones(5)
        : this.reps.length
          ? html`<ul class="card list" aria-label=${t("reps")} aria-busy=${this.state_ === "reading"}>${gap(from)}${repeat(this.reps.slice(from, to), (rep) => rep.id, (rep) => guard([rep, this.chosen.has(rep.id), this.crm.me, language()], () => this.row(rep)))}${gap(this.reps.length - to)}</ul>`
          : nothingHere("users", t("no_reps"))}
      ${this.chosen.size
        ? html`<div class="card bulk row" role="toolbar" aria-label=${t("chosen_reps", num(this.chosen.size))}><span class="strong">${t("chosen_reps", num(this.chosen.size))}</span>
            <span class="push row tight"><button data-bulk="task" @click=${() => ((this.due = { due_at: null, due_grain: null }), (this.sheet = "task"))}>${icon("plus")}${t("task_for_all")}</button>
              ${this.crm.can("rep.profile.update") ? html`<button data-bulk="tag" @click=${() => (this.sheet = "tag")}>${icon("edit")}${t("tag_all")}</button>` : nothing}
              <button class="quiet round" aria-label=${t("choose_none")} @click=${() => (this.chosen = new Map())}>${icon("close")}</button></span></div>`
        : nothing}
      <marfacrm-dialog ?open=${!!this.sheet} heading=${this.heading} @closed=${() => this.shut()}>${this.dialog()}</marfacrm-dialog>
    </div>`;
  }
}

const instantDaysAgo = (days: number): string => {
  const at = later(-days);
  at.setUTCHours(0, 0, 0, 0);
  return at.toISOString();
};
