#include "message.h"

#define AT(type, member) offsetof(type, member)
#define SHAPE(of, is_sized, table) \
  { sizeof(of), is_sized, table, sizeof table / sizeof *table }
/* A table's row by the struct T that stands before it. */
#define ROW(number, of_kind, member) \
  { number, of_kind, AT(T, member), 0, NULL }
#define FIXED(number, member) \
  { number, WIRE_FIXED, AT(T, member), sizeof(((T *)0)->member), NULL }
#define TEXTS(number, member, count) \
  { number, WIRE_TEXTS, AT(T, member), AT(T, count), NULL }
#define ONE(number, member, shape) \
  { number, WIRE_RECORD, AT(T, member), 0, &shape }
#define MANY(number, member, count, shape) \
  { number, WIRE_RECORDS, AT(T, member), AT(T, count), &shape }

#define T mcrm_error
static const wire_row error_rows[] = {ROW(1, WIRE_INT, code), FIXED(2, field), FIXED(3, message), FIXED(4, detail)};
const wire_shape message_error_shape = SHAPE(T, 0, error_rows);
#undef T

#define T provider_setting
static const wire_row setting_rows[] = {ROW(1, WIRE_TEXT, name), ROW(2, WIRE_TEXT, value), ROW(3, WIRE_TEXT, where)};
static const wire_shape setting_shape = SHAPE(T, 0, setting_rows);
#undef T

#define T message_hello
static const wire_row hello_rows[] = {ROW(1, WIRE_INT, version), ROW(2, WIRE_INT, concurrency),
                                      ROW(3, WIRE_INT, describe), ROW(4, WIRE_TEXT, name),
                                      MANY(5, settings, setting_count, setting_shape)};
const wire_shape message_hello_shape = SHAPE(T, 0, hello_rows);
#undef T

#define T mcrm_capabilities
static const wire_row capability_rows[] = {
    ROW(1, WIRE_INT, flags),     ROW(2, WIRE_LONG, context_tokens), ROW(3, WIRE_LONG, audio_bytes),
    ROW(4, WIRE_LONG, audio_ms), ROW(5, WIRE_LIST, media_types),    ROW(6, WIRE_LIST, languages),
    ROW(7, WIRE_INT, local),
};
static const wire_shape capability_shape = SHAPE(T, 1, capability_rows);
#undef T

#define T message_ready
static const wire_row ready_rows[] = {ROW(1, WIRE_TEXT, label), ROW(2, WIRE_TEXT, sandbox), ROW(3, WIRE_TEXT, text),
                                      ONE(4, capabilities, capability_shape)};
const wire_shape message_ready_shape = SHAPE(T, 0, ready_rows);
#undef T

#define T mcrm_chat_message
static const wire_row said_rows[] = {ROW(1, WIRE_TEXT, role), ROW(2, WIRE_TEXT, text)};
static const wire_shape said_shape = SHAPE(T, 1, said_rows);
#undef T

#define T mcrm_chat_request
static const wire_row chat_rows[] = {
    ROW(1, WIRE_TEXT, model),       MANY(2, messages, message_count, said_shape),
    ROW(3, WIRE_TEXT, schema_name), ROW(4, WIRE_TEXT, schema),
    ROW(5, WIRE_LONG, max_tokens),  ROW(6, WIRE_REAL, temperature),
    ROW(7, WIRE_TEXT, effort),      ROW(8, WIRE_TEXT, conversation),
    ROW(9, WIRE_INT, stream),
};
static const wire_shape chat_shape = SHAPE(T, 1, chat_rows);
#undef T

#define T mcrm_chat_reply
static const wire_row chat_reply_rows[] = {
    ROW(1, WIRE_TEXT, text),          ROW(2, WIRE_TEXT, model),
    ROW(3, WIRE_TEXT, finish),        ROW(4, WIRE_TEXT, request_id),
    ROW(5, WIRE_LONG, input_tokens),  ROW(6, WIRE_LONG, cached_tokens),
    ROW(7, WIRE_LONG, output_tokens), ROW(8, WIRE_LONG, reasoning_tokens),
    ROW(9, WIRE_LONG, cost),          ROW(10, WIRE_INT, zero_retention),
};
static const wire_shape chat_reply_shape = SHAPE(T, 1, chat_reply_rows);
#undef T

#define T mcrm_speech_request
static const wire_row speech_rows[] = {ROW(1, WIRE_TEXT, model), ROW(2, WIRE_TEXT, media_type),
                                       ROW(3, WIRE_LONG, duration_ms), ROW(4, WIRE_TEXT, language),
                                       TEXTS(5, hints, hint_count)};
static const wire_shape speech_shape = SHAPE(T, 1, speech_rows);
#undef T

#define T mcrm_speech_segment
static const wire_row segment_rows[] = {ROW(1, WIRE_LONG, start_ms), ROW(2, WIRE_LONG, end_ms), ROW(3, WIRE_TEXT, text),
                                        ROW(4, WIRE_REAL, confidence), ROW(5, WIRE_TEXT, speaker)};
static const wire_shape segment_shape = SHAPE(T, 1, segment_rows);
#undef T

#define T mcrm_speech_reply
static const wire_row speech_reply_rows[] = {
    ROW(1, WIRE_TEXT, text),
    ROW(2, WIRE_TEXT, language),
    ROW(3, WIRE_TEXT, model),
    ROW(4, WIRE_TEXT, request_id),
    ROW(5, WIRE_LONG, duration_ms),
    ROW(6, WIRE_REAL, confidence),
    MANY(7, segments, segment_count, segment_shape),
    ROW(8, WIRE_LONG, dropped),
    ROW(9, WIRE_LONG, cost),
};
static const wire_shape speech_reply_shape = SHAPE(T, 1, speech_reply_rows);
#undef T

#define T mcrm_failure
static const wire_row failure_rows[] = {ROW(1, WIRE_INT, status), ROW(2, WIRE_LONG, retry_after_ms),
                                        ROW(3, WIRE_LONG, server_time), FIXED(4, code), FIXED(5, detail)};
static const wire_shape failure_shape = SHAPE(T, 1, failure_rows);
#undef T

#define T message_ask
static const wire_row ask_rows[] = {ROW(1, WIRE_LONG, deadline), ROW(2, WIRE_TEXT, trace), ONE(3, chat, chat_shape),
                                    ONE(4, speech, speech_shape)};
const wire_shape message_ask_shape = SHAPE(T, 0, ask_rows);
#undef T

#define T message_done
static const wire_row done_rows[] = {
    ROW(1, WIRE_INT, outcome),         ROW(2, WIRE_INT, requests),         ROW(3, WIRE_LONG, bytes_sent),
    ROW(4, WIRE_LONG, bytes_received), ROW(5, WIRE_LONG, first_byte_ns),   ONE(6, failure, failure_shape),
    ONE(7, chat, chat_reply_shape),    ONE(8, speech, speech_reply_shape), ROW(9, WIRE_TEXT, said),
};
const wire_shape message_done_shape = SHAPE(T, 0, done_rows);
#undef T

#define T message_log
static const wire_row log_rows[] = {ROW(1, WIRE_INT, level), ROW(2, WIRE_TEXT, line)};
const wire_shape message_log_shape = SHAPE(T, 0, log_rows);
#undef T

#define T message_progress
static const wire_row progress_rows[] = {ROW(1, WIRE_REAL, done)};
const wire_shape message_progress_shape = SHAPE(T, 0, progress_rows);
#undef T
