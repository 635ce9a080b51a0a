#include "message.h"

#include <base/buffer.h>
#include <base/civil.h>
#include <string.h>
#include <text/jalali.h>

enum { LONGEST = 4000 };

typedef struct sentence {
  const char *fa, *en;
} sentence;

/* {n}: the number; {s}: the English plural's s; {a}, {b}: texts. */
static const sentence sentences[MESSAGE_KEYS] = {
    [MESSAGE_OVERDUE_DAYS] = {"{n} روز از موعدش گذشته", "{n} day{s} overdue"},
    [MESSAGE_OVERDUE_TODAY] = {"موعدش امروز ساعت {a} بود", "was due today at {a}"},
    [MESSAGE_DUE_SOON] = {"تا {n} دقیقهٔ دیگر موعدش می‌رسد", "due in {n} minute{s}"},
    [MESSAGE_DUE_AT] = {"موعدش امروز ساعت {a} است", "due today at {a}"},
    [MESSAGE_DUE_TODAY] = {"موعدش امروز است", "due today"},
    [MESSAGE_DUE_TOMORROW] = {"موعدش فرداست", "due tomorrow"},
    [MESSAGE_DUE_DAYS] = {"{n} روز تا موعدش مانده", "due in {n} day{s}"},
    [MESSAGE_PROMISE] = {"در گفت‌وگو با نماینده قولش داده شده",
                         "promised in a conversation with the rep"},
    [MESSAGE_ANGRY] = {"نماینده در آخرین گفت‌وگو عصبانی بود",
                       "the rep was angry in the last conversation"},
    [MESSAGE_UNHAPPY] = {"نماینده در گفت‌وگوهای اخیر ناراضی بود",
                         "the rep was unhappy in recent conversations"},
    [MESSAGE_WORSE] = {"لحن نماینده از گفت‌وگوهای پیشین بدتر شده",
                       "the rep's mood has turned worse"},
    [MESSAGE_DEBT] = {"{n} تومان بدهی دارد", "owes {n} Toman"},
    [MESSAGE_SILENT] = {"{n} روز است که با او گفت‌وگو نشده", "no contact for {n} day{s}"},
    [MESSAGE_NEVER_SPOKEN] = {"هنوز با او گفت‌وگو نشده", "never contacted yet"},
    [MESSAGE_CRITICAL] = {"گفت‌وگوی اخیر با او بحرانی بود",
                          "the recent conversation was critical"},
    [MESSAGE_URGENT] = {"گفت‌وگوی اخیر با او فوری بود", "the recent conversation was urgent"},
    [MESSAGE_PRIORITY_URGENT] = {"اولویتش فوری است", "urgent priority"},
    [MESSAGE_PRIORITY_HIGH] = {"اولویتش بالاست", "high priority"},
    [MESSAGE_PRIORITY_LOW] = {"اولویتش پایین است", "low priority"},
    [MESSAGE_FOLLOW_UP] = {"در گفت‌وگوی {a} قرار پیگیری گذاشته شده",
                           "a follow-up was agreed on {a}"},
    [MESSAGE_REMINDER] = {"یادآوری: {a}", "Reminder: {a}"},
    [MESSAGE_REMINDER_DUE] = {"یادآوری: {a} (موعد: {b})", "Reminder: {a} (due {b})"},
    [MESSAGE_ASSIGNED] = {"{b} این کار را به شما سپرد: {a}", "{b} gave you this task: {a}"},
    [MESSAGE_CRITICAL_NOTICE] = {"گفت‌وگوی بحرانی با {b}: {a}", "Critical conversation with {b}: {a}"},
    [MESSAGE_CHECK_IN] = {"تماس دوره‌ای با {a}", "Check in with {a}"},
    [MESSAGE_ALERT_ANGRY] = {"{a} در گفت‌وگوی {b} عصبانی بود",
                             "{a} was angry in the conversation of {b}"},
    [MESSAGE_ALERT_URGENT] = {"گفت‌وگوی {b} با {a} بحرانی بود",
                              "the conversation of {b} with {a} was critical"},
    [MESSAGE_ALERT_PROMISE] = {"قولی که به {a} داده شده عقب افتاده: {b}", "a promise to {a} is overdue: {b}"},
    [MESSAGE_ALERT_DEBT] = {"{a} {n} تومان بدهی دارد", "{a} owes {n} Toman"},
    [MESSAGE_GONE] = {"دیگر در سامانهٔ میزبان نیست", "is no longer in the host platform"},
    [MESSAGE_NOT_ACTIVE] = {"فعال نیست ({a})", "is not active ({a})"},
    [MESSAGE_ACTIVE] = {"نمایندهٔ فعال است", "is an active representative"},
    [MESSAGE_PROSPECT] = {"هنوز نماینده نشده", "has not become a representative yet"},
    [MESSAGE_HAPPY] = {"در آخرین گفت‌وگو راضی بود", "was pleased in the last conversation"},
    [MESSAGE_EXPIRING] = {"{n} سرویس نزدیک پایان دارد", "{n} service{s} about to expire"},
    [MESSAGE_CREDIT] = {"{n} تومان بستانکار است", "has {n} Toman of credit"},
    [MESSAGE_SETTLED] = {"حسابش تسویه است", "has a settled account"},
    [MESSAGE_INVOICES_OVERDUE] = {"{n} فاکتور سررسیدگذشته دارد", "{n} overdue invoice{s}"},
    [MESSAGE_VOICE_FAILED] = {"یادداشت صوتی شما دربارهٔ {a} به نتیجه نرسید؛ دلیلش را ببینید",
                              "Your voice note about {a} came to nothing; see why"},
    [MESSAGE_VOICE_WAITS] =
        {"یادداشت صوتی شما دربارهٔ {a} هنوز پردازش نشده است؛ صدا نگه داشته شده و خودکار دوباره "
         "تلاش می‌شود",
         "your voice note about {a} is not done yet; the recording is kept and it is tried again by "
         "itself"},
    [MESSAGE_VOICE_NO_PROVIDER] = {"سرویس تبدیل گفتار به متن تنظیم نشده است؛ صدا نگه داشته شده و می‌توانید متنش "
                                   "را "
                                   "خودتان بنویسید",
                                   "no speech service is configured; the recording is kept and can be typed up"},
    [MESSAGE_VOICE_UNSUPPORTED] = {"هیچ‌یک از سرویس‌ها این صدا را نپذیرفت؛ می‌توانید متنش را "
                                   "خودتان "
                                   "بنویسید",
                                   "no service took this recording; it can be typed up"},
    [MESSAGE_VOICE_BILLING] = {"اعتبار سرویس تبدیل گفتار تمام شده است؛ به مدیر بگویید",
                               "the speech service is out of credit; tell an admin"},
    [MESSAGE_VOICE_BUDGET] =
        {"سقف هزینهٔ امروز پر شده است؛ بعداً ادامه می‌یابد",
         "today's budget is spent; it goes on later"},
    [MESSAGE_VOICE_BUSY] = {"سرویس اکنون شلوغ است؛ کمی بعد دوباره تلاش می‌شود",
                            "the service is busy; it is tried again in a while"},
    [MESSAGE_VOICE_KEY] = {"کلید سرویس پذیرفته نشد؛ به مدیر بگویید",
                           "the service did not accept its key; tell an admin"},
    [MESSAGE_VOICE_REGION] = {"سرویس از این کشور در دسترس نیست؛ به مدیر بگویید",
                              "the service refuses this country; tell an admin"},
    [MESSAGE_VOICE_UNREACHABLE] =
        {"سرویس پاسخ نمی‌دهد؛ کمی بعد دوباره تلاش می‌شود",
         "the service does not answer; it is tried again in a while"},
    [MESSAGE_VOICE_REFUSED] =
        {"سرویس محتوای این صدا را نپذیرفت؛ می‌توانید متنش را خودتان "
         "بنویسید",
         "the service refused what was said; it can be typed up"},
    [MESSAGE_VOICE_SILENT] = {"در این صدا گفتاری پیدا نشد", "no speech was found in the recording"},
    [MESSAGE_VOICE_OWNER] = {"کسی که این صدا را ضبط کرده دیگر فعال نیست", "whoever recorded it is no longer active"},
    [MESSAGE_VOICE_FILE] = {"فایل صدا در دسترس نیست یا آسیب دیده است؛ به مدیر بگویید",
                            "the recording's file is gone or damaged; tell an admin"},
    [MESSAGE_VOICE_OTHER] = {"مشکلی پیش آمد؛ دوباره تلاش کنید یا به مدیر بگویید",
                             "something went wrong; try again or tell an admin"},
    [MESSAGE_URGENT_TASKS] = {"{n} کار فوری باز دارد", "{n} urgent task{s} open"},
};

