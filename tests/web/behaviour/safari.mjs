// Safari's microphone writes mp4 and offers no webm. A stand-in for its recorder hands over real AAC in fragments, second by
// second; the recorder must choose it, the server read it, also where the tab was closed in the middle of a fragment.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { listener, wav } from "../microphone.mjs";
import { call, expect, finish, site, until, visit } from "../visit.mjs";

const file = `${process.env.FOLDER}/said.mp4`;
execFileSync("ffmpeg", ["-loglevel", "error", "-stream_loop", "2", "-i", wav, "-t", "9", "-c:a", "aac", "-b:a", "32k", "-ac", "1", "-movflags", "frag_keyframe+empty_moov+default_base_moof", "-frag_duration", "1000000", file]);
const bytes = readFileSync(file).toString("base64");
const browser = await listener();
const reps = call("rep.list", { limit: 2, sort: "-debt" }).items;
for (const [i, closed] of [false, true].entries()) {
  const rep = reps[i];
  const page = await visit(browser, { width: 360, height: 800, permissions: ["microphone"] });
  const context = page.context();
  const fake = (text) => {
    const sound = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    globalThis.MediaRecorder = class extends EventTarget {
      static isTypeSupported = (type) => type.startsWith("audio/mp4");
      state = "inactive";
      constructor(stream, { mimeType } = {}) {
        super();
        if (mimeType && !mimeType.startsWith("audio/mp4")) throw new DOMException(mimeType, "NotSupportedError");
        this.mimeType = mimeType ?? "audio/mp4";
      }
      start() {
        this.state = "recording";
        this.at = 0;
        this.timer = setInterval(() => this.give(5000), 300); // never where a fragment ends
      }
      give(size) {
        const piece = sound.slice(this.at, this.at + size);
        this.at += piece.length;
        this.ondataavailable?.({ data: new Blob([piece], { type: "audio/mp4" }) });
      }
      pause() { this.state = "paused"; }
      resume() { this.state = "recording"; }
      stop() {
        clearInterval(this.timer);
        this.state = "inactive";
        this.give(sound.length);
        setTimeout(() => this.dispatchEvent(new Event("stop")), 20);
      }
    };
  };
  await page.evaluate(fake, bytes);
  await page.locator("[data-speak]").click();
  await page.locator("marfacrm-palette input").fill(rep.name);
  await page.locator("marfacrm-palette li", { hasText: rep.name }).first().click();
  await page.locator("marfacrm-conversation [data-stop]").waitFor();
  await page.waitForTimeout(2000);
  let here = page;
  if (closed) {
    await page.close();
    here = await context.newPage();
    await here.goto(`${site}/crm/`);
    await here.locator("marfacrm-conversation .bar .open").click();
  }
  await here.locator("marfacrm-conversation footer .main").click();
  await until("the server has read the recording", () => call("voice_note.list", { rep_id: rep.id }).items[0]?.state === "ready", 40_000);
  const [note] = call("voice_note.list", { rep_id: rep.id }).items;
  expect(note?.codec === "aac" && /mp4/.test(note.media_type ?? ""), `mp4 with AAC (${note?.media_type}, ${note?.codec})`);
  expect(closed ? note?.duration_s >= 2 && note.duration_s < 9 : Math.abs((note?.duration_s ?? 0) - 9) < 0.3, `${closed ? "what was whole" : "all of it"}: ${note?.duration_s} s`);
  expect(note?.transcript?.includes("کندی سرور"), "and it was heard");
  await context.close();
}
await browser.close();
finish();
