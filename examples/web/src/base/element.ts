// What every element of the CRM has: the CRM it shows, the shared look, and drawing itself anew when something changed.
import { LitElement, html, nothing, unsafeCSS, type CSSResultGroup, type PropertyValues, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { ref } from "lit/directives/ref.js";
import type { Event as Change } from "../api";
import controls from "../style/controls.css?inline";
import { crmAt, type Crm, type Theme } from "./crm";
import { dialogs } from "./dialogs";
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
    speakAs(this);
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

  /** it can show the door */
  readonly asks: boolean = false;
}

/** A place, which may stand alone in a host's page: then it shows the door itself, and what was begun stays behind it. */
export abstract class CrmPage extends CrmElement {
  override readonly asks: boolean = true;
  /** what is shown to somebody who is in */
  protected abstract page(): TemplateResult | typeof nothing;

  override render() {
    const away = this.alone && this.crm.state !== "in";
    if (away && this.crm.state === "opening") return nothing;
    return html`<div class="inside" ?hidden=${away}>${away && !this.crm.me ? nothing : this.page()}</div>${away ? this.door() : nothing}`;
  }
  /** Where there are several, the first one asks; over a dialog that is open, for nothing else could be reached. */
  private door(): TemplateResult {
    const asks = [...this.crm.outermost].find((one) => (one as CrmElement).asks);
    if (asks !== this && asks) return html`<p class="soft">${t("login_first")}</p>`;
    const login = html`<marfacrm-login .base=${this.base}></marfacrm-login>`;
    return dialogs.last ? over(login) : login;
  }
}

/** The door over everything, dialogs too, until somebody has come in. */
export function over(login: TemplateResult): TemplateResult {
  const show = (door?: Element): void => void queueMicrotask(() => door instanceof HTMLDialogElement && door.isConnected && !door.open && door.showModal());
  return html`<dialog class="over" aria-label=${t("login")} closedby="none" ${ref(show)} @cancel=${(e: Event) => e.preventDefault()} @close=${(e: Event) => show(e.target as Element)}><div class="door">${login}</div></dialog>`;
}

/** Only where it is not so yet: to set either again styles all below anew. */
export function speakAs(element: HTMLElement): void {
  if (element.lang !== language()) element.lang = language();
  if (element.dir !== direction()) element.dir = direction();
}

function within(element: Element): boolean {
  for (let root = element.getRootNode(); root instanceof ShadowRoot; root = root.host.getRootNode()) if (root.host instanceof CrmElement) return true;
  return false;
}

export const pick = (changes: Change[], ...entities: string[]): boolean =>
  changes.some((change) => entities.includes(change.entity ?? ""));
