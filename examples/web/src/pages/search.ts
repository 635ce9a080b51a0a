// One box for reps, conversations and tasks.
import { css, html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { SearchHit } from "../api";
import { CrmPage, look } from "../base/element";
import { icon } from "../base/icons";
import { say, t } from "../base/words";
import { bones, channelIcon, face, moment, nothingHere, owed, pieces } from "../parts/pieces";

@customElement("marfacrm-search")
export class SearchPage extends CrmPage {
  static override styles = [
    look,
    pieces,
    css`
      .list {
        padding: 0;
      }
      li + li {
        border-block-start: 1px solid var(--mc-line);
      }
      li a {
        display: grid;
        grid-template-columns: 2.5rem minmax(0, 1fr);
        gap: 0.8rem;
        align-items: center;
        padding: 0.7rem 0.9rem;
        color: inherit;
      }
      .dot {
        display: grid;
        place-items: center;
        block-size: 2.5rem;
        border-radius: 0.8rem;
        background: var(--mc-sunken);
      }
      .cut {
        display: -webkit-box;
        -webkit-line-clamp: 2;
        -webkit-box-orient: vertical;
        overflow: hidden;
      }
    `,
  ];
  @property() text = "";
  @state() private kind: "" | "rep" | "interaction" | "task" = "";
  @state() private hits: SearchHit[] | undefined;
  @state() private reading = false;
  private asked = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  protected override begin(): void {
    void this.find();
  }
  protected override updated(changed: PropertyValues): void {
    if (changed.has("text") && this.crm.state === "in") void this.find();
  }
  override firstUpdated(): void {
    if (matchMedia("(pointer: fine)").matches) this.renderRoot.querySelector("input")?.focus();
  }
  private typed(text: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.text = text;
      if (!this.alone) this.go(`search/${encodeURIComponent(text)}`, true);
    }, 200);
  }
  private async find(): Promise<void> {
    const mine = ++this.asked;
    const text = this.text.trim();
    if (!text) {
      this.hits = undefined;
      return;
    }
    this.reading = true;
    try {
      const { value } = await this.crm.read("search.all", { text, limit: 50, ...(this.kind ? { entity: this.kind } : {}) });
      if (mine === this.asked) this.hits = value.items ?? [];
    } catch (problem) {
      this.crm.sorry(problem);
    } finally {
      if (mine === this.asked) this.reading = false;
    }
  }
  private hit(one: SearchHit): TemplateResult {
    const rep = one.rep?.id ?? one.interaction?.rep_id ?? one.task?.rep_id;
    const place = rep ? this.link(`rep/${rep}${one.task ? "/tasks" : ""}`) : this.link("tasks");
    if (one.rep) return html`<li><a href=${place}>${face(one.rep)}<span><span class="strong"><bdi>${one.rep.name}</bdi></span> <span class="soft small"><bdi>${one.rep.shop}</bdi></span><span class="row tight">${owed(one.rep.balance)}</span></span></a></li>`;
    const { interaction, task } = one;
    return html`<li><a href=${place}><span class="dot">${icon(interaction ? channelIcon(interaction.type) : "clock")}</span><span><span class="cut">${interaction?.summary ?? interaction?.notes ?? task?.title}</span><span class="small soft">${say("type", interaction?.type) || t("task")} ${moment(interaction?.started_at ?? task?.due_at, task?.due_grain)}</span></span></a></li>`;
  }

  protected override page() {
    const kinds = ["", "rep", "interaction", "task"] as const;
    return html`<div class="stack">
      <h1>${t("search")}</h1>
      <input type="search" aria-label=${t("search")} placeholder=${t("search_example")} .value=${this.text} autocomplete="off" @input=${(e: Event) => this.typed((e.target as HTMLInputElement).value)} />
      <div class="choices">${kinds.map((kind) => html`<button aria-pressed=${this.kind === kind ? "true" : "false"} @click=${() => ((this.kind = kind), void this.find())}>${kind ? say("entity", kind) : t("everything")}</button>`)}</div>
      ${this.hits === undefined ? (this.reading ? bones(3) : nothingHere("search", t("search_help"))) : this.hits.length ? html`<ul class="card list" aria-busy=${this.reading}>${this.hits.map((one) => this.hit(one))}</ul>` : nothingHere("search", t("found_nothing", this.text))}
    </div>`;
  }
}
