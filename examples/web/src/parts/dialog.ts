// A sheet from below on a phone, a card in the middle elsewhere. The browser's own dialog: focus, Escape and backdrop are its.
import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { dialogs } from "../base/dialogs";
import { look, speakAs, type CrmElement } from "../base/element";
import { icon } from "../base/icons";
import { t } from "../base/words";

@customElement("marfacrm-dialog")
export class Dialog extends LitElement {
  static override styles = [
    look,
    css`
      :host {
        display: contents;
      }
      dialog {
        inline-size: min(32rem, 100vw - 2rem);
        max-inline-size: none;
        max-block-size: min(44rem, 100dvh - 2rem);
        padding: 0;
        border: 1px solid var(--mc-line);
        border-radius: var(--mc-radius);
        background: var(--mc-card);
        color: var(--mc-ink);
        box-shadow: var(--mc-shadow-high);
        overflow: visible; /* what scrolls is within: clipped to round corners, all of it would be drawn apart */
      }
      dialog.wide {
        inline-size: min(44rem, 100vw - 2rem);
      }
      dialog::backdrop {
        background: rgb(6 20 19 / 45%);
      }
      dialog[open] {
        display: flex;
        flex-direction: column;
        animation: rise 0.18s var(--mc-ease);
      }
      @keyframes rise {
        from {
          opacity: 0;
          transform: translateY(0.75rem);
        }
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 0.5rem;
        padding: 0.6rem 1rem;
        border-block-end: 1px solid var(--mc-line);
      }
      .body {
        flex: 1;
        min-block-size: 0;
        overflow: hidden auto;
        overscroll-behavior: contain;
        padding: 1rem;
        padding-block-end: calc(1rem + env(safe-area-inset-bottom));
      }
      @media (max-width: 40rem) {
        dialog,
        dialog.wide {
          inline-size: 100%;
          margin: auto 0 0;
          border-radius: var(--mc-radius) var(--mc-radius) 0 0;
          border-inline: 0;
          border-block-end: 0;
          box-shadow: none; /* the page behind it is dim already */
          max-block-size: 92dvh;
        }
      }
    `,
  ];
  @property({ type: Boolean, reflect: true }) open = false;
  @property() heading = "";
  @property({ type: Boolean }) wide = false;
  @query("dialog") private dialog!: HTMLDialogElement;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.open) this.requestUpdate("open");
  }
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    dialogs.closed(this);
  }
  protected override willUpdate(): void {
    speakAs(this);
  }
  override updated(changed: PropertyValues): void {
    if (!changed.has("open")) return;
    if (this.open) dialogs.opened(this);
    else dialogs.closed(this);
    if (this.open && !this.dialog.open) {
      this.dialog.showModal();
      this.querySelector<HTMLElement>("[autofocus]")?.focus();
    } else if (!this.open && this.dialog.open) this.dialog.close();
  }
  /** Said at once, not with the `close` that the browser sends later: a key pressed in between would open nothing. */
  private closed(): void {
    if (!this.open) return;
    this.open = false;
    this.dispatchEvent(new CustomEvent("closed"));
  }

  override render() {
    const around = (this.getRootNode() as ShadowRoot).host as CrmElement | undefined;
    const outside = (event: Event) => event.target === this.dialog && this.closed();
    // It comes with the next frame: by then the dialog may have been opened again.
    const close = () => !this.dialog.open && this.closed();
    return html`<dialog class=${this.wide ? "wide" : ""} aria-label=${this.heading} @close=${close} @cancel=${outside} @click=${outside}>
      <header role="none"><h2>${this.heading}</h2><button class="quiet round" aria-label=${t("close")} @click=${this.closed}>${icon("close")}</button></header>
      <div class="body"><slot></slot></div>
      ${this.open ? html`<marfacrm-toasts .base=${around?.base ?? null} .within=${this}></marfacrm-toasts>` : nothing}
    </dialog>`;
  }
}
