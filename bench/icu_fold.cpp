#include "icu_fold.h"

#include <unicode/bytestream.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>
#include <cstdlib>
#include <string>

size_t icu_fold(const char *text, size_t length, int map) {
  static UErrorCode code = U_ZERO_ERROR;
  static const icu::Normalizer2 *fold = icu::Normalizer2::getNFKCCasefoldInstance(code);
  static std::string out; /* keeps its memory, as our arena does */
  static icu::Edits edits;
  out.clear();
  edits.reset();
  icu::StringByteSink<std::string> sink(&out);
  fold->normalizeUTF8(0, icu::StringPiece(text, static_cast<int32_t>(length)), sink, map ? &edits : nullptr, code);
  if (U_FAILURE(code)) std::abort();
  return out.size();
}
