// Operations over HTTP. What the gateway refuses becomes a Refusal; what never reached it becomes one, too.
import { taken } from "./early";
import { routes, type CrmError, type OperationName, type Operations } from "../api";

/** What is said where the server says nothing. The worker has no words: nobody reads what it is told. */
export type Unsaid = "err_offline" | "err_server" | "gate_closed";
let said = (what: Unsaid): string => what;
export function sayWith(words: (what: Unsaid) => string): void {
  said = words;
}

/** The version of the record, or of one within what was sent: a conversation with the task that it settles. */
export const ofVersion = (field: string | null | undefined): boolean => field === "version" || !!field?.endsWith(".version");

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | null = null,
    readonly detail = "",
    readonly retry_s = 0,
  ) {
    super(message);
  }
  /** Somebody else has changed the record since it was read. */
  get stale(): boolean {
    return this.code === "conflict" && ofVersion(this.field);
  }
  /** The network, not the server, said no: it is worth trying again. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export const offline = (): Refusal => new Refusal(0, "offline", said("err_offline"));

interface Answer {
  status: number;
  body: unknown;
  /** what stands there is JSON, so the gateway itself has spoken */
  spoken: boolean;
  retry_s: number;
}

type Input = Record<string, unknown>;

/** The address of an operation, with its fields in path and query; what is left is the body. */
export function address(name: OperationName, input: Input): { method: string; path: string; rest: Input | undefined } {
  const { method, path } = routes[name];
  const rest: Input = { ...input };
  const filled = path.replace(/\{(\w+)\}/g, (_, field: string) => {
    const value = String(rest[field]);
    delete rest[field];
    return encodeURIComponent(value);
  });
  if (method !== "GET" && method !== "DELETE") return { method, path: filled, rest };
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(rest)) {
    if (value === undefined || value === null || value === "") continue;
    query.set(key, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  const text = query.toString();
  return { method, path: text ? `${filled}?${text}` : filled, rest: undefined };
}

export interface Sending {
  method: string;
  path: string;
  body?: unknown;
  csrf?: string | undefined;
  key?: string | undefined;
  timeout_ms?: number;
  /** how much of a file has left, 0 to 1 */
  progress?: ((share: number) => void) | undefined;
}

const stalled_ms = 30_000;

/** A file goes by the older interface, the only one that tells how much has left; it may take as long as it moves. */
function sendFile(url: URL, method: string, headers: Record<string, string>, body: Blob, progress: (share: number) => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let patience: ReturnType<typeof setTimeout> | undefined;
    const wait = (): void => {
      clearTimeout(patience);
      patience = setTimeout(() => request.abort(), stalled_ms);
    };
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      wait();
      progress(event.total ? event.loaded / event.total : 0);
    };
    request.onloadend = () => {
      clearTimeout(patience);
      if (!request.status) return reject(offline());
      let value: unknown = null;
      let spoken = true;
      try {
        value = JSON.parse(request.responseText);
      } catch {
        spoken = false;
      }
      resolve({ status: request.status, body: value, spoken, retry_s: Number(request.getResponseHeader("Retry-After") ?? 0) });
    };
    wait();
    request.send(body);
  });
}

async function sendPlain(url: URL, method: string, headers: Record<string, string>, body: unknown, timeout_ms: number): Promise<Answer> {
  try {
    const response = (method === "GET" && (await taken(url))) || await fetch(url, {
      method,
      headers,
      body: body === undefined ? null : body instanceof Blob ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(timeout_ms),
      cache: "no-store",
    });
    let spoken = true;
    const value: unknown = await response.json().catch(() => ((spoken = false), null));
    return { status: response.status, body: value, spoken, retry_s: Number(response.headers.get("Retry-After") ?? 0) };
  } catch {
    throw offline();
  }
}

/** One request. Only what the gateway itself says counts as its answer: a strange 404 means that the gate is shut. */
export async function send(api: URL, { method, path, body, csrf, key, timeout_ms = 20_000, progress }: Sending): Promise<unknown> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = body instanceof Blob ? body.type : "application/json";
  if (csrf && method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (key) headers["Idempotency-Key"] = key;
  const url = new URL(path.replace(/^\//, ""), api);
  const answer =
    body instanceof Blob && progress
      ? await sendFile(url, method, headers, body, progress)
      : await sendPlain(url, method, headers, body, body instanceof Blob ? 600_000 : timeout_ms);
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  const error = (answer.body as { error?: CrmError } | null)?.error;
  if (!error || !answer.spoken) {
    if (answer.status === 404) throw new Refusal(404, "gate", said("gate_closed"));
    throw new Refusal(answer.status, "unavailable", said("err_server"));
  }
  throw new Refusal(answer.status, error.code, error.message, error.field, error.detail, answer.retry_s);
}

export type InputOf<K extends OperationName> = Operations[K]["input"];
export type OutputOf<K extends OperationName> = Operations[K]["output"];
