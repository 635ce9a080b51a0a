/* Compiles the word lists of lib/text/data into C tables: lexicon <out.c> <list.txt>…
 *
 * A list is sections: a header "[kind …]" and entries separated by commas (Latin or Persian) or line ends.
 *   [sentiment <weight> <emotion>… <endings>]   weight −4 … 4; without an emotion no Persian verb negates it
 *   [grammar <word> <endings>]   [action <role> <endings>]
 *   [verb latin]   the same in Latin letters, and the past stem that they stand for: "d|de/dad=داد"
 *   [verb]   Persian verbs, present stems (joined by |; "!": a command by itself) and past stem: "ده|د/داد"
 *   [urgency <level 0…3> <reason> <endings>]   [topic <name> <endings>]   [outcome <weight> <name> <endings>]
 * endings: exact (the default), noun, verb, english, any; "conjugate" for simple Persian verbs written present/past.
 * An entry may hold alternatives: "dar(am|i|e)", and "_" for a space or nothing; "=" before it makes it exact, "+"
 * after it keeps the endings of a Persian word of one or two letters, which otherwise has none. "#" begins a comment
 * line. */
#include <base/utf8.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lexicon.h"

enum { ENTRY_MAX = 1024, NAMES_MAX = 120, PHRASES = 200000 };

typedef struct names {
  char *items[NAMES_MAX];
  size_t count;
} names;

typedef struct section {
  lexicon_entry entry;
  text_endings endings;
  bool conjugate, latin;
} section;

typedef struct generator {
  arena *memory;
  text_phrase *phrases;
  lexicon_entry *entries;
  size_t count;
  names topics, outcomes, reasons, infinitives;
  section now;
  const char *file;
  unsigned line;
} generator;

#define X(name, text) text,
static const char *const kinds[] = {LEXICON_KINDS(X) NULL};
static const char *const grammar[] = {LEXICON_GRAMMAR_WORDS(X) NULL};
static const char *const roles[] = {LEXICON_ACTION_ROLES(X) NULL};
#undef X
#define X(text) text,
static const char *const emotions[] = {LEXICON_EMOTIONS(X) NULL};
#undef X
static const char *const endings[] = {"exact", "noun", "verb", "english", "any", NULL};

static void fail(const generator *g, const char *what, const char *where) {
  fprintf(stderr, "%s:%u: %s: %s\n", g->file, g->line, what, where);
  exit(1);
}

static int find(const char *const *list, const char *word) {
  for (int i = 0; list[i]; i++) {
    if (!strcmp(list[i], word)) return i;
  }
  return -1;
}

static uint8_t name_number(generator *g, names *n, const char *word) {
  for (size_t i = 0; i < n->count; i++) {
    if (!strcmp(n->items[i], word)) return (uint8_t)i;
  }
  if (n->count == NAMES_MAX) fail(g, "too many names", word);
  n->items[n->count] = arena_text(g->memory, word);
  return (uint8_t)n->count++;
}

/* "-2.5" in tenths. */
static bool read_weight(const char *word, int8_t *tenths) {
  int sign = 1, value = 0;
  if (*word == '-') sign = -1;
  if (*word == '-' || *word == '+') word++;
  if (*word < '0' || *word > '9') return false;
  while (*word >= '0' && *word <= '9') value = value * 10 + (*word++ - '0');
  value *= 10;
  if (*word == '.' && word[1] >= '0' && word[1] <= '9') {
    value += word[1] - '0';
    word += 2;
  }
  if (*word || value > 90) return false;
  *tenths = (int8_t)(sign * value);
  return true;
}

