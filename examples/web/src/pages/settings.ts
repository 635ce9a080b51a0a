// What a person sets for themselves, on this device.
import { css, html } from "lit";
import { customElement } from "lit/decorators.js";
import type { Theme } from "../base/crm";
import { CrmPage, look } from "../base/element";
import { icon } from "../base/icons";
import { language, say, t, type Language } from "../base/words";

@customElement("marfacrm-settings")
export class SettingsPage extends CrmPage {
  static override styles = [
    look,
    css`
      :host {
        max-inline-size: 44rem;
      }
    `,
  ];

  private async leave(): Promise<void> {
    if (this.crm.outbox.parcels.length && !confirm(t("leave_with_outbox"))) return;
    await this.crm.signOut();
  }

  protected override page() {
    const user = this.crm.me?.user;
    const languages: Array<[Language, string]> = [["fa", "فارسی"], ["en", "English"]];
    const themes: Theme[] = ["system", "light", "dark"];
    return html`<div class="stack">
      <h1>${t("settings")}</h1>
      <section class="card stack"><h2>${user?.name}</h2><p class="soft">${[say("role", this.crm.me?.role), user?.team].filter(Boolean).join("، ")} · <bdi>${user?.username}</bdi></p>
        <div class="row"><button @click=${() => void this.leave()}>${icon("key")}${t("sign_out")}</button></div></section>
      <section class="card stack">
        <fieldset class="choices"><legend>${t("language")}</legend>${languages.map(([code, name]) => html`<button lang=${code} aria-pressed=${language() === code ? "true" : "false"} @click=${() => void this.crm.translate(code)}>${name}</button>`)}</fieldset>
        <fieldset class="choices"><legend>${t("theme")}</legend>${themes.map((theme) => html`<button aria-pressed=${this.crm.theme === theme ? "true" : "false"} @click=${() => (this.crm.keep("theme", theme), this.crm.dress(theme))}>${say("theme", theme)}</button>`)}</fieldset></section>
      <section class="card stack"><h2>${t("outbox")}</h2><p class="soft">${t("outbox_help")}</p><div><a class="button" href=${this.link("outbox")}>${icon("upload")}${t("outbox")}</a></div></section>
    </div>`;
  }
}
