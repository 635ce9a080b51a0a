import { html, svg, type TemplateResult } from "lit";
import type { BalancePoint } from "../api";
import { exact, money } from "../base/format";
import { t } from "../base/words";

/** What the rep owed, over time: steps, because a balance stays until the next invoice or payment. */
export function balanceChart(series: BalancePoint[]): TemplateResult {
  const width = 600;
  const height = 150;
  const times = series.map((p) => new Date(p.at ?? 0).getTime());
  const amounts = series.map((p) => p.amount ?? 0);
  const first = times[0] ?? 0;
  const span = (times.at(-1) ?? 0) - first || 1;
  const low = Math.min(0, ...amounts);
  const high = Math.max(0, ...amounts);
  const x = (i: number): number => ((times[i]! - first) / span) * width;
  const y = (amount: number): number => height - 6 - ((amount - low) / (high - low || 1)) * (height - 12);
  let path = `M0 ${y(amounts[0] ?? 0)}`;
  amounts.forEach((amount, i) => (path += `H${x(i).toFixed(1)}V${y(amount).toFixed(1)}`));
  path += `H${width}`;
  const last = series.at(-1);
  const said = t("chart_said", exact(series[0]?.at, "day"), exact(last?.at, "day"), money(Math.max(...amounts)), money(Math.abs(last?.amount ?? 0)));
  return html`<figure><svg class="chart" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label=${said}>
      ${svg`<path d="${path}V${y(0)}H0Z" class="area"/><path d="M0 ${y(0)}H${width}" class="zero"/><path d=${path} class="line"/>`}
    </svg><figcaption class="ends small soft" dir="ltr"><bdi>${exact(series[0]?.at, "day")}</bdi><bdi>${exact(last?.at, "day")}</bdi></figcaption></figure>`;
}