static const char *const english_months[] = {"January", "February", "March",     "April",   "May",      "June",
                                             "July",    "August",   "September", "October", "November", "December"};

bool message_persian(const char *language) { return !language || strcmp(language, "en") != 0; }

static void digit(buffer *out, char ascii, bool persian) {
  if (!persian) {
    buffer_byte(out, ascii);
  } else {
    buffer_byte(out, (char)0xDB); /* U+06F0 … U+06F9 */
    buffer_byte(out, (char)(0xB0 + (ascii - '0')));
  }
}

static void number(buffer *out, int64_t n, bool persian) {
  char digits[20];
  int count = 0;
  uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
  do digits[count++] = (char)('0' + left % 10);
  while (left /= 10);
  if (n < 0) buffer_text(out, persian ? "\u200E\u2212" : "-");
  while (count--) {
    digit(out, digits[count], persian);
    if (count && count % 3 == 0) buffer_text(out, persian ? "٬" : ",");
  }
}

static void two_digits(buffer *out, int n, bool persian) {
  digit(out, (char)('0' + n / 10), persian);
  digit(out, (char)('0' + n % 10), persian);
}

static void clock_of(buffer *out, const civil *c, bool persian) {
  two_digits(out, c->hour, persian);
  buffer_byte(out, ':');
  two_digits(out, c->minute, persian);
}