static void named_value(generator *g, section *s, const char *word) {
  switch ((lexicon_kind)s->entry.kind) {
    case LEXICON_TOPIC:
      s->entry.value = name_number(g, &g->topics, word);
      return;
    case LEXICON_OUTCOME:
      s->entry.value = name_number(g, &g->outcomes, word);
      return;
    case LEXICON_URGENCY:
      s->entry.value = name_number(g, &g->reasons, word);
      return;
    default:
      break;
  }
  const char *const *list = s->entry.kind == LEXICON_GRAMMAR ? grammar : roles;
  int value = find(list, word);
  if (s->entry.kind == LEXICON_SENTIMENT || value < 0) fail(g, "unknown word in the header", word);
  s->entry.value = (uint8_t)value;
}

static void read_header(generator *g, char *line) {
  section s = {0};
  char *save = NULL, *word = strtok_r(line + 1, " ]", &save);
  int kind = word ? find(kinds, word) : -1;
  if (kind < 0) fail(g, "unknown kind", word ? word : "");
  s.entry.kind = (uint8_t)kind;
  while ((word = strtok_r(NULL, " ]", &save))) {
    int i;
    if (read_weight(word, &s.entry.weight)) continue;
    if ((i = find(endings, word)) >= 0) {
      s.endings = (text_endings)i;
    } else if (!strcmp(word, "conjugate")) {
      s.conjugate = true;
    } else if (kind == LEXICON_VERB && !strcmp(word, "latin")) {
      s.latin = true;
    } else if (kind == LEXICON_SENTIMENT && (i = find(emotions, word)) >= 0) {
      s.entry.emotions |= (uint8_t)(1U << i);
    } else {
      named_value(g, &s, word);
    }
  }
  g->now = s;
}

static void add(generator *g, const char *text, const section *s, text_endings e) {
  if (g->count == PHRASES) fail(g, "too many phrases", text);
  g->phrases[g->count] = (text_phrase){.text = arena_text(g->memory, text), .id = (uint32_t)g->count, .endings = e};
  g->entries[g->count++] = s->entry;
}

static void add_joined(generator *g, const char *head, const char *prefix, const char *stem, const section *s) {
  char text[ENTRY_MAX];
  snprintf(text, sizeof text, "%s%s%s", head, prefix, stem);
  add(g, text, s, TEXT_ENDINGS_VERB);
}

/* "لذت بر/برد": present and past stem, with the prefixes of a Persian verb, affirmed and negated. */
static void conjugate(generator *g, char *entry) {
  char *slash = strchr(entry, '/'), *space = strrchr(entry, ' ');
  if (!slash) fail(g, "present/past expected", entry);
  *slash = 0;
  char head[ENTRY_MAX] = "";
  const char *present = space ? space + 1 : entry, *past = slash + 1;
  if (space) snprintf(head, sizeof head, "%.*s", (int)(space + 1 - entry), entry);
  section no = g->now;
  no.entry.weight = (int8_t)(no.entry.weight * -8 / 10);
  no.entry.emotions = 0;
  add_joined(g, head, "می", present, &g->now);
  add_joined(g, head, "ب", present, &g->now);
  add_joined(g, head, "", past, &g->now);
  add_joined(g, head, "می", past, &g->now);
  add_joined(g, head, "نمی", present, &no);
  add_joined(g, head, "ن", present, &no);
  add_joined(g, head, "ن", past, &no);
  add_joined(g, head, "نمی", past, &no);
}

static void add_form(generator *g, uint8_t verb, unsigned person, lexicon_mood mood, const char *prefix,
                     const char *stem, const char *ending) {
  char text[ENTRY_MAX];
  snprintf(text, sizeof text, "%s%s%s", prefix, stem, ending);
  section s = {.entry = {.kind = LEXICON_VERB, .value = verb, .emotions = (uint8_t)(person | (unsigned)mood << 4)}};
  bool bare = mood == VERB_SUBJUNCTIVE && !*prefix; /* "آیند" is no beginning of "آینده" */
  add(g, text, &s, bare || strlen(text) <= 4 ? TEXT_EXACT : TEXT_ENDINGS_VERB);
}

