#include "advice.h"

#include <string.h>

/* The first row that fits counts. */
static const advice rows[] = {
    {MCRM_OUTCOME_OK, NULL, "همه‌چیز درست است.", "All is well.", "کاری لازم نیست.",
     "Nothing needs to be done."},
    {MCRM_OUTCOME_NETWORK, "dns", "نام سرور پیدا نمی‌شود.", "The server's name cannot be resolved.",
     "base_url و DNS این ماشین را ببینید؛ اگر DNS دستکاری می‌شود، proxy از نوع socks5h یا "
     "resolve "
     "بگذارید.",
     "Check base_url and this machine's DNS; where DNS is tampered with, set a socks5h proxy or resolve."},
    {MCRM_OUTCOME_NETWORK, "tcp", "اتصال به سرور برقرار نمی‌شود.",
     "No connection to the server.", "درگاه و دیوار آتش را ببینید؛ شاید سرویس خاموش است یا باید از proxy گذشت.",
     "Check port and firewall; the service may be down, or is only reached through a proxy."},
    {MCRM_OUTCOME_NETWORK, "tls", "گواهی سرور پذیرفته نیست.", "The server's certificate is not accepted.",
     "اگر شبکه گواهی خودش را می‌گذارد، ca_file را به آن بدهید؛ ساعت ماشین را "
     "هم "
     "ببینید.",
     "Where the network puts in its own certificate, name it in ca_file; check this machine's clock, too."},
    {MCRM_OUTCOME_NETWORK, "proxy", "پراکسی جواب نمی‌دهد یا راه نمی‌دهد.",
     "The proxy does not answer, or refuses.", "نشانی، نام کاربری و رمز proxy را ببینید.",
     "Check the proxy's address, user name and password."},
    {MCRM_OUTCOME_NETWORK, NULL, "اتصال میانهٔ کار قطع شد.", "The connection broke.",
     "پایداری شبکه و proxy را ببینید و دوباره بیازمایید.", "Check network and proxy, and test again."},
    {MCRM_OUTCOME_AUTH, "clock", "ساعت این ماشین با ساعت سرویس نمی‌خواند.",
     "This machine's clock differs from the service's.", "ساعت را با NTP درست کنید.", "Set the clock by NTP."},
    {MCRM_OUTCOME_AUTH, NULL, "کلید پذیرفته نشد.", "The key is refused.",
     "کلید را در env: یا file: ببینید؛ شاید باطل شده یا از سرویس دیگری است.",
     "Check the key behind env: or file:; it may be revoked, or of another service."},
    {MCRM_OUTCOME_REGION, NULL, "سرویس از این کشور پاسخ نمی‌دهد.",
     "The service refuses this country.",
     "base_url یا proxy دیگری بگذارید، یا سرویسی روی همین ماشین (مثلاً whisper.cpp یا llama.cpp).",
     "Set another base_url or proxy, or run a service on this machine (whisper.cpp, llama.cpp)."},
    {MCRM_OUTCOME_BILLING, NULL, "اعتبار یا سهمیهٔ حساب تمام است.", "The account has no credit or quota left.",
     "حساب را نزد سرویس شارژ کنید؛ تا آن وقت سرویس بعدی یا هوش داخلی پاسخ "
     "می‌دهد.",
     "Top up the account; until then the next provider or the built-in intelligence answers."},
    {MCRM_OUTCOME_RATE_LIMIT, NULL, "درخواست‌ها بیش از حد مجاز است.", "Too many calls.",
     "rate_per_minute و concurrency را کم کنید یا سهمیهٔ بیشتری بگیرید.",
     "Lower rate_per_minute and concurrency, or get a higher limit."},
    {MCRM_OUTCOME_OVERLOAD, NULL, "سرویس از کار افتاده یا سرش شلوغ است.", "The service is down or too busy.",
     "منتظر بمانید؛ سرویس دومی در ai.chat این فاصله را پر می‌کند.",
     "Wait; a second provider in ai.chat fills the gap."},
    {MCRM_OUTCOME_TIMEOUT, NULL, "سرویس در مهلت پاسخ نداد.", "The service did not answer in time.",
     "شبکه را ببینید و اگر مدل کند است timeout را بیشتر کنید.",
     "Check the network; raise timeout where the model is slow."},
    {MCRM_OUTCOME_BAD_REQUEST, "model", "سرویس این مدل را نمی‌شناسد.",
     "The service does not know the model.",
     "model را با فهرست مدل‌های سرویس مقایسه کنید.",
     "Compare model with the service's list of models."},
    {MCRM_OUTCOME_BAD_REQUEST, NULL,
     "سرویس درخواست را نمی‌پذیرد (مدل، قالب صدا یا نشانی).",
     "The service refuses the request (model, audio format or path).",
     "model و base_url را ببینید؛ base_url معمولاً به ‎/v1 ختم می‌شود.",
     "Check model and base_url; base_url usually ends in /v1."},
    {MCRM_OUTCOME_UNSUPPORTED, "audio",
     "این سرویس صدایی را که مرورگرها ضبط می‌کنند (webm با Opus) نمی‌خواند.",
     "This provider does not take what browsers record (webm with Opus).",
     "whisper-server را با ‎--convert اجرا کنید (ffmpeg لازم است)، یا سرویس دیگری در ai.speech بگذارید که audio/webm را بپذیرد.",
     "Run whisper-server with --convert (it needs ffmpeg), or name another provider in ai.speech that takes audio/webm."},
    {MCRM_OUTCOME_UNSUPPORTED, NULL,
     "این سرویس چنین کاری نمی‌کند (مثلاً قالب صدا).",
     "This provider cannot do that (an audio format, for example).",
     "قابلیت‌ها را با marfacrm provider list ببینید.",
     "See what it can with marfacrm provider list."},
    {MCRM_OUTCOME_CONTENT_FILTER, NULL, "سرویس متن را به‌خاطر محتوا نپذیرفت.",
     "Refused for what the text says.", "متن را ببینید؛ هوش داخلی پاسخ داده است.",
     "Look at the text; the built-in intelligence has answered."},
    {MCRM_OUTCOME_PROTOCOL, NULL, "پاسخ خواندنی نبود یا پردازهٔ سرویس مرد.",
     "The reply cannot be read, or the provider's process died.",
     "base_url را ببینید: شاید صفحهٔ وب یا سرویس دیگری آنجاست؛ گزارش worker را هم بخوانید.",
     "Check base_url: a web page or another service may live there; read the worker's log."},
};

const advice *advice_on(mcrm_outcome outcome, const char *code, int status) {
  const size_t count = sizeof rows / sizeof *rows;
  if (outcome == MCRM_OUTCOME_BAD_REQUEST && status == 404 && (!code || !*code)) code = NULL;
  for (size_t i = 0; i < count; i++)
    if (rows[i].outcome == outcome && (!rows[i].code || (code && strstr(code, rows[i].code)))) return &rows[i];
  return &rows[count - 1];
}
