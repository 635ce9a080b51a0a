// The shell: places, what goes on beside them, and the keys.
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Event as Change } from "./api";
import { CrmElement, look, over, pick, speakAs, type Going } from "./base/element";
import { num } from "./base/format";
import { icon } from "./base/icons";
import { keepLast, liftLast } from "./base/last";
import { places } from "./base/places";
import { t, type Key } from "./base/words";
import type { Conversation } from "./parts/conversation";
import { shell } from "./style/shell";
import "./pages/worklog";
import "./parts/dialog";
import "./parts/toasts";

@customElement("marfacrm-app")
export class App extends CrmElement {
  static override styles = [look, shell];
  override readonly asks = true;
  /** The document is ours: its title, language, address and keys. In a host's page the app keeps to itself. */
  @property({ type: Boolean }) page = false;
  /** where it is, as in `rep/ID/tasks`; a host may set it, and hears of it by `marfacrm-place` */
  @property() place = "";
  @state() private unread = 0;
  @state() private sheet: "" | "keys" | "bell" = "";
  @state() private palette: "" | "go" | "record" = "";
  @query("marfacrm-conversation") private conversation!: Conversation | null;
  private went = (): void => {
    this.place = location.hash.replace(/^#\/?/, "");
  };
  private pressed = (event: KeyboardEvent): void => this.keys(event);
  private worker = (event: MessageEvent): void => {
    if (event.data === "send") void this.crm.outbox.send();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    this.replaceChildren();
    this.crm.page = this.page;
    if (this.page) {
      addEventListener("hashchange", this.went);
      this.went();
    }
    addEventListener("keydown", this.pressed);
    navigator.serviceWorker?.addEventListener("message", this.worker);
    this.addEventListener("marfacrm-go", this.gone);
    this.crm.addEventListener("drawn", this.seen);
  }
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("hashchange", this.went);
    removeEventListener("keydown", this.pressed);
    navigator.serviceWorker?.removeEventListener("message", this.worker);
    this.crm.removeEventListener("drawn", this.seen);
  }
  /** A page stands there with what it shows: the copy of the last time goes, and the next one is made when there is time. */
  private seen = (): void => {
    if (!this.page) return;
    liftLast();
    clearTimeout(this.copying);
    this.copying = setTimeout(() => {
      const still = this.crm.state === "in" && this.name === "worklog" && !this.palette && !this.sheet && this.crm.online && !this.crm.talk;
      if (still && document.visibilityState === "visible") requestIdleCallback(() => void keepLast(this, this.crm.base, () => this.crm.state === "in").catch(() => undefined));
    }, 1000);
  };
  private copying: ReturnType<typeof setTimeout> | undefined;
  private gone = (event: Event): void => {
    event.preventDefault();
    const { place, replace } = (event as CustomEvent<Going>).detail;
    if (!this.page) this.place = place;
    else if (!replace) location.hash = `#/${place}`;
    else {
      history.replaceState(null, "", `#/${place}`);
      this.place = place;
    }
  };

