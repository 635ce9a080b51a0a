/* Finds links in folded text: URLs, bare domains, e-mail addresses, @handles, IPv4 addresses. */
#ifndef TEXT_LINK_H
#define TEXT_LINK_H

#include <stdbool.h>
#include <stddef.h>

typedef struct link_reader {
  const char *in;
  size_t length;
  /* Ends of the runs of characters that may stand in a URL, before an @, and in a host name, as far as they have
   * been looked at: each run is walked once however many words it has. */
  size_t local_end, host_end;
} link_reader;

/* Where the link that begins at `at` ends, or 0. Calls must come with growing `at`. */
size_t link_end(link_reader *r, size_t at);

/* Is the link (folded) of this kind? */
bool link_is_email(const char *link, size_t length);
bool link_is_handle(const char *link, size_t length);
bool link_is_ip(const char *link, size_t length);

#endif
