// The places of the app, in the order in which they stand beside each other.
import type { Icon } from "./icons";
import type { Key } from "./words";

interface Place {
  path: string;
  name: Key;
  icon: Icon;
  key: string;
  needs: string;
  phone: boolean;
}
export const places: Place[] = [
  { path: "worklog", name: "worklog", icon: "list", key: "1", needs: "worklog.get", phone: true },
  { path: "reps", name: "reps", icon: "users", key: "2", needs: "rep.list", phone: true },
  { path: "tasks", name: "tasks", icon: "clock", key: "3", needs: "task.list", phone: true },
  { path: "search", name: "search", icon: "search", key: "4", needs: "search.all", phone: true },
  { path: "voice", name: "voices", icon: "mic", key: "5", needs: "voice_note.list", phone: false },
  { path: "settings", name: "settings", icon: "settings", key: "6", needs: "session.me", phone: false },
];