static const char *finish(arena *a, buffer *out) {
  /* a sentence there was no memory for must not pass for one that is not there */
  if (out->failed && !out->too_long) arena_fail(a);
  const char *text = out->failed ? NULL : arena_copy(a, out->length ? out->bytes : "", out->length);
  buffer_free(out);
  return text;
}

static void place(buffer *out, char name, const message_values *values, bool persian) {
  const char *text = name == 'a' ? values->a : name == 'b' ? values->b : NULL;
  if (name == 'n')
    number(out, values->n, persian);
  else if (name == 's' && values->n != 1)
    buffer_byte(out, 's');
  else if (text)
    buffer_text(out, text);
}

const char *message(arena *a, const char *language, message_key key, message_values values) {
  bool persian = message_persian(language);
  const char *text = persian ? sentences[key].fa : sentences[key].en;
  buffer out;
  buffer_init(&out, LONGEST);
  for (const char *mark; (mark = strchr(text, '{')); text = mark + 3) {
    buffer_append(&out, text, (size_t)(mark - text));
    place(&out, mark[1], &values, persian);
  }
  buffer_text(&out, text);
  return finish(a, &out);
}

const char *message_clock(arena *a, const char *language, mcrm_time at, const zone *z) {
  civil c = civil_at(at, z);
  buffer out;
  buffer_init(&out, LONGEST);
  clock_of(&out, &c, message_persian(language));
  return finish(a, &out);
}

const char *message_time(arena *a, const char *language, mcrm_time at, bool with_clock, const zone *z) {
  bool persian = message_persian(language);
  civil c = civil_at(at, z);
  int year, month = c.month, day = c.day;
  if (persian) jalali_from_days(civil_days(c.year, c.month, c.day), &year, &month, &day);
  buffer out;
  buffer_init(&out, LONGEST);
  number(&out, day, persian);
  buffer_byte(&out, ' ');
  buffer_text(&out, persian ? jalali_month_name(month, TEXT_PERSIAN) : english_months[month - 1]);
  if (with_clock) {
    buffer_text(&out, persian ? " ساعت " : " at ");
    clock_of(&out, &c, persian);
  }
  return finish(a, &out);
}
