// A Chromium whose microphone hears a Persian sentence by espeak-ng, and the double of the service that hears it.
import { execFileSync } from "node:child_process";
import { launch } from "./visit.mjs";

export const said = "از کندی سرور ناراضی بود. قول دادم فردا ساعت ۱۰ خبر بدم و شنبه برای تمدید زنگ بزنم.";
export const wav = `${process.env.FOLDER}/said.wav`;
execFileSync("espeak-ng", ["-v", "fa", "-w", wav, said]);

export const double = (path, body) => fetch(`${process.env.DOUBLE}/__double/${path}`, { method: "PUT", body: JSON.stringify(body) });
await double("say", { path: "/v1/audio/transcriptions", text: said });

export const listener = () => launch(["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-audio-capture=${wav}`]);