/* "ده|د/داد": every person of the present, the subjunctive (and imperative), the past and the future. */
static void verb_forms(generator *g, char *entry) {
  static const char *const present[6][3] = {{"م", 0, 0},  {"ی", 0, 0},     {"ه", "د", 0},
                                            {"یم", 0, 0}, {"ید", "ین", 0}, {"ن", "ند", 0}};
  static const char *const past[6] = {"م", "ی", "", "یم", "ید", "ند"};
  static const char *const future[6] = {"خواهم ", "خواهی ", "خواهد ", "خواهیم ", "خواهید ", "خواهند "};
  char *slash = strchr(entry, '/'), infinitive[ENTRY_MAX], *save = NULL;
  if (!slash) fail(g, "present/past expected", entry);
  *slash = 0;
  snprintf(infinitive, sizeof infinitive, "%sن", slash + 1);
  uint8_t verb = name_number(g, &g->infinitives, infinitive);
  /* the past first: "پرسید" is oftener said of somebody than to him */
  for (unsigned p = 0; p < 6; p++) {
    add_form(g, verb, p, VERB_PAST, "", slash + 1, past[p]);
    add_form(g, verb, p, VERB_FUTURE, future[p], slash + 1, "");
  }
  add_form(g, verb, 5, VERB_PAST, "", slash + 1, "ن");
  add_form(g, verb, 4, VERB_PAST, "", slash + 1, "ین");
  for (char *stem = strtok_r(entry, "|", &save); stem; stem = strtok_r(NULL, "|", &save)) {
    size_t length = strlen(stem);
    bool commands = length && stem[length - 1] == '!';
    if (commands) stem[length - 1] = 0;
    bool one_letter = utf8_count(stem, strlen(stem)) == 1; /* "رم", "دن" alone are other words */
    for (unsigned p = 0; p < 6; p++) {
      for (unsigned e = 0; e < 3 && present[p][e]; e++) {
        add_form(g, verb, p, VERB_PRESENT, "می", stem, present[p][e]);
        add_form(g, verb, p, VERB_SUBJUNCTIVE, "ب", stem, present[p][e]);
        if (!one_letter) add_form(g, verb, p, VERB_SUBJUNCTIVE, "", stem, present[p][e]);
      }
    }
    if (!one_letter) add_form(g, verb, 1, VERB_SUBJUNCTIVE, "ب", stem, "");
    if (commands) add_form(g, verb, 1, VERB_SUBJUNCTIVE, "", stem, "");
  }
}

/* Words of English that look like a form of a Persian verb. */
static bool is_english(const char *form) {
  static const char *const words[] = {"begin", "began", "bore", "mire", "midi", "bear",
                                      "bead",  "raft",  "bast", "bord", "did",  "dad"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (!strcmp(form, words[i])) return true;
  }
  return false;
}

static void add_latin(generator *g, const section *s, const char *prefix, const char *stem, const char *ending,
                      const char *pronoun) {
  char text[ENTRY_MAX];
  snprintf(text, sizeof text, "%s%s%s%s", prefix, stem, ending, pronoun);
  if (strlen(text) > 2 && !is_english(text)) add(g, text, s, TEXT_EXACT);
}

/* Every person of one Latin stem with one ending each; "it", "you" may be joined to what the speaker does. */
static void latin_persons(generator *g, section s, lexicon_mood mood, const char *prefix, const char *stem) {
  static const char *const plain[6][3] = {{"am", 0, 0}, {"i", 0, 0},     {"e", "ad", 0},
                                          {"im", 0, 0}, {"id", "in", 0}, {"an", "and", 0}};
  static const char *const vowel[6][3] = {{"m", 0, 0},      {"i", "y", 0},      {"d", 0, 0},
                                          {"im", "yim", 0}, {"id", "in", "yn"}, {"n", "nd", 0}};
  static const char *const pronouns[] = {"", "et", "esh", "etoon", "eshoon"};
  const char *const(*persons)[3] = stem[strlen(stem) - 1] == 'a' ? vowel : plain;
  for (unsigned p = 0; p < 6; p++) {
    if (s.entry.kind == LEXICON_VERB) s.entry.emotions = (uint8_t)(p | (unsigned)mood << 4);
    for (unsigned e = 0; e < 3 && persons[p][e]; e++) {
      if (mood == VERB_PAST && p == 2) continue; /* its stem alone */
      for (size_t k = 0; k < (p % 3 == 0 ? sizeof pronouns / sizeof *pronouns : 1); k++)
        add_latin(g, &s, prefix, stem, persons[p][e], pronouns[k]);
    }
  }
}

