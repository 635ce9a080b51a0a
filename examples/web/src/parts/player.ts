// A recording, listened to: from the disk of this browser, or from the server.
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { look, speakAs } from "../base/element";
import { digits, duration, num } from "../base/format";
import { icon } from "../base/icons";
import { t } from "../base/words";

const speeds = [1, 1.25, 1.5, 2];

@customElement("marfacrm-player")
export class Player extends LitElement {
  static override styles = [
    look,
    css`
      .player {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        padding: 0.4rem 0.6rem;
        border-radius: 3rem;
        background: var(--mc-sunken);
      }
      input[type="range"] {
        flex: 1;
        min-inline-size: 3rem;
        min-block-size: 1.5rem;
        padding: 0;
        border: 0;
        background: transparent;
        accent-color: var(--mc-accent);
      }
      @media (pointer: coarse) {
        input[type="range"] {
          min-block-size: 2.75rem;
        }
      }
      .speed {
        min-inline-size: 3.2rem;
        padding-inline: 0.3rem;
      }
      .round {
        border-radius: 50%;
      }
    `,
  ];
  /** where it comes from */
  @property() src = "";
  @property({ attribute: false }) load: (() => Promise<Blob>) | undefined;
  @property({ type: Number }) seconds = 0;
  @state() private playing = false;
  @state() private at = 0;
  @state() private speed = 1;
  @state() private failed = false;
  @query("audio") private audio!: HTMLAudioElement;
  private own = "";

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.own) URL.revokeObjectURL(this.own);
    this.own = "";
  }
  protected override willUpdate(): void {
    speakAs(this);
  }

  private get length(): number {
    const known = this.audio?.duration;
    return known && Number.isFinite(known) ? known : this.seconds;
  }

  /** Nothing is fetched before somebody listens: each listening is in the audit log. */
  private async open(): Promise<void> {
    if (this.audio.src) return;
    if (this.load) this.own = URL.createObjectURL(await this.load());
    this.audio.src = this.own || this.src;
    this.audio.playbackRate = this.speed;
  }
  async seek(seconds: number): Promise<void> {
    await this.open();
    this.audio.currentTime = seconds;
    this.at = seconds;
    await this.audio.play().catch(() => undefined);
  }
  private async toggle(): Promise<void> {
    await this.open();
    this.failed = false;
    if (this.audio.paused) await this.audio.play().catch(() => (this.failed = true));
    else this.audio.pause();
  }
  private faster(): void {
    this.speed = speeds[(speeds.indexOf(this.speed) + 1) % speeds.length] as number;
    this.audio.playbackRate = this.speed;
  }

  override render() {
    const { length } = this;
    return html`<div class="player" role="group" aria-label=${t("recording")}>
        <button class="round main" aria-label=${t(this.playing ? "pause" : "listen")} @click=${() => void this.toggle()}>${icon(this.playing ? "pause" : "play")}</button>
        <input type="range" min="0" max=${Math.max(1, Math.round(length))} step="1" .value=${String(Math.round(this.at))} aria-label=${t("place_in_sound")} aria-valuetext=${duration(this.at)}
          @change=${(e: Event) => void this.seek(Number((e.target as HTMLInputElement).value))} />
        <span class="number small soft" dir="ltr">${duration(this.at)} / ${duration(length)}</span>
        <button class="quiet speed small number" aria-label=${t("speed", num(this.speed, 2))} @click=${this.faster}>${digits(`${this.speed}×`)}</button>
      </div>
      ${this.failed ? html`<p class="error small" role="alert">${t("cannot_play")}</p>` : nothing}
      <audio preload="none" @play=${() => (this.playing = true)} @pause=${() => (this.playing = false)} @ended=${() => ((this.playing = false), (this.at = 0))}
        @timeupdate=${() => (this.at = this.audio.currentTime)}></audio>`;
  }
}
