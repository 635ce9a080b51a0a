#include "error_text.h"

#include <api/inside.h>
#include <base/json.h>
#include <stddef.h>
#include <string.h>

typedef struct sentence {
  const char *key, *fa, *en;
} sentence;

static const sentence sentences[] = {
    {"answer.lost", "انجام شد، ولی پاسخ آن در حافظه جا نشد.", "It was done, but its answer did not fit into memory."},
    {"conflict",
     "وضعیت این مورد چنین کاری را نمی‌پذیرد؛ جزئیات را ببینید.",
     "This is not in a state that allows it; see the detail."},
    {"record.changed", "این مورد در این فاصله تغییر کرده است. تغییر تازه را ببینید و دوباره ثبت کنید.",
     "Somebody else has changed this since. Look at the change and save again."},
    {"store.constraint", "چیزی با همین مشخصات از پیش هست.", "There is one like it already."},
    {"suggestion.decided", "دربارهٔ این پیشنهاد پیش‌تر تصمیم گرفته شده است.",
     "This proposal has been decided already."},
    {"task.closed", "این کار پیش‌تر بسته شده است.", "This task is closed already."},
    {"voice.too_large", "فایل صدا بزرگ‌تر از اندازهٔ مجاز است.",
     "The recording is too large."},
    {"voice.too_long", "صدا طولانی‌تر از اندازهٔ مجاز است.", "The recording is too long."},
    {"voice.quota", "جای صداهای شما پر شده است؛ چند صدای قدیمی را حذف کنید.",
     "Your recordings take all of their room; delete some."},
    {"voice.erased", "فایل این صدا پاک شده است.", "The recording has been erased."},
    {"audio.damaged", "فایل صدا ناقص یا آسیب‌دیده است.",
     "The recording is damaged or cut off."},
    {"audio.empty", "در این فایل صدایی نیست.", "There is no sound in this file."},
    {"undo.changed_since", "پس از آن تغییر دیگری کرده است؛ نخست آن را برگردانید.",
     "It has been changed since; undo that first."},
    {"undo.erased", "آنچه پیش از این بود پاک شده است و برگرداندنی نیست.", "What it was before has been erased."},
    {"undo.nothing", "چیزی برای برگرداندن نیست.", "There is nothing to undo."},
    {"user.last_admin", "این تنها مدیر فعال است؛ نخست مدیر دیگری بسازید.",
     "This is the last active admin; make another one first."},
    {"user.taken", "این نام کاربری گرفته شده است.", "This username is taken."},
    {"csrf", "این درخواست از صفحهٔ خود سامانه نیامده است؛ صفحه را دوباره باز کنید.",
     "This did not come from a page of the CRM; load the page again."},
    {"cursor.malformed", "نشانی صفحهٔ بعد معتبر نیست؛ از ابتدای فهرست شروع کنید.",
     "The cursor is not valid; start from the beginning of the list."},
    {"denied", "شما اجازهٔ این کار را ندارید.", "You may not do this."},
    {"field.choice", "مقدار این فیلد از گزینه‌های مجاز نیست.",
     "The value is not one of the allowed ones."},
    {"field.new_only", "رکورد تازه هنوز شناسه ندارد.", "A new record has no id yet."},
    {"field.range", "مقدار این فیلد بیرون از محدودهٔ مجاز است.", "The value is out of range."},
    {"field.read_only", "این فیلد را خود سامانه پر می‌کند.",
     "This field is set by the system."},
    {"field.required", "این فیلد لازم است.", "This field is needed."},
    {"field.twice", "این فیلد دو بار آمده است.", "The field is given twice."},
    {"field.type", "نوع مقدار این فیلد درست نیست.", "The value is of the wrong type."},
    {"field.unknown", "چنین فیلدی وجود ندارد.", "There is no such field."},
    {"file.empty", "پرونده خالی است.", "The file is empty."},
    {"file.foreign",
     "نشانی پرونده را این‌جا نمی‌توان داد؛ خود پرونده را بفرستید.",
     "A file cannot be named here; send the file itself."},
    {"file.gone", "این پرونده دیگر وجود ندارد.", "The file is no longer there."},
    {"file.media_type", "این نوع پرونده پذیرفته نیست.", "This kind of file is not accepted."},
    {"file.too_large", "حجم پرونده بیش از اندازه است.", "The file is too large."},
    {"file.unreadable", "پرونده خوانده نشد.", "The file cannot be read."},
    {"forked", "این نمونه در فرایند دیگری باز شده است.", "This instance was opened by another process."},
    {"gate.too_many",
     "مسیرهای معتبر این ورودی زیاد شده است؛ یک مسیر بدون هم‌پوشانی "
     "بسازید.",
     "Too many paths of this gate are valid; make one without an overlap."},
    {"host.unavailable",
     "سامانهٔ میزبان در دسترس نیست؛ آخرین مقدارهای دانسته نشان داده "
     "می‌شود.",
     "The host cannot be reached; the last known values are shown."},
    {"idempotency.other_request",
     "این کلید تکرار برای درخواست دیگری به‌کار رفته است.",
     "The idempotency key was used for another request."},
    {"io", "دیسک نوشتن را نپذیرفت؛ چیزی تغییر نکرد.", "The disk refused; nothing was changed."},
    {"json.malformed", "متن JSON درست نیست.", "The JSON is malformed."},
    {"json.too_long", "متن JSON بیش از اندازه بلند است.", "The JSON is too long."},
    {"list.too_long", "تعداد موارد این فیلد بیش از حد مجاز است.", "The list has too many items."},
    {"login.busy",
     "چند نفر هم‌زمان وارد می‌شوند؛ چند لحظه دیگر دوباره تلاش "
     "کنید.",
     "Several people are signing in; try again in a moment."},
    {"login.hand_over",
     "ورود از سامانهٔ اصلی پذیرفته نشد؛ از همان‌جا دوباره وارد "
     "شوید.",
     "The sign-in was not accepted; come in from the main system again."},
    {"login.over", "نشست شما پایان یافته است؛ دوباره وارد شوید.", "Your session has ended; sign in again."},
    {"login.too_often",
     "تلاش‌های ناموفق زیاد بود؛ کمی بعد دوباره تلاش کنید.",
     "There were too many failed attempts; try again later."},
    {"login.wrong", "نام کاربری یا گذرواژه درست نیست.", "The user name or the password is wrong."},
    {"no_memory", "حافظه کافی نیست؛ چیزی تغییر نکرد.", "There is not enough memory; nothing was changed."},
    {"not_found", "چنین موردی پیدا نشد.", "There is no such record."},
    {"operation.unknown", "چنین عملیاتی وجود ندارد.", "There is no such operation."},
    {"password.length", "گذرواژه باید بین ۱۰ تا ۲۰۰ نویسه باشد.", "A password has 10 to 200 characters."},
    {"precondition.needed", "نسخهٔ رکورد را هم بفرستید (If-Match) تا تغییر کسی از دست نرود.",
     "Send the version you have seen (If-Match), so that nobody's change is lost."},
    {"record.changed", "این رکورد در این فاصله تغییر کرده است. تغییر تازه را ببینید و دوباره ثبت کنید.",
     "Somebody else has changed this since. Look at the change and save again."},
    {"request.malformed", "درخواست خوانده نشد.", "The request is malformed."},
    {"request.media_type", "این نوع محتوا پذیرفته نیست.", "This kind of content is not accepted."},
    {"request.method", "این نشانی این کار را نمی‌پذیرد.",
     "The address does not take this method."},
    {"request.range", "این بخش از پرونده وجود ندارد.", "The file has no such part."},
    {"request.too_large", "حجم درخواست بیش از اندازه است.", "The request is too large."},
    {"route.unknown", "چنین نشانی‌ای وجود ندارد.", "There is no such address."},
    {"session.unknown", "کاربر فعالی با این نام نیست.", "There is no active user of that name."},
    {"text.not_utf8", "متن این فیلد UTF-8 معتبر نیست.", "The text is not valid UTF-8."},
    {"text.too_long", "متن این فیلد بیش از اندازه بلند است.", "The text is too long."},
    /* what each code says where the key has no sentence of its own */
    {"busy", "سامانه مشغول است؛ کمی بعد دوباره تلاش کنید.", "The system is busy; try again shortly."},
    {"cancelled", "درخواست لغو شد.", "The request was cancelled."},
    {"internal", "خطای داخلی سامانه؛ لطفاً گزارش کنید.", "A defect of the system; please report it."},
    {"invalid", "مقداری که فرستاده شد پذیرفته نیست؛ جزئیات را ببینید.", "A value was not accepted; see the detail."},
    {"timeout", "زمان درخواست تمام شد.", "The request took too long."},
    {"unauthenticated", "نخست وارد شوید.", "Sign in first."},
    {"unsupported", "این کار در اینجا ممکن نیست.", "This is not possible here."},
    {"unavailable", "این سرویس اکنون در دسترس نیست.", "The service is not available now."},
};

static const sentence *find(const char *key) {
  for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
    if (!strcmp(sentences[i].key, key)) return &sentences[i];
  return NULL;
}

void api_error_json(buffer *out, const mcrm_error *e, const char *language) {
  const char *code = mcrm_code_name(e->code), *message = error_text(e, language);
  buffer_text(out, "{\"error\":{\"code\":");
  json_write_string(out, code, strlen(code));
  buffer_text(out, ",\"field\":");
  if (e->field[0])
    json_write_string(out, e->field, strlen(e->field));
  else
    buffer_text(out, "null");
  buffer_text(out, ",\"message\":");
  json_write_string(out, message, strlen(message));
  buffer_text(out, ",\"detail\":");
  json_write_string(out, e->detail, strlen(e->detail));
  buffer_text(out, "}}");
}

const char *error_text(const mcrm_error *error, const char *language) {
  const sentence *found = find(error->message);
  if (!found) found = find(mcrm_code_name(error->code));
  if (!found) found = find("internal");
  return language && !strcmp(language, "en") ? found->en : found->fa;
}
