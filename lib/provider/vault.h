/* Where an instance's settings live, secrets among them: memory that is kept out of swap and core dumps and wiped at
 * the end, and that knows which texts must never be seen in a line. */
#ifndef PROVIDER_VAULT_H
#define PROVIDER_VAULT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct vault vault;

vault *vault_new(void);
void vault_free(vault *v);
/* Zeroed and aligned for any type; NULL where there is no memory. */
void *vault_alloc(vault *v, size_t bytes);
char *vault_copy(vault *v, const char *bytes, size_t length);
/* From now on this text of the vault's is blotted out of lines. */
bool vault_secret(vault *v, const char *text);
/* Each secret in the line becomes "***"; also the beginning of one that the line's end cut off. */
void vault_blot(const vault *v, char *line);

#endif
