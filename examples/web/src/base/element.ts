// What every element of the CRM has: the CRM it shows, the shared look, and drawing itself anew when something changed.
import { LitElement, html, nothing, unsafeCSS, type CSSResultGroup, type PropertyValues, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import type { Event as Change } from "../api";
import controls from "../style/controls.css?inline";
import { crmAt, type Crm, type Theme } from "./crm";
import { direction, language, t, type Language } from "./words";

export const look = unsafeCSS(controls);

export interface Going {
  place: string;
  /** no step of its own on the way back */
  replace: boolean;
}

export abstract class CrmElement extends LitElement {
  static override styles: CSSResultGroup = look;
  /** The address of the CRM's mount; where it is missing, the one that the script came from. */
  @property() base: string | null = null;
  /** what the host's page says; without it, what the person has chosen */
  @property() language: Language | null = null;
  @property() theme: Theme | null = null;
  crm!: Crm;
  /** no other element of the CRM is around this one: it stands in a host's page by itself */
  protected alone = false;
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
    this.alone = !within(this);
    if (this.alone) this.crm.outermost.add(this);
    this.crm.count(this.localName, 1);
    this.crm.addEventListener("change", this.redraw);
    this.crm.addEventListener("live", this.heard);
    this.crm.addEventListener("state", this.entered);
    this.addEventListener("click", this.follow);
    if (this.crm.state === "in") queueMicrotask(this.entered);
  }
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.crm.outermost.delete(this)) this.crm.tell(); // the next one may be the first now
    this.crm.count(this.localName, -1);
    this.crm.removeEventListener("change", this.redraw);
    this.crm.removeEventListener("live", this.heard);
    this.crm.removeEventListener("state", this.entered);
    this.removeEventListener("click", this.follow);
  }

  /** Somebody is signed in: read what is to be shown. */
  protected begin(): void {}
  /** Something changed on the server; `again`: so much that all is to be read anew. */
  protected changed(_changes: Change[], _again: boolean): void {}

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("language") || changed.has("theme")) this.crm.host(this.language, this.theme);
    this.lang = language();
    this.dir = direction();
  }

  /** Goes to a place of the app; a page that embeds one element may catch the event and do as it likes. */
  protected go(place: string, replace = false): void {
    const event = new CustomEvent<Going>("marfacrm-go", { detail: { place, replace }, bubbles: true, composed: true, cancelable: true });
    if (this.dispatchEvent(event)) location.assign(this.link(place));
  }

  /** The address of a place, for a link: a click on it is a `go`, a new tab or a bookmark finds the CRM's own page. */
  protected link(place: string): string {
    return `${this.crm.page ? "" : this.crm.base.href}#/${place}`;
  }
  private follow(event: MouseEvent): void {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.composedPath().find((one): one is HTMLAnchorElement => one instanceof HTMLAnchorElement);
    const start = this.link("");
    const to = link?.getAttribute("href");
    if (!link || link.target === "_blank" || !to?.startsWith(start)) return;
    event.preventDefault();
    this.go(to.slice(start.length));
  }

  /** Alone in a host's page, an element asks for the login itself; where there are several, the first one does. */
  protected door(): TemplateResult | typeof nothing {
    if (!this.alone || this.crm.state === "in" || this.crm.state === "opening") return nothing;
    const asks = [...this.crm.outermost].find((one) => (one as CrmElement).asks);
    return asks === this || !asks ? html`<marfacrm-login .base=${this.base}></marfacrm-login>` : html`<p class="soft">${t("login_first")}</p>`;
  }
  /** it has a page of its own that can show the door */
  protected readonly asks: boolean = true;
}

function within(element: Element): boolean {
  for (let root = element.getRootNode(); root instanceof ShadowRoot; root = root.host.getRootNode()) if (root.host instanceof CrmElement) return true;
  return false;
}

export const pick = (changes: Change[], ...entities: string[]): boolean =>
  changes.some((change) => entities.includes(change.entity ?? ""));