  private get parts(): string[] {
    return this.place.split("/").map(decodeURIComponent);
  }
  private get name(): string {
    return this.parts[0] || "worklog";
  }
  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has("place")) this.moves(changed.get("place") as string | undefined);
  }
  private moves(before: string | undefined): void {
    this.palette = "";
    this.sheet = "";
    if (before?.split("/")[0] !== this.place.split("/")[0]) this.renderRoot?.querySelector("main")?.scrollTo({ top: 0 });
    if (this.crm.talk && !this.crm.talk.folded && this.clientWidth < 960) this.crm.setTalk({ ...this.crm.talk, folded: true });
    if (before !== undefined) this.dispatchEvent(new CustomEvent("marfacrm-place", { detail: { place: this.place }, bubbles: true }));
  }

  protected override begin(): void {
    void this.count();
    void this.crm.outbox.load().then(() => this.requestUpdate());
  }
  protected override changed(changes: Change[], again: boolean): void {
    if (again || pick(changes, "notification")) void this.count();
    if (document.visibilityState === "visible") for (const change of changes) if (change.entity === "voice_note" && change.entity_id) void this.heard_of(change.entity_id);
  }
  /** One's own recording has been read: it is offered, once, unless it is being looked at. */
  private async heard_of(id: string): Promise<void> {
    if (!this.crm.can("voice_note.get") || this.announced.has(id)) return;
    const note = await this.crm.call("voice_note.get", { id }).catch(() => undefined);
    if (note?.state !== "ready" || note.user_id !== this.crm.me?.user?.id || this.announced.has(id)) return;
    this.announced.add(id);
    const looked = this.conversation?.watching === note.interaction_id || this.place === `voice/${note.interaction_id}`;
    if (!looked) this.crm.toast(t("sound_ready"), { kind: "good", action: { label: t("review"), run: () => this.go(`voice/${note.interaction_id}`) } });
  }
  private announced = new Set<string>();

  private async count(): Promise<void> {
    if (!this.crm.can("notification.list")) return;
    const { value } = await this.crm.read("notification.list", { unread: true, limit: 1 }).catch(() => ({ value: { unread: 0 } }));
    this.unread = value.unread ?? 0;
  }

  private keys(event: KeyboardEvent): void {
    if (this.crm.state !== "in" || !(this.page || event.composedPath().includes(this))) return;
    if ((event.ctrlKey || event.metaKey) && event.code === "KeyK") {
      event.preventDefault();
      this.palette = this.palette ? "" : "go";
      return;
    }
    const path = event.composedPath()[0] as HTMLElement;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(path.tagName) || path.isContentEditable || event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.palette || this.sheet) return;
    const found = places.find((place) => event.code === `Digit${place.key}` && !event.shiftKey && this.crm.can(place.needs));
    if (found) this.go(found.path);
    else if (event.key === "?" || event.key === "؟") this.sheet = "keys";
    else if (event.key === "/") this.palette = "go";
    else if (event.code === "KeyC" && !event.shiftKey) this.press('marfacrm-task[now] [data-contact="call"]');
    else if (event.code === "KeyT" && !event.shiftKey) this.press('marfacrm-task[now] [data-contact="telegram"]');
    else if (event.code === "KeyE" && !event.shiftKey) this.press("marfacrm-task[now] [data-done]");
    else if (event.code === "KeyV" && !event.shiftKey && this.crm.can("voice_note.upload")) this.speak();
    else if (event.code === "KeyL" && !event.shiftKey && this.crm.talk) this.crm.setTalk({ ...this.crm.talk, folded: !this.crm.talk.folded });
    else return;
    event.preventDefault();
  }

  /** A key presses a button that is on the page, wherever its shadow is. */
  private press(selector: string): void {
    const [outer, inner] = selector.split(" ");
    const page = this.renderRoot.querySelector("marfacrm-worklog");
    const row = page?.shadowRoot?.querySelector(outer!);
    row?.shadowRoot?.querySelector<HTMLElement>(inner!)?.click();
  }

  /** Records into the conversation that is open; without one it is asked with whom it was. */
  private speak(): void {
    const { talk } = this.crm;
    if (!talk) {
      this.palette = "record";
      return;
    }
    this.crm.setTalk({ ...talk, folded: false });
    void this.crm.record();
  }

  private shown(): TemplateResult {
    const { base } = this;
    const [name, id = "", tab = ""] = this.parts;
    switch (name) {
      case "reps":
        return html`<marfacrm-reps .base=${base} .act=${id}></marfacrm-reps>`;
      case "rep":
        return html`<marfacrm-rep .base=${base} .rep_id=${id} .tab=${tab}></marfacrm-rep>`;
      case "tasks":
        return html`<marfacrm-tasks .base=${base} .act=${id} .rep_id=${tab}></marfacrm-tasks>`;
      case "search":
        return html`<marfacrm-search .base=${base} .text=${id}></marfacrm-search>`;
      case "settings":
        return html`<marfacrm-settings .base=${base}></marfacrm-settings>`;
      case "voice":
        return html`<marfacrm-voices .base=${base} .interaction_id=${id}></marfacrm-voices>`;
      case "outbox":
        return html`<marfacrm-outbox .base=${base}></marfacrm-outbox>`;
      default:
        return html`<marfacrm-worklog .base=${base}></marfacrm-worklog>`;
    }
  }

  private navigation(): TemplateResult {
    const current = this.name === "rep" ? "reps" : this.name;
    const shown = places.filter((place) => this.crm.can(place.needs));
    const half = Math.ceil(shown.filter((place) => place.phone).length / 2);
    const mic = this.crm.can("voice_note.upload") && this.crm.can("interaction.log");
    const record = html`<button class="speak" data-speak aria-label=${t("record_talk")} title=${t("record_talk")} @click=${() => this.speak()}>${icon("mic")}<span>${t("record_talk")}</span></button>`;
    return html`<nav aria-label=${t("places")}>
      <a class="brand" href=${this.link("worklog")} aria-label=${t("worklog")}>${icon("check")}</a>
      ${shown.map((place, i) => html`${mic && i === half ? record : nothing}<a class="place ${place.phone ? "" : "wide"}" href=${this.link(place.path)} aria-current=${current === place.path ? "page" : "false"} title=${t(place.name)}>${icon(place.icon)}<span>${t(place.name)}</span></a>`)}
    </nav>`;
  }

  private top(): TemplateResult {
    const waiting = this.crm.outbox.parcels.length;
    const refused = this.crm.outbox.parcels.some((p) => p.refused);
    return html`<header class="top">
      <button class="find" @click=${() => (this.palette = "go")}>${icon("search")}<span>${t("find")}</span><kbd dir="ltr">Ctrl K</kbd></button>
      ${waiting ? html`<a class="button ${refused ? "danger" : ""}" href=${this.link("outbox")}>${icon("upload")}<span class="number">${t("outbox_count", num(waiting))}</span></a>` : nothing}
      <button class="round quiet" aria-label=${this.unread ? t("notifications_count", num(this.unread)) : t("notifications")} @click=${() => (this.sheet = "bell")}>${icon("bell")}${this.unread ? html`<span class="badge number">${num(this.unread)}</span>` : nothing}</button>
      <a class="button round quiet" href=${this.link("settings")} aria-label=${t("settings")}>${icon("user")}</a>
    </header>`;
  }

  private shortcuts(): TemplateResult {
    const rows: Array<[string, string]> = [
      ["Ctrl K", t("key_palette")], ["/", t("key_palette")], ["C", t("key_call")], ["T", t("key_telegram")], ["E", t("key_done")], ["V", t("record_talk")],
      ["L", t("key_fold")], ["Ctrl Enter", t("key_save")], ...places.map((place): [string, string] => [place.key, t(place.name)]), ["?", t("shortcuts")], ["Esc", t("key_close")],
    ];
    return html`<dl class="keys">${rows.map(([key, name]) => html`<dt><kbd dir="ltr">${key}</kbd></dt><dd>${name}</dd>`)}</dl>`;
  }

  protected override updated(): void {
    if (this.crm.state === "out" || this.crm.state === "shut" || (this.crm.me && this.name !== "worklog")) this.crm.drawn();
    if (!this.page) return;
    document.title = this.crm.state === "in" ? t((places.find((place) => place.path === this.name)?.name ?? "worklog") as Key) : t("login");
    speakAs(document.documentElement);
  }

  override render() {
    return html`${this.inside()}<marfacrm-conflict .base=${this.base}></marfacrm-conflict><marfacrm-toasts .base=${this.base}></marfacrm-toasts>`;
  }
  private inside(): TemplateResult {
    const { state } = this.crm;
    if (!this.crm.me) return state === "opening" ? html`<div class="door"><p class="soft">${t("opening")}</p></div>` : html`<main class="door"><marfacrm-login .base=${this.base}></marfacrm-login></main>`;
    const away = state !== "in";
    return html`
      <div class="shell" ?inert=${away}>
        <div class="skipper" role="navigation" aria-label=${t("skip")}><button class="skip" @click=${() => this.renderRoot.querySelector<HTMLElement>("main")?.focus()}>${t("skip")}</button></div>
        ${this.navigation()}
        <div class="middle">
          ${this.crm.online ? nothing : html`<div class="banner" role="status">${icon("cloud_off")}<span>${t("offline")}</span></div>`}
          ${this.top()}
          <main id="main" tabindex="-1"><div class="content">${this.shown()}</div></main>
        </div>
        <marfacrm-conversation .base=${this.base} @finished=${() => this.conversation?.requestUpdate()}></marfacrm-conversation>
      </div>
      ${away ? over(html`<marfacrm-login .base=${this.base}></marfacrm-login>`) : nothing}
      <marfacrm-palette .base=${this.base} .open=${!!this.palette} .records=${this.palette === "record"} @closed=${() => (this.palette = "")} @keys=${() => (this.sheet = "keys")}></marfacrm-palette>
      <marfacrm-dialog ?open=${this.sheet === "keys"} heading=${t("shortcuts")} @closed=${() => (this.sheet = "")}>${this.sheet === "keys" ? this.shortcuts() : nothing}</marfacrm-dialog>
      <marfacrm-dialog ?open=${this.sheet === "bell"} heading=${t("notifications")} @closed=${() => (this.sheet = "")}>
        ${this.sheet === "bell" ? html`<marfacrm-notifications .base=${this.base}></marfacrm-notifications>` : nothing}</marfacrm-dialog>
    `;
  }
}
