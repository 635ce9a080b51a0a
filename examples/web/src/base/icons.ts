import { html, type TemplateResult } from "lit";
import alert from "lucide-static/icons/triangle-alert.svg?icon";
import back from "lucide-static/icons/arrow-left.svg?icon";
import bell from "lucide-static/icons/bell.svg?icon";
import calendar from "lucide-static/icons/calendar-clock.svg?icon";
import chart from "lucide-static/icons/chart-line.svg?icon";
import check from "lucide-static/icons/check.svg?icon";
import clock from "lucide-static/icons/clock.svg?icon";
import cloud_off from "lucide-static/icons/cloud-off.svg?icon";
import close from "lucide-static/icons/x.svg?icon";
import command from "lucide-static/icons/command.svg?icon";
import down from "lucide-static/icons/chevron-down.svg?icon";
import download from "lucide-static/icons/download.svg?icon";
import edit from "lucide-static/icons/pencil.svg?icon";
import filter from "lucide-static/icons/list-filter.svg?icon";
import forward from "lucide-static/icons/chevron-right.svg?icon";
import history from "lucide-static/icons/history.svg?icon";
import invoice from "lucide-static/icons/receipt-text.svg?icon";
import key from "lucide-static/icons/key-round.svg?icon";
import list from "lucide-static/icons/list-checks.svg?icon";
import mail from "lucide-static/icons/mail.svg?icon";
import meeting from "lucide-static/icons/handshake.svg?icon";
import mic from "lucide-static/icons/mic.svg?icon";
import minus from "lucide-static/icons/minus.svg?icon";
import more from "lucide-static/icons/ellipsis.svg?icon";
import pause from "lucide-static/icons/pause.svg?icon";
import payment from "lucide-static/icons/banknote.svg?icon";
import phone from "lucide-static/icons/phone.svg?icon";
import play from "lucide-static/icons/play.svg?icon";
import plus from "lucide-static/icons/plus.svg?icon";
import prospect from "lucide-static/icons/user-plus.svg?icon";
import rotate from "lucide-static/icons/rotate-cw.svg?icon";
import search from "lucide-static/icons/search.svg?icon";
import settings from "lucide-static/icons/settings.svg?icon";
import sparkles from "lucide-static/icons/sparkles.svg?icon";
import square from "lucide-static/icons/square.svg?icon";
import sun from "lucide-static/icons/sun.svg?icon";
import telegram from "lucide-static/icons/send.svg?icon";
import today from "lucide-static/icons/sun-medium.svg?icon";
import trash from "lucide-static/icons/trash-2.svg?icon";
import upload from "lucide-static/icons/upload.svg?icon";
import user from "lucide-static/icons/user.svg?icon";
import users from "lucide-static/icons/users.svg?icon";
import write from "lucide-static/icons/square-pen.svg?icon";

const drawings = {
  alert, back, bell, calendar, chart, check, clock, cloud_off, close, command, down, download, edit, filter, forward,
  history, invoice, key, list, mail, meeting, mic, minus, more, pause, payment, phone, play, plus, prospect, rotate,
  search, settings, sparkles, square, sun, telegram, today, trash, upload, user, users, write,
};
export type Icon = keyof typeof drawings;

const made = new Map<string, TemplateResult>();

/** Decoration: what it means stands beside it, or in the label of its button. Each drawing is a template of its own, read once. */
export function icon(name: Icon, flips = false): TemplateResult {
  const key = flips ? `${name} flips` : name;
  let found = made.get(key);
  if (!found) {
    const text = `<svg class="icon${flips ? " flips" : ""}" viewBox="0 0 24 24" aria-hidden="true">${drawings[name]}</svg>`;
    made.set(key, (found = html(Object.assign([text], { raw: [text] }))));
  }
  return found;
}
