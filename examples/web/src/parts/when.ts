// A time, picked from a Jalali calendar or said in words, which the library reads.
import { css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { CrmElement, look } from "../base/element";
import { digits, exact, monthName, when } from "../base/format";
import { icon } from "../base/icons";
import { clockOf, instant, jalaliNoon, jalaliOf, later, monthLength, sameDay, weekday, type Jalali } from "../base/time";
import { t } from "../base/words";

export interface When {
  due_at: string | null;
  due_grain: "day" | "minute" | null;
}

@customElement("marfacrm-when")
export class WhenField extends CrmElement {
  static override styles = [
    look,
    css`
      .said {
        min-block-size: 1.6rem;
      }
      .quick {
        display: flex;
        flex-wrap: wrap;
        gap: 0.35rem;
      }
      .quick button {
        border-radius: 2rem;
        padding: 0.05rem 0.7rem;
        min-block-size: var(--mc-tap-small);
        font-weight: 400;
      }
      .calendar {
        max-inline-size: 21rem;
        padding: 0.6rem;
        border: 1px solid var(--mc-line);
        border-radius: var(--mc-radius);
      }
      .month {
        display: flex;
        align-items: center;
        justify-content: space-between;
      }
      .days {
        display: grid;
        grid-template-columns: repeat(7, 1fr);
        text-align: center;
      }
      .days span {
        color: var(--mc-soft);
        font-size: var(--mc-text-small);
      }
      .days button {
        padding: 0;
        border-color: transparent;
        background: transparent;
        min-block-size: var(--mc-tap);
        font-weight: 400;
      }
      .days button.friday {
        color: var(--mc-bad);
      }
      .days button.now {
        box-shadow: inset 0 0 0 1px var(--mc-accent);
      }
      .days button[aria-pressed="true"] {
        background: var(--mc-accent);
        color: var(--mc-on-accent);
      }
      .clock {
        inline-size: auto;
      }
    `,
  ];
  @property() due_at: string | null = null;
  @property() due_grain: "day" | "minute" | null = null;
  @property() label = "";
  @state() private open = false;
  @state() private shown: Jalali | undefined;
  @state() private hint = "";
  private asked = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  private set(due_at: string | null, due_grain: "day" | "minute" | null): void {
    this.due_at = due_at;
    this.due_grain = due_grain;
    this.hint = "";
    this.dispatchEvent(new CustomEvent<When>("when", { detail: { due_at, due_grain }, bubbles: true, composed: true }));
  }

  /** The words are read by the library, so that the CRT's «شنبه بعد» means the same here and in a note. */
  private typed(text: string): void {
    clearTimeout(this.timer);
    if (!text.trim()) return;
    this.timer = setTimeout(() => void this.read(text), 250);
  }
  private async read(text: string): Promise<void> {
    const asked = ++this.asked;
    try {
      const { spans } = await this.crm.call("text.when", { text });
      if (asked !== this.asked) return;
      const found = spans?.find((span) => span.due_at);
      if (found?.due_at) this.set(found.due_at, found.due_grain ?? "day");
      else this.hint = t("when_unread");
    } catch (problem) {
      this.hint = (problem as Error).message;
    }
  }

  private month(by: number): void {
    const { year, month } = this.view;
    const next = month + by;
    this.shown = next < 1 ? { year: year - 1, month: 12, day: 1 } : next > 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: next, day: 1 };
  }
  private get view(): Jalali {
    return this.shown ?? jalaliOf(this.due_at ? new Date(this.due_at) : new Date());
  }
  private pick(day: Date): void {
    const hhmm = this.due_grain === "minute" && this.due_at ? clockOf(new Date(this.due_at)) : null;
    this.set(instant(day, hhmm ?? "00:00"), hhmm ? "minute" : "day");
  }
  private keys(event: KeyboardEvent): void {
    const forward = this.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const step = { ArrowDown: 7, ArrowUp: -7, ArrowLeft: forward === "ArrowLeft" ? 1 : -1, ArrowRight: forward === "ArrowRight" ? 1 : -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...this.renderRoot.querySelectorAll<HTMLButtonElement>(".days button")];
    buttons[buttons.indexOf(event.target as HTMLButtonElement) + step]?.focus();
  }

  private calendar() {
    const { year, month } = this.view;
    const first = jalaliNoon({ year, month, day: 1 });
    const chosen = this.due_at ? jalaliOf(new Date(this.due_at)) : undefined;
    const now = jalaliOf(new Date());
    const cells = Array.from({ length: monthLength(year, month) }, (_, i) => later(i, first));
    const title = `${monthName(first)} ${digits(String(year))}`;
    return html`<div class="calendar stack tight">
      <div class="month">
        <button type="button" class="quiet round" aria-label=${t("month_before")} @click=${() => this.month(-1)}>${icon("back", true)}</button>
        <span class="strong" aria-live="polite">${title}</span>
        <button type="button" class="quiet round" aria-label=${t("month_after")} @click=${() => this.month(1)}>${icon("forward", true)}</button>
      </div>
      <div class="days" @keydown=${this.keys}>
        ${t("week").split(" ").map((name) => html`<span aria-hidden="true">${name}</span>`)}
        ${Array.from({ length: weekday(first) }, () => html`<i></i>`)}
        ${cells.map((at) => {
          const day = jalaliOf(at);
          return html`<button type="button" class="${weekday(at) === 6 ? "friday" : ""} ${sameDay(day, now) ? "now" : ""}"
            aria-pressed=${chosen && sameDay(day, chosen) ? "true" : "false"} aria-label=${exact(at.toISOString(), "day")}
            @click=${() => this.pick(at)}>${digits(String(day.day))}</button>`;
        })}
      </div>
      <label class="row"><span class="label">${t("clock")}</span>
        <input class="clock" type="time" .value=${this.due_grain === "minute" && this.due_at ? clockOf(new Date(this.due_at)) : ""}
          @change=${(e: Event) => {
            const hhmm = (e.target as HTMLInputElement).value;
            const day = this.due_at ? new Date(this.due_at) : new Date();
            this.set(instant(day, hhmm || "00:00"), hhmm ? "minute" : "day");
          }} /></label>
    </div>`;
  }

  override render() {
    const quick: Array<[string, () => Date, string?]> = [
      [t("today"), () => new Date()],
      [t("tomorrow"), () => later(1)],
      [t("saturday"), () => later(7 - weekday(new Date()))],
      [t("week_later"), () => later(7)],
    ];
    const words = this.crm.can("text.when");
    return html`<div class="stack tight">
      ${words
        ? html`<label class="field"><span>${this.label || t("due")}</span>
            <input name="words" autocomplete="off" placeholder=${t("when_example")} @input=${(e: Event) => this.typed((e.target as HTMLInputElement).value)} /></label>`
        : html`<span class="label">${this.label || t("due")}</span>`}
      <div class="row tight said">
        <span class="strong" aria-live="polite">${this.due_at ? html`<time datetime=${this.due_at} title=${exact(this.due_at, this.due_grain)}>${when(this.due_at, this.due_grain)}</time>` : t("no_due")}</span>
        ${this.due_at ? html`<button type="button" class="quiet round" aria-label=${t("no_due_set")} @click=${() => this.set(null, null)}>${icon("close")}</button>` : nothing}
        ${this.hint ? html`<span class="small soft">${this.hint}</span>` : nothing}
      </div>
      <div class="quick">
        ${quick.map(([name, at]) => html`<button type="button" @click=${() => this.pick(at())}>${name}</button>`)}
        <button type="button" aria-expanded=${this.open} @click=${() => (this.open = !this.open)}>${icon("calendar")}${t("calendar")}</button>
      </div>
      ${this.open ? this.calendar() : nothing}
    </div>`;
  }
}
