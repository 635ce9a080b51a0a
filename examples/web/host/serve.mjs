// serve.mjs CRM BUILT [PORT]: a host's platform with the CRM inside. It has pages of its own (plain ones, and BUILT, the ones
// in React); whatever else is asked goes to the gateway at CRM, as a proxy in front of both would do it.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, request } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const [crm, built, port = "0"] = process.argv.slice(2);
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css" };
const policy = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

function own(path) {
  const [, folder, ...rest] = normalize(path).split("/");
  const root = { plain: fileURLToPath(new URL("plain", import.meta.url)), react: built }[folder];
  const file = root && join(root, rest.join("/") || "index.html");
  return file && existsSync(file) && statSync(file).isFile() ? file : undefined;
}

function pass(question, answer) {
  const behind = request(new URL(question.url, crm), { method: question.method, headers: question.headers }, (back) => {
    answer.writeHead(back.statusCode, back.headers);
    back.pipe(answer);
  });
  behind.on("error", () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
  answer.on("close", () => behind.destroy());
  question.pipe(behind);
}

const server = createServer((question, answer) => {
  const file = own(new URL(question.url, "http://host").pathname);
  if (!file) return pass(question, answer);
  answer.writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream", "Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff" });
  createReadStream(file).pipe(answer);
});
server.listen(Number(port), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
