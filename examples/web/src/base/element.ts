// What every element of the CRM has: the CRM it shows, the shared look, and drawing itself anew when something changed.
import { LitElement, html, nothing, unsafeCSS, type CSSResultGroup, type PropertyValues, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import type { Event as Change } from "../api";
import controls from "../style/controls.css?inline";
import { crmAt, type Crm } from "./crm";
import { direction, language } from "./words";

export const look = unsafeCSS(controls);

export abstract class CrmElement extends LitElement {
  static override styles: CSSResultGroup = look;
  /** The address of the CRM's mount; where it is missing, the one that the script came from. */
  @property() base: string | null = null;
  crm!: Crm;
  private redraw = (): void => this.requestUpdate();
  private heard = (event: Event): void => {
    const { changes, again } = (event as CustomEvent<{ changes: Change[]; again: boolean }>).detail;
    if (again || changes.length) this.changed(changes, again);
  };
  private entered = (): void => {
    if (this.crm.state === "in") this.begin();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    this.crm = crmAt(this.base);
    this.crm.addEventListener("change", this.redraw);
    this.crm.addEventListener("live", this.heard);
    this.crm.addEventListener("state", this.entered);
    if (this.crm.state === "in") queueMicrotask(this.entered);
  }
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.crm.removeEventListener("change", this.redraw);
    this.crm.removeEventListener("live", this.heard);
    this.crm.removeEventListener("state", this.entered);
  }

  /** Somebody is signed in: read what is to be shown. */
  protected begin(): void {}
  /** Something changed on the server; `again`: so much that all is to be read anew. */
  protected changed(_changes: Change[], _again: boolean): void {}

  protected override willUpdate(_changed: PropertyValues): void {
    this.lang = language();
    this.dir = direction();
  }

  /** Goes to a place of the app; a page that embeds one element may catch the event and do as it likes. */
  protected go(place: string): void {
    const event = new CustomEvent("marfacrm-go", { detail: { place }, bubbles: true, composed: true, cancelable: true });
    if (this.dispatchEvent(event)) location.assign(`${this.crm.base.href}#/${place}`);
  }

  protected link(place: string): string {
    return this.inApp ? `#/${place}` : `${this.crm.base.href}#/${place}`;
  }
  private get inApp(): boolean {
    const root = this.getRootNode();
    return root instanceof ShadowRoot;
  }

  /** Alone in a host's page, an element asks for the login itself. */
  protected door(): TemplateResult | typeof nothing {
    if (this.inApp || this.crm.state === "in" || this.crm.state === "opening") return nothing;
    return html`<marfacrm-login .base=${this.base}></marfacrm-login>`;
  }
}

export const pick = (changes: Change[], ...entities: string[]): boolean =>
  changes.some((change) => entities.includes(change.entity ?? ""));
