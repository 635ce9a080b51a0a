// The door: the login, and what to do when the gate is shut. Whatever was on the page stays behind it.
import { css, html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { CrmElement, look } from "../base/element";
import { icon } from "../base/icons";
import { t } from "../base/words";

@customElement("marfacrm-login")
export class Login extends CrmElement {
  static override styles = [
    look,
    css`
      .box {
        display: grid;
        gap: 1rem;
        inline-size: min(23rem, 100%);
        margin-inline: auto;
        padding: clamp(1.25rem, 5vw, 2rem);
        box-shadow: var(--mc-shadow);
      }
      .mark {
        display: grid;
        place-items: center;
        inline-size: 3.25rem;
        block-size: 3.25rem;
        border-radius: 1.1rem;
        background: var(--mc-accent);
        color: var(--mc-on-accent);
        font-size: var(--mc-text-huge);
      }
    `,
  ];
  @state() private busy = false;
  @state() private wrong = "";
  @state() private totp = false;

  override firstUpdated(): void {
    const [name, password] = this.renderRoot.querySelectorAll("input");
    (name?.value ? password : name)?.focus();
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const text = (name: string): string => String(data.get(name) ?? "");
    this.busy = true;
    this.wrong = "";
    try {
      await this.crm.signIn(text("username"), text("password"), text("totp") || undefined);
    } catch (problem) {
      this.wrong = (problem as Error).message;
      this.totp ||= (problem as { field?: string }).field === "totp";
    } finally {
      this.busy = false;
    }
  }

  override render() {
    if (this.crm.state === "shut")
      return html`<section class="card box" role="alert">
        <span class="mark">${icon("key")}</span>
        <h1>${t("gate_title")}</h1>
        <p>${t("gate_closed")}</p>
        <p class="soft">${t("gate_kept")}</p>
        <button class="main" @click=${() => void this.crm.enter()}>${t("gate_again")}</button>
      </section>`;
    return html`<form class="card box" @submit=${this.submit}>
      <span class="mark">${icon("users")}</span>
      <h1>${this.crm.me ? t("login_again") : t("login")}</h1>
      ${this.crm.me ? html`<p class="soft">${t("login_kept")}</p>` : nothing}
      <label class="field"><span>${t("username")}</span>
        <input name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required dir="ltr" .value=${this.crm.me?.user?.username ?? ""} /></label>
      <label class="field"><span>${t("password")}</span>
        <input name="password" type="password" autocomplete="current-password" required dir="ltr" /></label>
      ${this.totp ? html`<label class="field"><span>${t("totp")}</span><input name="totp" inputmode="numeric" autocomplete="one-time-code" dir="ltr" /></label>` : nothing}
      ${this.wrong ? html`<p class="error" role="alert">${this.wrong}</p>` : nothing}
      <button class="main" ?disabled=${this.busy}>${this.busy ? t("signing_in") : t("sign_in")}</button>
    </form>`;
  }
}
