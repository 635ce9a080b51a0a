// run.mjs [--essential] BUILD UI [NAME…]: each behaviour with a server of its own, and a line for each.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const essential = ["loop", "offline", "live", "policy", "pages"];
/** The same again with another host's tables, or seen more closely. */
const also = { panel: [{ HOST: "v1", POLL: 1 }, { HOST: "v2", POLL: 1 }] };
/** Another frontend than the one that is built. */
const uis = { plain: join(dirname(fileURLToPath(import.meta.url)), "../../examples/http/page") };

const words = process.argv.slice(2);
const few = words[0] === "--essential" && words.shift();
const [build, ui, ...names] = words;
const here = dirname(fileURLToPath(import.meta.url));
const all = readdirSync(join(here, "behaviour")).filter((file) => file.endsWith(".mjs")).map((file) => file.slice(0, -4));
const unknown = names.filter((name) => !all.includes(name));
if (unknown.length) throw new Error(`there is no ${unknown.join(", ")}; there are ${all.join(", ")}`);
const rounds = (names.length ? names : few ? essential : all).flatMap((name) => (also[name] ?? [{}]).map((more) => ({ name, more })));

function one({ name, more }) {
  return new Promise((resolve) => {
    const began = Date.now();
    const env = { ...process.env, ...more, ...(few ? { ESSENTIAL: "1" } : {}) };
    const child = spawn(join(here, "serve"), [build, uis[name] ?? ui, "node", join(here, "behaviour", `${name}.mjs`)], { env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (said += bytes));
    child.on("close", (status) => {
      const title = [name, ...Object.values(more).filter((value) => /^v/.test(value))].join(" ");
      const good = status === 0;
      console.log(`${good ? "ok   " : "WRONG"} ${title.padEnd(14)} ${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s${good ? "" : `\n${said.trimEnd()}`}`);
      resolve(good);
    });
  });
}

const began = Date.now();
const waiting = [...rounds];
let wrong = 0;
const jobs = Math.min(Number(process.env.JOBS ?? availableParallelism()), 4);
await Promise.all(Array.from({ length: jobs }, async () => {
  for (let next; (next = waiting.shift()); ) if (!(await one(next))) wrong++;
}));
console.log(`${rounds.length - wrong} of ${rounds.length} as described, ${((Date.now() - began) / 1000).toFixed(0)} s`);
process.exitCode = wrong ? 1 : 0;
