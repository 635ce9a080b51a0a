// Built into the folder that the gateway serves: index.html, marfacrm.js (the stable name that host pages import) and
// files with a digest in their names, each with its compressed siblings.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, defineConfig, type Plugin } from "vite";

const out = process.env.MARFACRM_UI ?? "../../build/ui";

/** Only the drawing of an icon: no comment, no line breaks. */
const icons: Plugin = {
  name: "icons",
  enforce: "pre",
  load(id) {
    if (!id.endsWith(".svg?icon")) return null;
    const svg = readFileSync(id.slice(0, -"?icon".length), "utf8");
    const inner = svg.replace(/<!--[^]*?-->/g, "").replace(/<svg[^>]*>|<\/svg>/g, "");
    return `export default ${JSON.stringify(inner.replace(/\s+/g, " ").trim())}`;
  },
};

/** A rem is the page's, and a host's page may have shrunk its own: outside of conditions it becomes --mc-rem. */
const rem: Plugin = {
  name: "rem",
  enforce: "pre",
  transform: (code, id) =>
    !/\/src\/.*\.(ts|css)(\?inline)?$/.test(id) || id.includes("/page.css")
      ? null
      : code.replace(/^(?!.*(?:@(?:media|container)|--mc-rem)).*\drem.*$/gm, (line) => line.replace(/(?<![\w.])(-?[\d.]+)rem\b/g, "calc($1 * var(--mc-rem))")),
};

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

/** The service worker is told what to keep, and changes when any of it does. */
function precache(folder: string): void {
  const worker = join(folder, "sw.js");
  const wanted = files(folder).filter((file) => !/\.(br|gz|map)$|sw\.js$|icon-512/.test(file));
  const digest = createHash("sha256");
  for (const file of wanted.sort()) digest.update(relative(folder, file)).update(readFileSync(file));
  const names = wanted.map((file) => relative(folder, file)).map((name) => (name === "index.html" ? "./" : name));
  const text = readFileSync(worker, "utf8");
  if (!text.includes("__FILES__")) throw new Error("sw.js has no place for its list");
  writeFileSync(
    worker,
    text
      .replace(/["']__FILES__["']/, JSON.stringify(names))
      .replace(/__VERSION__/, digest.digest("hex").slice(0, 12)),
  );
}

function compress(folder: string): void {
  for (const file of files(folder)) {
    if (!/\.(js|css|html|svg|json|webmanifest)$/.test(file) || statSync(file).size < 600) continue;
    const bytes = readFileSync(file);
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  }
}

/** The worker is one file of its own, without modules: it shares sources with the pages and nothing at run time. */
async function worker(): Promise<void> {
  await build({
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    build: {
      outDir: out,
      emptyOutDir: false,
      target: "es2022",
      modulePreload: false,
      rollupOptions: { input: "src/sw.ts", output: { format: "iife", entryFileNames: "sw.js" } },
    },
  });
}

/** The program is fetched beside the first lines that ask for it, not after them. */
const beside: Plugin = {
  name: "beside",
  transformIndexHtml: {
    order: "post",
    handler: (_, { bundle }) => {
      const chunks = Object.values(bundle ?? {}).filter((one) => one.type === "chunk");
      const main = chunks.find((one) => one.facadeModuleId?.endsWith("/src/main.ts"));
      if (!main) throw new Error("there is no program");
      return [main.fileName, ...main.imports].map((file) => ({ tag: "link", attrs: { rel: "modulepreload", href: `./${file}` }, injectTo: "head" as const }));
    },
  },
};

const finish: Plugin = {
  name: "finish",
  async closeBundle() {
    await worker();
    precache(out);
    compress(out);
  },
};

export default defineConfig({
  base: "./",
  plugins: [icons, rem, beside, finish],
  build: {
    outDir: out,
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: false,
    rollupOptions: {
      preserveEntrySignatures: "strict",
      input: { index: "index.html", marfacrm: "src/marfacrm.ts" },
      output: {
        hashCharacters: "hex",
        // What the first page shows is one piece, all else another; the entries only name them.
        manualChunks: (id) =>
          /\/src\/(marfacrm|page|main|elements)\.ts|\/src\/words\/en\.ts|\.html/.test(id)
            ? undefined
            : /\/src\/(pages\/(?!worklog)|parts\/(?!(dialog|inwords|login|pieces|spark|task|toasts|when)\.))/.test(id)
              ? "rest"
              : "crm",
        entryFileNames: (chunk) => (chunk.name === "index" ? "assets/[name]-[hash].js" : "[name].js"),
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
});
