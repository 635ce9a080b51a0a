/* The transport for plugins in this process: a module of its own, so that the library links no HTTP and no TLS. */
#ifndef PROVIDER_MODULE_H
#define PROVIDER_MODULE_H

#include <marfacrm/types.h>
#include <provider/transport.h>

/* Loaded for good. MCRM_NOT_FOUND where it is not installed. */
int module_transport(const transport_table **out, mcrm_error *error);

#endif
