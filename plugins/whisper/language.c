/* The names that Whisper has for languages, and their codes. */
#include <string.h>

#include "whisper.h"

static const char *const names[][2] = {{"persian", "fa"},    {"farsi", "fa"},         {"english", "en"},
                                       {"arabic", "ar"},     {"turkish", "tr"},       {"azerbaijani", "az"},
                                       {"kurdish", "ku"},    {"pashto", "ps"},        {"urdu", "ur"},
                                       {"tajik", "tg"},      {"turkmen", "tk"},       {"armenian", "hy"},
                                       {"german", "de"},     {"french", "fr"},        {"spanish", "es"},
                                       {"russian", "ru"},    {"chinese", "zh"},       {"mandarin", "zh"},
                                       {"cantonese", "yue"}, {"korean", "ko"},        {"japanese", "ja"},
                                       {"portuguese", "pt"}, {"polish", "pl"},        {"catalan", "ca"},
                                       {"dutch", "nl"},      {"swedish", "sv"},       {"italian", "it"},
                                       {"indonesian", "id"}, {"hindi", "hi"},         {"finnish", "fi"},
                                       {"vietnamese", "vi"}, {"hebrew", "he"},        {"ukrainian", "uk"},
                                       {"greek", "el"},      {"malay", "ms"},         {"czech", "cs"},
                                       {"romanian", "ro"},   {"danish", "da"},        {"hungarian", "hu"},
                                       {"tamil", "ta"},      {"norwegian", "no"},     {"thai", "th"},
                                       {"croatian", "hr"},   {"bulgarian", "bg"},     {"lithuanian", "lt"},
                                       {"latin", "la"},      {"maori", "mi"},         {"malayalam", "ml"},
                                       {"welsh", "cy"},      {"slovak", "sk"},        {"telugu", "te"},
                                       {"latvian", "lv"},    {"bengali", "bn"},       {"serbian", "sr"},
                                       {"slovenian", "sl"},  {"kannada", "kn"},       {"estonian", "et"},
                                       {"macedonian", "mk"}, {"breton", "br"},        {"basque", "eu"},
                                       {"icelandic", "is"},  {"nepali", "ne"},        {"mongolian", "mn"},
                                       {"bosnian", "bs"},    {"kazakh", "kk"},        {"albanian", "sq"},
                                       {"swahili", "sw"},    {"galician", "gl"},      {"marathi", "mr"},
                                       {"punjabi", "pa"},    {"sinhala", "si"},       {"khmer", "km"},
                                       {"shona", "sn"},      {"yoruba", "yo"},        {"somali", "so"},
                                       {"afrikaans", "af"},  {"occitan", "oc"},       {"georgian", "ka"},
                                       {"belarusian", "be"}, {"sindhi", "sd"},        {"gujarati", "gu"},
                                       {"amharic", "am"},    {"yiddish", "yi"},       {"lao", "lo"},
                                       {"uzbek", "uz"},      {"faroese", "fo"},       {"maltese", "mt"},
                                       {"sanskrit", "sa"},   {"luxembourgish", "lb"}, {"myanmar", "my"},
                                       {"tibetan", "bo"},    {"tagalog", "tl"},       {"malagasy", "mg"},
                                       {"assamese", "as"},   {"tatar", "tt"},         {"hawaiian", "haw"},
                                       {"lingala", "ln"},    {"hausa", "ha"},         {"bashkir", "ba"},
                                       {"javanese", "jw"},   {"sundanese", "su"},     {"haitian creole", "ht"},
                                       {"nynorsk", "nn"},    {"fas", "fa"},           {"per", "fa"},
                                       {"eng", "en"}};

const char *language_code(const char *name) {
  char small[24];
  size_t length = 0;
  for (; name[length] && name[length] != '-' && name[length] != '_' && length + 1 < sizeof small; length++)
    small[length] = (char)(name[length] >= 'A' && name[length] <= 'Z' ? name[length] + 32 : name[length]);
  small[length] = 0;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (!strcmp(small, names[i][0]) || !strcmp(small, names[i][1])) return names[i][1];
  }
  return NULL;
}
