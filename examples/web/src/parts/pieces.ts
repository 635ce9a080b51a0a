// Small pieces that several places show in the same way.
import { css, html, nothing, type TemplateResult } from "lit";
import type { Balance, Reason, Rep, Sentiment } from "../api";
import { exact, initials, money, when } from "../base/format";
import { icon, type Icon } from "../base/icons";
import { say, t } from "../base/words";

export const pieces = css`
  .face {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 2.5rem;
    block-size: 2.5rem;
    border-radius: 0.8rem;
    background: var(--mc-tint);
    color: var(--mc-on-tint);
    font-weight: 700;
    line-height: 1;
  }
  .face.large {
    inline-size: 3.25rem;
    block-size: 3.25rem;
    border-radius: 1rem;
    font-size: var(--mc-text-huge);
  }
  .why {
    display: flex;
    flex-wrap: wrap;
    gap: 0.3rem;
  }
  time {
    white-space: nowrap;
  }
`;

export const face = (rep: Rep | null | undefined, large = false): TemplateResult =>
  html`<span class="face ${large ? "large" : ""}" aria-hidden="true">${initials(rep?.name ?? rep?.shop ?? "")}</span>`;

export const moment = (time: string | null | undefined, grain?: string | null): TemplateResult | typeof nothing =>
  time ? html`<time datetime=${time} title=${exact(time, grain)}>${when(time, grain)}</time>` : nothing;

const tones: Record<string, string> = {
  overdue: "bad", angry: "bad", urgent: "bad", promise_broken: "bad", debt: "warn", silent: "warn", sentiment: "warn",
  promise: "tint", due_today: "tint",
};
const tone = (code: string): string => tones[code] ?? (code.startsWith("overdue") ? "bad" : code.startsWith("due") ? "tint" : "");

export const why = (reasons: Reason[] | null | undefined, most = 4): TemplateResult | typeof nothing =>
  reasons?.length
    ? html`<span class="why">
        ${reasons
          .filter((r) => (r.points ?? 0) > 0 && !r.code?.startsWith("due")) // the due time stands there itself
          .slice(0, most)
          .map((r) => html`<span class="chip ${tone(r.code ?? "")}"><bdi>${r.text}</bdi></span>`)}
      </span>`
    : nothing;

export function owed(balance: Balance | null | undefined): TemplateResult | typeof nothing {
  if (!balance?.state) return nothing;
  if (balance.state === "settled") return html`<span class="chip good">${t("settled")}</span>`;
  const debtor = balance.state === "debtor";
  return html`<span class="chip ${debtor ? "warn" : "good"} number">${t(debtor ? "owes" : "is_owed", money(balance.amount ?? 0))}</span>`;
}

export const channelIcon = (type: string | null | undefined): Icon =>
  type === "telegram" ? "telegram" : type === "email" ? "mail" : type === "meeting" ? "meeting" : "phone";

export function mood(sentiment: Sentiment | null | undefined): TemplateResult | typeof nothing {
  if (!sentiment?.label) return nothing;
  const kind = sentiment.label === "positive" ? "good" : sentiment.label === "negative" ? "bad" : "";
  const feelings = (sentiment.emotions ?? []).map((one) => say("emotion", one));
  return html`<span class="chip ${kind}" title=${(sentiment.cues ?? []).map((c) => `«${c}»`).join(" ")}>${[say("sentiment", sentiment.label), ...feelings].join("، ")}</span>`;
}

export const nothingHere = (name: Icon, text: string, more: TemplateResult | typeof nothing = nothing): TemplateResult =>
  html`<div class="empty">${icon(name)}<p>${text}</p>${more}</div>`;

export const bones = (count: number): TemplateResult =>
  html`<div class="stack" role="status"><span class="unseen">${t("loading")}</span>${Array.from({ length: count }, () => html`<div class="card"><div class="stack tight"><div class="bone"></div><div class="bone"></div></div></div>`)}</div>`;
