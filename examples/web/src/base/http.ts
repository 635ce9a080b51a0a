// Operations over HTTP. What the gateway refuses becomes a Refusal; what never reached it becomes one, too.
import { routes, type CrmError, type OperationName, type Operations } from "../api";
import { t } from "./words";

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
  /** The network, not the server, said no: it is worth trying again. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export const offline = (): Refusal => new Refusal(0, "offline", t("err_offline"));

export interface Answer {
  status: number;
  body: unknown;
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
}

/** One request. Only what the gateway itself says counts as its answer: a strange 404 means that the gate is shut. */
export async function send(api: URL, { method, path, body, csrf, key, timeout_ms = 20_000 }: Sending): Promise<unknown> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined && !(body instanceof Blob)) headers["Content-Type"] = "application/json";
  if (body instanceof Blob) headers["Content-Type"] = body.type;
  if (csrf && method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (key) headers["Idempotency-Key"] = key;
  let response: Response;
  let answer: unknown = null;
  let spoken = true;
  try {
    response = await fetch(new URL(path.replace(/^\//, ""), api), {
      method,
      headers,
      body: body === undefined ? null : body instanceof Blob ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(timeout_ms),
      cache: "no-store",
    });
    answer = await response.json().catch(() => ((spoken = false), null));
  } catch {
    throw offline();
  }
  if (response.ok) return answer;
  const error = (answer as { error?: CrmError } | null)?.error;
  if (!error || !spoken) {
    if (response.status === 404) throw new Refusal(404, "gate", t("gate_closed"));
    throw new Refusal(response.status, "unavailable", t("err_server"));
  }
  const retry = Number(response.headers.get("Retry-After") ?? 0);
  throw new Refusal(response.status, error.code, error.message, error.field, error.detail, retry);
}

export type InputOf<K extends OperationName> = Operations[K]["input"];
export type OutputOf<K extends OperationName> = Operations[K]["output"];
