/* The two tables printed in other people's languages: for documentation, for HTTP clients, for bindings. What is
 * printed is what the library does, because both come from the same rows. */
#ifndef API_REFERENCE_H
#define API_REFERENCE_H

#include <base/buffer.h>

enum { REFERENCE_LIMIT = 8 << 20 };

/* OpenAPI 3.1, JSON. */
void reference_openapi(buffer *out);
/* The same for a mount of another name: base is a path of plain characters. */
void reference_openapi_at(buffer *out, const char *base);
/* One module with a type for each entity and a map of the operations. */
void reference_typescript(buffer *out);
/* The same for Python ≥ 3.11 (TypedDict). */
void reference_python(buffer *out);
/* include/marfacrm/operations.h and lib/api/typed.c. */
void reference_c_header(buffer *out);
void reference_c_source(buffer *out);
/* docs/operations.md. */
void reference_markdown(buffer *out);

#endif
