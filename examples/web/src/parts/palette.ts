// Ctrl K: a rep, a place or an action by a few letters.
import { css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Rep } from "../api";
import { places } from "../base/places";
import { CrmElement, look } from "../base/element";
import { digits, phone } from "../base/format";
import { icon, type Icon } from "../base/icons";
import { t } from "../base/words";
import { face, pieces } from "./pieces";
import "./dialog";

interface Choice {
  icon?: Icon;
  rep?: Rep;
  name: string;
  more?: string;
  run: () => void;
}

@customElement("marfacrm-palette")
export class Palette extends CrmElement {
  static override styles = [
    look,
    pieces,
    css`
      li {
        display: flex;
        align-items: center;
        gap: 0.7rem;
        min-block-size: 3rem;
        padding: 0.25rem 0.6rem;
        border-radius: var(--mc-radius-small);
        cursor: pointer;
      }
      li[aria-selected="true"] {
        background: var(--mc-tint);
        color: var(--mc-on-tint);
      }
      li > .push {
        text-align: end;
      }
      li .name {
        min-inline-size: 0;
      }
      .face {
        inline-size: 2.1rem;
        block-size: 2.1rem;
      }
    `,
  ];
  @property({ type: Boolean }) open = false;
  /** with whom the conversation was that is going to be spoken, rather than where to go */
  @property({ type: Boolean }) records = false;
  @state() private text = "";
  @state() private reps: Rep[] = [];
  @state() private at = 0;
  @query("input") private input!: HTMLInputElement | null;
  private asked = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has("open") && this.open) {
      this.text = "";
      this.reps = [];
      this.at = 0;
      this.sought = this.enters = false;
      if (this.records) void this.suggest();
    }
  }
  /** Those of today's work stand there before a letter is typed. */
  private async suggest(): Promise<void> {
    const log = await this.crm.seen("worklog.get", {});
    const reps = [log?.now, ...(log?.overdue ?? []), ...(log?.today ?? []), ...(log?.follow_ups ?? [])].map((item) => item?.rep).filter((rep): rep is Rep => !!rep);
    if (!this.text) this.reps = [...new Map(reps.map((rep) => [rep.id, rep])).values()].slice(0, 8);
  }
  protected override updated(changed: PropertyValues): void {
    if (changed.has("open") && this.open && this.input) this.input.value = ""; // the dialog gives it the focus
  }

  private typed(text: string): void {
    this.text = text;
    this.at = 0;
    this.sought = true;
    this.asked++; // an answer that is on its way is one to less than this
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.find(text.trim()), 120);
  }
  private async find(text: string): Promise<void> {
    const mine = ++this.asked;
    if (!text) {
      this.reps = [];
      this.sought = false;
      if (this.records) void this.suggest();
      return;
    }
    const number = /^[+\d۰-۹٠-٩ ()-]{7,}$/.test(text);
    const found = await this.crm.call("rep.list", number ? { phone: text } : { text, limit: 8 }).catch(() => undefined);
    if (mine !== this.asked) return;
    if (found) this.reps = found.items ?? [];
    this.sought = false;
    if (!this.enters) return;
    this.enters = false;
    this.choices[this.at]?.run();
  }
  /** What was typed is still being looked for: Enter chooses of what it finds, not of what stood there before. */
  private sought = false;
  private enters = false;

  private get choices(): Choice[] {
    const close = (run: () => void) => () => {
      this.close();
      run();
    };
    const reps = this.reps.map((rep): Choice => ({ rep, name: rep.name ?? "", more: [rep.shop, rep.phones?.[0] && phone(rep.phones[0])].filter(Boolean).join(" · "), run: close(() => (this.records ? this.talkTo(rep) : this.go(`rep/${rep.id}`))) }));
    if (this.records) return reps;
    const acts: Choice[] = [
      ...places.filter((place) => this.crm.can(place.needs)).map((place): Choice => ({ icon: place.icon, name: t(place.name), more: digits(place.key), run: close(() => this.go(place.path)) })),
      ...(this.crm.can("task.create") ? [{ icon: "plus" as Icon, name: t("new_task"), run: close(() => this.go("tasks/new")) }] : []),
      ...(this.crm.can("prospect.create") ? [{ icon: "prospect" as Icon, name: t("new_prospect"), run: close(() => this.go("reps/new")) }] : []),
      { icon: "sun", name: t("switch_theme"), run: close(() => { const next = this.crm.dark ? "light" : "dark"; this.crm.keep("theme", next); this.crm.dress(next); }) },
      { icon: "command", name: t("shortcuts"), more: "?", run: close(() => this.dispatchEvent(new CustomEvent("keys"))) },
    ];
    const wanted = this.text.trim();
    const named = wanted ? acts.filter((act) => act.name.includes(wanted)) : acts;
    const search: Choice[] = wanted && this.crm.can("search.all") ? [{ icon: "search", name: t("search_for", wanted), run: close(() => this.go(`search/${encodeURIComponent(wanted)}`)) }] : [];
    return [...reps, ...named, ...search];
  }
  private talkTo(rep: Rep): void {
    this.crm.write(rep);
    void this.crm.record();
  }
  private close(): void {
    this.open = false;
    this.dispatchEvent(new CustomEvent("closed"));
  }
  private keys(event: KeyboardEvent): void {
    const count = this.choices.length;
    if (event.key === "ArrowDown") this.at = (this.at + 1) % (count || 1);
    else if (event.key === "ArrowUp") this.at = (this.at + count - 1) % (count || 1);
    else if (event.key === "Enter" && this.sought) this.enters = true;
    else if (event.key === "Enter") this.choices[this.at]?.run();
    else return;
    event.preventDefault();
  }

  override render() {
    const choices = this.open ? this.choices : [];
    return html`<marfacrm-dialog wide ?open=${this.open} heading=${t(this.records ? "talked_with" : "find")} @closed=${() => this.close()}>
      ${this.open
        ? html`<div class="stack tight"><input autofocus role="combobox" aria-expanded="true" aria-controls="found" aria-activedescendant="choice-${this.at}" aria-label=${t("find")} placeholder=${t(this.records ? "find_rep" : "find_example")}
              autocomplete="off" spellcheck="false" @input=${(e: Event) => this.typed((e.target as HTMLInputElement).value)} @keydown=${this.keys} />
            <ul id="found" role="listbox" aria-label=${t("find")}>
              ${choices.map((choice, i) => html`<li role="option" id="choice-${i}" aria-selected=${i === this.at ? "true" : "false"} @click=${choice.run} @pointermove=${() => (this.at = i)}>
                ${choice.rep ? face(choice.rep) : choice.icon ? icon(choice.icon) : nothing}<span class="name"><bdi>${choice.name}</bdi></span>${choice.more ? html`<span class="push small soft"><bdi>${choice.more}</bdi></span>` : nothing}</li>`)}
            </ul></div>`
        : nothing}
    </marfacrm-dialog>`;
  }
}