static void latin_present(generator *g, const section *yes, const section *no, char *stem) {
  static const char *const prefixes[] = {"be", "bo", "bi"};
  size_t length = strlen(stem);
  bool commands = stem[length - 1] == '!';
  if (commands) stem[length - 1] = 0;
  section command = *yes;
  command.entry.emotions = (uint8_t)(1U | (unsigned)VERB_SUBJUNCTIVE << 4);
  latin_persons(g, *yes, VERB_PRESENT, "mi", stem);
  latin_persons(g, *no, VERB_PRESENT, "nemi", stem);
  latin_persons(g, *no, VERB_PRESENT, "na", stem);
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
    if (strlen(stem) > 1) {
      add_latin(g, &command, prefixes[i], stem, "", "");
      add_latin(g, &command, prefixes[i], stem, "esh", "");
    }
    latin_persons(g, *yes, VERB_SUBJUNCTIVE, prefixes[i], stem);
  }
  if (!commands) return;
  add_latin(g, &command, "", stem, "", "");
  latin_persons(g, *yes, VERB_SUBJUNCTIVE, "", stem);
}

/* "kon!/kard=کرد" */
static void latin_forms(generator *g, char *entry) {
  char *equal = strchr(entry, '='), *slash = strchr(entry, '/'), infinitive[ENTRY_MAX], *save = NULL;
  if (!equal || !slash) fail(g, "present/past=Persian past expected", entry);
  *equal = *slash = 0;
  snprintf(infinitive, sizeof infinitive, "%sن", equal + 1);
  section yes = {.entry = {.kind = LEXICON_VERB, .value = name_number(g, &g->infinitives, infinitive)}};
  bool modal = !strcmp(infinitive, "توانستن");
  section no = {.entry = {.kind = LEXICON_GRAMMAR, .value = modal ? GRAMMAR_NEGATED_MODAL : GRAMMAR_NEGATED_VERB}};
  for (char *past = strtok_r(slash + 1, "|", &save); past; past = strtok_r(NULL, "|", &save)) {
    yes.entry.emotions = (uint8_t)(2U | (unsigned)VERB_PAST << 4);
    add_latin(g, &yes, "", past, "", "");
    add_latin(g, &no, "na", past, "", "");
    latin_persons(g, yes, VERB_PAST, "", past);
    latin_persons(g, no, VERB_PAST, "na", past);
  }
  for (char *stem = strtok_r(entry, "|", &save); stem; stem = strtok_r(NULL, "|", &save))
    latin_present(g, &yes, &no, stem);
}

static bool short_persian(const char *entry) {
  return (unsigned char)entry[0] >= 0xD8 && (unsigned char)entry[0] <= 0xDB && utf8_count(entry, strlen(entry)) <= 2;
}

static void finish(generator *g, char *entry) {
  text_endings e = g->now.endings;
  size_t length = strlen(entry);
  if (!length) return;
  if (g->now.conjugate) {
    conjugate(g, entry);
    return;
  }
  if (g->now.entry.kind == LEXICON_VERB) {
    if (g->now.latin) {
      latin_forms(g, entry);
    } else {
      verb_forms(g, entry);
    }
    return;
  }
  if (entry[0] == '=') {
    e = TEXT_EXACT;
    entry++;
  } else if (entry[length - 1] == '+') {
    entry[length - 1] = 0;
  } else if (e != TEXT_ENDINGS_ANY && short_persian(entry)) {
    e = TEXT_EXACT;
  }
  add(g, entry, &g->now, e);
}

