#include "object.h"

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef ElfW(Ehdr) head;
typedef ElfW(Phdr) segment;
typedef ElfW(Shdr) section;

#if defined(__x86_64__)
enum { MACHINE = EM_X86_64 };
#elif defined(__aarch64__)
enum { MACHINE = EM_AARCH64 };
#else
enum { MACHINE = EM_NONE }; /* any */
#endif

static bool inside(uint64_t offset, uint64_t size, size_t length) {
  return offset <= length && size <= length - offset;
}

static const char *wrong_segments(const unsigned char *bytes, size_t length, const head *h) {
  bool loads = false, dynamic = false;
  uint64_t end = 0;
  for (size_t i = 0; i < h->e_phnum; i++) {
    segment s;
    memcpy(&s, bytes + h->e_phoff + i * sizeof s, sizeof s);
    if (s.p_type == PT_INTERP) return "is a program";
    if (s.p_type != PT_LOAD && s.p_type != PT_DYNAMIC) continue;
    if (!inside(s.p_offset, s.p_filesz, length)) return "is cut off";
    if (s.p_filesz > s.p_memsz || s.p_memsz > (uint64_t)1 << 30 || s.p_vaddr > (uint64_t)1 << 32)
      return "has a segment of a wrong size";
    dynamic |= s.p_type == PT_DYNAMIC;
    if (s.p_type != PT_LOAD) continue;
    /* The loader takes them in order and maps whole pages. */
    if (s.p_vaddr < end || (s.p_vaddr - s.p_offset) % 4096) return "has segments that do not fit";
    end = s.p_vaddr + s.p_memsz;
    loads = true;
  }
  return loads && dynamic ? NULL : "is not a shared object";
}

const char *object_wrong(const unsigned char *bytes, size_t length) {
  head h;
  if (length < sizeof h) return "is too short";
  memcpy(&h, bytes, sizeof h);
  if (memcmp(h.e_ident, ELFMAG, SELFMAG)) return "is not a shared object";
  if (h.e_ident[EI_CLASS] != (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32) || h.e_ident[EI_DATA] != ELFDATA2LSB ||
      (MACHINE != EM_NONE && h.e_machine != MACHINE))
    return "is made for another machine";
  if (h.e_type != ET_DYN) return "is not a shared object";
  if (h.e_phentsize != sizeof(segment) || !h.e_phnum ||
      !inside(h.e_phoff, (uint64_t)h.e_phnum * sizeof(segment), length))
    return "is cut off";
  /* The table of sections is at the end: a file that was cut off anywhere has lost of it. */
  if (h.e_shnum &&
      (h.e_shentsize != sizeof(section) || !inside(h.e_shoff, (uint64_t)h.e_shnum * sizeof(section), length)))
    return "is cut off";
  return wrong_segments(bytes, length, &h);
}
