import { when } from "../base/format";
import { say } from "../base/words";

interface TaskValue {
  title?: string;
  due_at?: string | null;
  due_grain?: "day" | "minute" | null;
}

/** A proposed value in words. */
export function inWords(field: string, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (field === "task") {
    const task = value as TaskValue;
    return `${task.title} — ${when(task.due_at, task.due_grain)}`;
  }
  if (field.endsWith("_at")) return when(String(value), "minute");
  if (field === "sentiment") {
    const { label, cues } = value as { label?: string; cues?: string[] };
    return [say("sentiment", label), ...(cues ?? []).map((cue) => `«${cue}»`)].join("، ");
  }
  if (Array.isArray(value))
    return value.map((one) => (typeof one === "string" ? say(field === "topics" ? "topic" : field, one) : String((one as Record<string, unknown>)["text"] ?? (one as Record<string, unknown>)["value"] ?? (one as Record<string, unknown>)["item"] ?? ""))).join("، ");
  if (typeof value === "object") return Object.values(value).map(String).join("، ");
  return say(field === "preferred_channel" ? "type" : field, String(value));
}
