import { html, svg, type TemplateResult } from "lit";

/** A fortnight in a line; decoration beside the figure, which says it in words. */
export function spark(series: number[], width = 88, height = 26): TemplateResult {
  const low = Math.min(0, ...series);
  const span = Math.max(...series) - low || 1;
  const x = (i: number): number => 2 + (i * (width - 4)) / Math.max(1, series.length - 1);
  const y = (value: number): number => height - 3 - ((value - low) / span) * (height - 6);
  const points = series.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`);
  const last = series.length - 1;
  return html`<svg class="spark" viewBox="0 0 ${width} ${height}" aria-hidden="true">
    ${svg`<polyline points=${points.join(" ")} fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round" stroke-linecap="round"/>
      <circle cx=${x(last)} cy=${y(series[last] ?? 0)} r="2.4" fill="currentColor"/>`}
  </svg>`;
}
