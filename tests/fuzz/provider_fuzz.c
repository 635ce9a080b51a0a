/* What a provider process may say to its host, what an admin may write for a plugin, and what may stand in a plugin's
 * file: a refusal, or a record that stands. */
#include "fuzz.h"

#include "message.h"
#include "object.h"
#include "option.h"
#include "settings.h"

#include <base/arena.h>
#include <string.h>

static void frames(arena *a, const char *bytes, size_t size) {
  static const wire_shape *const shapes[] = {&message_hello_shape, &message_ready_shape, &message_ask_shape,
                                             &message_done_shape,  &message_log_shape,   &message_progress_shape,
                                             &message_error_shape};
  const wire_shape *shape = shapes[(unsigned char)bytes[0] % (sizeof shapes / sizeof *shapes)];
  union {
    message_hello hello;
    message_ready ready;
    message_ask ask;
    message_done done;
    mcrm_error error;
    char room[1024];
  } first = {0}, second = {0};
  int code = wire_read(a, shape, bytes + 1, size - 1, &first);
  promise(code == 0 || code == MCRM_INVALID || code == MCRM_NO_MEMORY, "a code of the reader's");
  if (code) return;
  buffer out, again;
  buffer_init(&out, 64 << 20);
  buffer_init(&again, 64 << 20);
  wire_write(&out, shape, &first);
  if (!out.failed && !wire_read(a, shape, out.bytes, out.length, &second)) {
    wire_write(&again, shape, &second);
    promise(
        again.failed || (again.length == out.length && (!out.length || !memcmp(again.bytes, out.bytes, out.length))),
        "what is written is read again");
  }
  buffer_free(&out);
  buffer_free(&again);
}

/* name=value lines */
static void options(arena *a, char *text) {
  provider_setting list[16];
  transport_settings settings = {0};
  mcrm_error error = {0};
  size_t count = 0;
  vault *v = vault_new();
  for (char *rest = text, *end; rest && count < 16; rest = end) {
    end = strchr(rest, '\n');
    if (end) *end++ = 0;
    char *equals = strchr(rest, '=');
    if (!equals) continue;
    *equals = 0;
    list[count++] = (provider_setting){.name = rest, .value = equals + 1, .where = "f:1:1"};
  }
  (void)a;
  const option_table table = {settings_options, settings_option_count, &settings};
  int code = option_read(&table, 1, "x", list, count, v, &error);
  if (!code) code = settings_check(&settings, "x", v, &error);
  promise(code == error.code && (!code || error.detail[0]), "a refusal has its reason");
  if (!code) promise(settings.connect_ms >= 1 && settings.insecure >> 1 == 0, "values within their ranges");
  if (!code && settings.proxy && strlen(settings.proxy) < 200) {
    char line[256];
    snprintf(line, sizeof line, "by %s", settings.proxy);
    vault_blot(v, line);
    promise(!strstr(line, settings.proxy), "a proxy with its password is not seen");
  }
  vault_free(v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2) return 0;
  arena *a = arena_new(64 << 20);
  char *text = a ? arena_copy(a, (const char *)data + 1, size - 1) : NULL;
  if (text) switch (data[0] % 3) {
      case 0:
        frames(a, text, size - 1);
        break;
      case 1:
        options(a, text);
        break;
      default:
        object_wrong((const unsigned char *)text, size - 1);
    }
  arena_free(a);
  return 0;
}
