import { css } from "lit";

/** The frame of the app: a rail, the page and the conversation side by side; on a phone one above the other. */
export const shell = css`
  :host {
    block-size: 100dvh; /* a host gives it another */
    contain: layout; /* what is fixed stays within */
    container-type: inline-size;
    background: var(--mc-ground);
  }
  .shell {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    block-size: 100%;
    overflow: hidden;
  }
  .middle {
    display: flex;
    flex-direction: column;
    min-inline-size: 0;
    min-block-size: 0;
  }
  main {
    flex: 1;
    min-block-size: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-gutter: stable;
    padding-inline: max(var(--mc-gap), env(safe-area-inset-left));
  }
  main:focus {
    outline: none;
  }
  .content {
    max-inline-size: 92rem;
    margin-inline: auto;
    padding-block: 0.5rem calc(var(--mc-gap) * 2);
  }
  .skipper {
    position: absolute; /* no cell of the grid */
  }
  .skip {
    white-space: nowrap;
    position: absolute;
    inset-block-start: -4rem;
    z-index: 20;
    padding: 0.5rem 1rem;
    background: var(--mc-card);
  }
  .skip:focus {
    inset-block-start: 0.5rem;
  }
  nav {
    display: flex;
    flex-direction: column;
    gap: 0.2rem;
    inline-size: 13.5rem;
    padding: 1rem 0.75rem;
    border-inline-end: 1px solid var(--mc-line);
    background: var(--mc-card);
  }
  .brand {
    display: grid;
    place-items: center;
    inline-size: 2.5rem;
    block-size: 2.5rem;
    margin: 0 0.3rem 0.9rem;
    border-radius: 0.8rem;
    background: var(--mc-accent);
    color: var(--mc-on-accent);
    font-size: var(--mc-text-large);
  }
  .place {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    min-block-size: 2.75rem;
    padding-inline: 0.8rem;
    border-radius: var(--mc-radius-small);
    color: var(--mc-soft);
    font-weight: 500;
  }
  .place:hover {
    background: var(--mc-sunken);
    text-decoration: none;
  }
  .place[aria-current="page"] {
    background: var(--mc-tint);
    color: var(--mc-on-tint);
    font-weight: 600;
  }
  .speak {
    order: -1;
    margin: 0 0 0.6rem;
    min-block-size: 2.75rem;
    justify-content: flex-start;
    gap: 0.75rem;
    padding-inline: 0.8rem;
    background: var(--mc-accent);
    border-color: transparent;
    color: var(--mc-on-accent);
    font-weight: 600;
  }
  .speak:hover:not(:disabled) {
    background: var(--mc-accent-strong);
  }
  .brand {
    order: -2;
  }
  .top {
    display: flex;
    align-items: center;
    gap: 0.4rem;
    padding: 0.7rem max(var(--mc-gap), env(safe-area-inset-left)) 0.4rem;
  }
  .find {
    flex: 1;
    justify-content: flex-start;
    min-inline-size: 0;
    max-inline-size: 34rem;
    margin-inline-end: auto;
    color: var(--mc-soft);
    font-weight: 400;
  }
  .find span {
    flex: 1;
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    text-align: start;
  }
  .top .round {
    position: relative;
  }
  .badge {
    position: absolute;
    inset-block-start: 0;
    inset-inline-end: 0;
    min-inline-size: 1.15rem;
    padding-inline: 0.25rem;
    border-radius: 1rem;
    background: var(--mc-bad);
    color: var(--mc-card);
    font-size: var(--mc-text-tiny);
    line-height: 1.15rem;
    font-weight: 700;
  }
  .banner {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 0.5rem;
    padding: 0.35rem 1rem;
    background: var(--mc-warn-tint);
    color: var(--mc-warn);
    font-size: var(--mc-text-small);
    text-align: center;
  }
  marfacrm-conversation {
    inline-size: 0;
    min-block-size: 0;
  }
  marfacrm-conversation[data-open] {
    inline-size: clamp(22rem, 27cqi, 29rem);
    border-inline-start: 1px solid var(--mc-line);
  }
  marfacrm-conversation[data-folded] {
    position: fixed;
    z-index: 5;
    inset-block-end: 1rem;
    inset-inline-end: 1rem;
    inline-size: min(24rem, 100% - 2rem);
    block-size: auto;
  }
  .keys {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0.45rem 1rem;
    align-items: baseline;
  }
  @container (max-width: 75rem) {
    nav {
      inline-size: auto;
    }
    nav .place span,
    .speak span {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    .speak {
      justify-content: center;
    }
    .brand {
      margin-inline: 0.15rem;
    }
  }
  @container (max-width: 60rem) {
    marfacrm-conversation[data-open] {
      position: fixed;
      z-index: 10;
      inset: 0;
      inset-inline-start: auto;
      inline-size: min(30rem, 100%);
      block-size: 100%;
      box-shadow: var(--mc-shadow-high);
      animation: rise 0.2s var(--mc-ease);
    }
  }
  @container (max-width: 44rem) {
    .shell {
      grid-template-columns: minmax(0, 1fr);
      grid-template-rows: minmax(0, 1fr) auto;
    }
    nav {
      grid-row: 2;
      flex-direction: row;
      gap: 0;
      padding: 0 0.25rem env(safe-area-inset-bottom);
      border-inline-end: 0;
      border-block-start: 1px solid var(--mc-line);
    }
    .brand,
    .place.wide {
      display: none;
    }
    nav .place {
      flex: 1;
      flex-direction: column;
      justify-content: center;
      gap: 0.1rem;
      min-block-size: 3.5rem;
      padding-inline: 0.2rem;
      background: none !important;
    }
    nav .place span {
      position: static;
      inline-size: auto;
      block-size: auto;
      clip-path: none;
      font-size: var(--mc-text-tiny);
      line-height: 1.4;
      text-align: center;
    }
    .speak {
      order: 0;
      align-self: center;
      flex: none;
      margin: 0 0.25rem;
      inline-size: 3.25rem;
      min-block-size: 3.25rem;
      padding: 0;
      border-radius: 50%;
      font-size: var(--mc-text-large);
      box-shadow: var(--mc-shadow);
    }
    .find kbd {
      display: none;
    }
    .top .button span {
      display: inline;
    }
    marfacrm-toasts,
    marfacrm-conversation[data-folded] {
      inset-block-end: calc(4.2rem + env(safe-area-inset-bottom));
    }
    marfacrm-conversation[data-open] {
      box-shadow: none; /* it covers all there is */
    }
    marfacrm-conversation[data-folded] {
      inset-inline: 0.6rem;
      inline-size: auto;
    }
  }
`;
