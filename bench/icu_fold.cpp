#include "icu_fold.h"

#include <unicode/bytestream.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <cstdlib>
#include <string>
#include <vector>

/* The buffers are kept from call to call, as our arena is. */

size_t icu_fold(const char *text, size_t length) {
  static UErrorCode code = U_ZERO_ERROR;
  static const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&code);
  static std::vector<UChar> wide, folded;
  static std::vector<char> out;
  if (wide.size() < length + 1) {
    wide.resize(length + 1);
    folded.resize(length * 4 + 64);
    out.resize(length * 12 + 64);
  }
  int32_t units = 0, bytes = 0;
  u_strFromUTF8(wide.data(), static_cast<int32_t>(wide.size()), &units, text, static_cast<int32_t>(length), &code);
  units = unorm2_normalize(fold, wide.data(), units, folded.data(), static_cast<int32_t>(folded.size()), &code);
  u_strToUTF8(out.data(), static_cast<int32_t>(out.size()), &bytes, folded.data(), units, &code);
  if (U_FAILURE(code)) std::abort();
  return static_cast<size_t>(bytes);
}

size_t icu_fold_edits(const char *text, size_t length) {
  static UErrorCode code = U_ZERO_ERROR;
  static const icu::Normalizer2 *fold = icu::Normalizer2::getNFKCCasefoldInstance(code);
  static std::string out;
  static icu::Edits edits;
  out.clear();
  edits.reset();
  icu::StringByteSink<std::string> sink(&out);
  fold->normalizeUTF8(0, icu::StringPiece(text, static_cast<int32_t>(length)), sink, &edits, code);
  if (U_FAILURE(code)) std::abort();
  return out.size();
}