static void expand(generator *g, const char *entry, unsigned depth);

/* "بی_کیفیت": with a space and joined. */
static void expand_joint(generator *g, const char *entry, const char *joint, unsigned depth) {
  char text[ENTRY_MAX];
  static const char *const forms[] = {" ", ""};
  for (size_t i = 0; i < 2; i++) {
    snprintf(text, sizeof text, "%.*s%s%s", (int)(joint - entry), entry, forms[i], joint + 1);
    expand(g, text, depth + 1);
  }
}

/* Writes out the first group of alternatives and goes on with each result. */
static void expand(generator *g, const char *entry, unsigned depth) {
  const char *open = strchr(entry, '('), *close = open ? strchr(open, ')') : NULL, *joint = strchr(entry, '_');
  char text[ENTRY_MAX];
  if (strlen(entry) >= ENTRY_MAX || depth > 8 || (open && !close)) fail(g, "bad entry", entry);
  if (joint && (!open || joint < open)) {
    expand_joint(g, entry, joint, depth);
    return;
  }
  if (!open) {
    snprintf(text, sizeof text, "%s", entry);
    finish(g, text);
    return;
  }
  for (const char *at = open + 1; at <= close;) {
    const char *end = at;
    while (end < close && *end != '|') end++;
    snprintf(text, sizeof text, "%.*s%.*s%s", (int)(open - entry), entry, (int)(end - at), at, close + 1);
    expand(g, text, depth + 1);
    at = end + 1;
  }
}

static char *trim(char *text) {
  while (*text == ' ' || *text == '\t') text++;
  size_t n = strlen(text);
  while (n && (text[n - 1] == ' ' || text[n - 1] == '\t' || text[n - 1] == '\r' || text[n - 1] == '\n')) text[--n] = 0;
  return text;
}

static void read_entries(generator *g, char *line) {
  while (line) {
    char *latin = strchr(line, ','), *persian = strstr(line, "\xD8\x8C");
    char *comma = !latin || (persian && persian < latin) ? persian : latin;
    char *next = comma ? comma + (comma == persian ? 2 : 1) : NULL;
    if (comma) *comma = 0;
    char *entry = trim(line);
    if (*entry) expand(g, entry, 0);
    line = next;
  }
}

static void read_list(generator *g, const char *path) {
  char line[1 << 15];
  FILE *f = fopen(path, "r");
  g->file = path;
  g->line = 0;
  g->now = (section){0};
  if (!f) fail(g, "cannot open", path);
  while (fgets(line, sizeof line, f)) {
    g->line++;
    char *text = trim(line);
    if (!*text || *text == '#') continue;
    if (*text == '[') {
      read_header(g, text);
    } else {
      read_entries(g, text);
    }
  }
  fclose(f);
}

static void print_names(FILE *f, const char *what, const names *n) {
  fprintf(f, "const char *const lexicon_%ss[] = {\n", what);
  for (size_t i = 0; i < n->count; i++) fprintf(f, "\"%s\",\n", n->items[i]);
  fprintf(f, "0};\nconst uint32_t lexicon_%s_count = %zu;\n", what, n->count);
}

static void print_set(FILE *f, const char *name, const uint64_t *set, size_t count) {
  fprintf(f, ".%s = {", name);
  for (size_t i = 0; i < count; i++) fprintf(f, "UINT64_C(%llu),\n", (unsigned long long)set[i]);
  fprintf(f, "},\n");
}

#define COUNT(set) (sizeof(set) / sizeof *(set))

