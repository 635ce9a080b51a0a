// Speaking instead of typing: one big button, how loud it is, a pause, and listening again before it is sent.
import { css, html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { CrmElement, look } from "../base/element";
import { duration, num } from "../base/format";
import { icon } from "../base/icons";
import { soundOf, type Take } from "../base/parcel";
import { t } from "../base/words";
import "./player";

const bars = 32;

@customElement("marfacrm-recorder")
export class Recorder extends CrmElement {
  static override styles = [
    look,
    css`
      .box {
        display: grid;
        gap: 0.7rem;
        padding: 0.8rem;
        border: 1px solid var(--mc-line);
        border-radius: var(--mc-radius);
      }
      .box.on {
        border-color: var(--mc-bad);
        background: color-mix(in srgb, var(--mc-bad-tint) 45%, var(--mc-card));
      }
      .big {
        flex: 1;
        min-block-size: 3.25rem;
        border-radius: 2rem;
      }
      .live {
        display: flex;
        align-items: center;
        gap: 0.7rem;
      }
      canvas {
        flex: 1;
        min-inline-size: 0;
        inline-size: 100%;
        block-size: 2.75rem;
        color: var(--mc-bad);
      }
      .time {
        font-size: var(--mc-text-large);
        font-weight: 600;
        min-inline-size: 3.4rem;
      }
      .stop {
        background: var(--mc-bad);
        color: var(--mc-card);
        border-color: transparent;
      }
      .stop:hover:not(:disabled) {
        background: color-mix(in srgb, var(--mc-bad) 85%, var(--mc-ink));
      }
      .take {
        flex: 1;
        min-inline-size: 0;
      }
      .file {
        position: relative;
      }
      .file input {
        position: absolute;
        inset: 0;
        opacity: 0;
        cursor: pointer;
        min-block-size: 0;
        block-size: 100%;
      }
      .file:focus-within {
        outline: 2px solid var(--mc-accent);
        outline-offset: 2px;
      }
    `,
  ];
  private loud: number[] = [];
  private frame = 0;
  private second = -1;

  private moved = (): void => this.requestUpdate();
  override connectedCallback(): void {
    super.connectedCallback();
    this.crm.addEventListener("talk", this.moved);
  }
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.crm.removeEventListener("talk", this.moved);
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }
  protected override updated(): void {
    if (this.crm.recording && !this.frame) this.draw();
  }

  /** The last seconds as bars; the newest at the end of the line. */
  private draw = (): void => {
    const { recording } = this.crm;
    const canvas = this.renderRoot.querySelector("canvas");
    this.frame = recording && canvas ? requestAnimationFrame(this.draw) : 0;
    if (!recording || !canvas) return;
    if (Math.floor(recording.seconds) !== this.second) {
      this.second = Math.floor(recording.seconds);
      this.requestUpdate();
    }
    if (!recording.paused) this.loud = [...this.loud, recording.level()].slice(-bars * 4);
    const scale = devicePixelRatio || 1;
    const width = (canvas.width = canvas.clientWidth * scale);
    const height = (canvas.height = canvas.clientHeight * scale);
    const pen = canvas.getContext("2d");
    if (!pen) return;
    pen.fillStyle = getComputedStyle(canvas).color;
    const step = width / bars;
    for (let i = 0; i < bars; i++) {
      const from = this.loud.length - (bars - i) * 4;
      const level = Math.max(0.05, ...this.loud.slice(Math.max(0, from), Math.max(0, from + 4)));
      const x = this.dir === "rtl" ? width - (i + 1) * step : i * step;
      pen.fillRect(x + step * 0.2, (height * (1 - level)) / 2, step * 0.6, height * level);
    }
  };

  private drop(take: Take): void {
    const { talk } = this.crm;
    if (!talk) return;
    const before = talk.takes ?? [];
    this.crm.setTalk({ ...talk, takes: before.filter((one) => one.id !== take.id) });
    this.crm.toast(t("take_dropped"), { action: { label: t("undo"), run: () => this.crm.talk && this.crm.setTalk({ ...this.crm.talk, takes: before }) } });
  }

  private live(): TemplateResult {
    const recording = this.crm.recording!;
    return html`<div class="box on">
      <div class="live"><span class="time number" role="timer">${duration(recording.seconds)}</span><canvas role="img" aria-label=${t("level")}></canvas></div>
      <div class="row">
        <button class="stop" data-stop @click=${() => void recording.stop()}>${icon("square")}${t("stop_recording")}</button>
        <button @click=${() => (recording.paused ? recording.resume() : recording.pause())}>${icon(recording.paused ? "mic" : "pause")}${t(recording.paused ? "go_on" : "pause")}</button>
        <span class="push small soft" role="status">${t(recording.paused ? "paused" : "listening")}</span>
      </div></div>`;
  }

  override render() {
    const takes = (this.crm.talk?.takes ?? []).filter((take) => !this.crm.recording || take !== this.crm.talk?.takes?.at(-1));
    return html`<div class="stack tight">
      ${takes.map((take, i) => html`<div class="row tight"><marfacrm-player class="take" .seconds=${take.seconds} .load=${() => soundOf(this.crm.cupboard, take)}></marfacrm-player>
        <button class="quiet round danger" aria-label=${t("drop_take", num(i + 1))} @click=${() => this.drop(take)}>${icon("trash")}</button></div>`)}
      ${this.crm.recording
        ? this.live()
        : html`<div class="row tight"><button class="big" data-record @click=${() => void this.crm.record()}>${icon("mic")}${t(takes.length ? "record_more" : "record")}</button>
            <label class="button quiet file">${icon("upload")}<span>${t("sound_file")}</span><input type="file" accept="audio/*,.webm,.ogg,.mp3,.m4a,.wav" aria-label=${t("sound_file")}
              @change=${(e: Event) => {
                const input = e.target as HTMLInputElement;
                const [file] = input.files ?? [];
                if (file) void this.crm.takeFile(file).catch((problem) => this.crm.sorry(problem));
                input.value = "";
              }} /></label></div>`}
    </div>`;
  }
}
