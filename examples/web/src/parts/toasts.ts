// What has just happened, and the next step. Said once on a page: by the one in the innermost open dialog, for all outside of
// it is out of reach, or by whichever stands there.
import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { dialogs } from "../base/dialogs";
import { CrmElement, look } from "../base/element";
import { icon } from "../base/icons";
import { t } from "../base/words";

@customElement("marfacrm-toasts")
export class Toasts extends CrmElement {
  static override styles = [
    look,
    css`
      :host {
        position: fixed;
        z-index: 40;
        inset: auto;
        inset-block-end: max(1rem, env(safe-area-inset-bottom));
        inset-inline: 1rem;
        display: grid;
        justify-items: center;
        gap: 0.5rem;
        pointer-events: none;
        inline-size: auto;
        block-size: auto;
        margin: 0;
        padding: 0;
        border: 0;
        overflow: visible;
        background: none;
        color: inherit;
      }
      .toast {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        max-inline-size: min(34rem, 100%);
        padding: 0.35rem 0.4rem 0.35rem 1rem;
        padding-inline: 1rem 0.4rem;
        border-radius: var(--mc-radius);
        background: var(--mc-ink);
        color: var(--mc-ground);
        box-shadow: var(--mc-shadow-high);
        pointer-events: auto;
        animation: rise 0.2s var(--mc-ease);
      }
      .toast span {
        flex: 1;
      }
      .toast button {
        min-block-size: var(--mc-tap-small);
        background: transparent;
        border-color: transparent;
        color: inherit;
        font-weight: 700;
      }
      .toast button:hover {
        background: color-mix(in srgb, var(--mc-ground) 18%, transparent) !important;
      }
      .toast.bad {
        background: var(--mc-bad);
        color: var(--mc-card);
      }
      @keyframes rise {
        from {
          opacity: 0;
          transform: translateY(0.6rem);
        }
      }
    `,
  ];
  /** the dialog that it belongs to */
  @property({ attribute: false }) within: Element | undefined;
  private moved = (): void => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    this.role = "status";
    this.ariaLive = "polite";
    this.popover = "manual";
    this.showPopover();
    dialogs.addEventListener("change", this.moved);
  }
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    dialogs.removeEventListener("change", this.moved);
  }
  private newest = 0;
  /** A dialog may have come meanwhile: what is said lies over it. */
  protected override updated(): void {
    const id = this.crm.toasts.at(-1)?.id ?? 0;
    if (id > this.newest && this.isConnected) {
      this.hidePopover();
      this.showPopover();
    }
    this.newest = id;
  }
  override render() {
    if (this.within !== dialogs.last) return nothing;
    return repeat(this.crm.toasts, (toast) => toast.id, (toast) => html`<div class="toast ${toast.kind}">
      <span>${toast.text}</span>
      ${toast.action ? html`<button @click=${() => { toast.action?.run(); this.crm.untoast(toast.id); }}>${toast.action.label}</button>` : nothing}
      <button class="quiet round" aria-label=${t("close")} @click=${() => this.crm.untoast(toast.id)}>${icon("close")}</button>
    </div>`);
  }
}