static void print_filter(FILE *f, const cue_filter *filter) {
  fprintf(f, "static const cue_filter filter = {\n");
  print_set(f, "words", filter->words, COUNT(filter->words));
  print_set(f, "prefixes", filter->prefixes, COUNT(filter->prefixes));
  print_set(f, "open", filter->open, COUNT(filter->open));
  print_set(f, "pairs", filter->pairs, COUNT(filter->pairs));
  fprintf(f, ".has_open = %d};\n", filter->has_open);
}

static void print_tables(FILE *f, const generator *g, const text_cues *c) {
  fprintf(f, "/* Generated from the word lists of lib/text/data. */\n#include \"lexicon.h\"\n");
  fprintf(f, "static const cue_node nodes[] = {\n");
  for (uint32_t i = 0; i < c->node_count; i++)
    fprintf(f, "{%u,%u,%u,%u},\n", c->nodes[i].base, c->nodes[i].check, c->nodes[i].fail, c->nodes[i].out);
  fprintf(f, "};\nstatic const cue_output outputs[] = {\n");
  for (uint32_t i = 0; i < c->output_count; i++) fprintf(f, "{%u,%u},\n", c->outputs[i].phrase, c->outputs[i].next);
  fprintf(f, "};\nstatic const cue_shape shapes[] = {\n");
  for (uint32_t i = 0; i < c->phrase_count; i++)
    fprintf(f, "{%u,%u},\n", (unsigned)c->shapes[i].words, (unsigned)c->shapes[i].endings);
  fprintf(f, "};\nstatic const uint8_t symbols[] = {\n");
  for (uint32_t i = 0; i < CUE_NARROW; i++) fprintf(f, "%u,", (unsigned)c->symbols[i]);
  fprintf(f, "};\nstatic const cue_wide wide[] = {\n");
  for (uint32_t i = 0; i < c->wide_count; i++) fprintf(f, "{%u,%u},\n", c->wide[i].point, c->wide[i].symbol);
  fprintf(f, "{0,0}};\n");
  print_filter(f, c->filter);
  fprintf(f, "const lexicon_entry lexicon_entries[] = {\n");
  for (size_t i = 0; i < g->count; i++) {
    const lexicon_entry *e = &g->entries[i];
    fprintf(f, "{%u,%u,%d,%u},\n", (unsigned)e->kind, (unsigned)e->value, (int)e->weight, (unsigned)e->emotions);
  }
  fprintf(f,
          "};\nconst struct text_cues lexicon_cues = {.nodes = nodes, .outputs = outputs, .shapes = shapes, .symbols = "
          "symbols, .wide = wide, .filter = &filter, .node_count = %u, .output_count = %u, .phrase_count = %u, "
          ".wide_count = %u, .start = "
          "%u};\n",
          c->node_count, c->output_count, c->phrase_count, c->wide_count, c->start);
}

int main(int argc, char **argv) {
  generator g = {.memory = arena_new((size_t)1 << 30), .file = "lexicon"};
  if (argc < 3 || !g.memory) fail(&g, "usage", "lexicon <out.c> <list.txt>…");
  g.phrases = arena_array(g.memory, PHRASES, sizeof *g.phrases);
  g.entries = arena_array(g.memory, PHRASES, sizeof *g.entries);
  if (!g.phrases || !g.entries) fail(&g, "no memory", "");
  for (int i = 2; i < argc; i++) read_list(&g, argv[i]);
  const text_cues *cues;
  size_t bad;
  if (text_cues_make(g.memory, g.phrases, g.count, &cues, &bad)) fail(&g, "not a phrase", g.phrases[bad].text);
  FILE *f = fopen(argv[1], "w");
  if (!f) fail(&g, "cannot write", argv[1]);
  print_tables(f, &g, cues);
  print_names(f, "topic", &g.topics);
  print_names(f, "outcome", &g.outcomes);
  print_names(f, "reason", &g.reasons);
  print_names(f, "infinitive", &g.infinitives);
  bool failed = ferror(f) != 0;
  if (fclose(f) || failed) fail(&g, "cannot write", argv[1]);
  arena_free(g.memory);
  return 0;
}
