/* What the tests of providers stand on: the test plugin, opened either way, and calls with a deadline. */
#ifndef TESTS_STAND_H
#define TESTS_STAND_H

#include <base/arena.h>
#include <base/clock.h>
#include <base/error.h>
#include <provider/provider.h>

typedef struct stand {
  provider *provider;
  arena *arena;
  provider_call call;
  mcrm_chat_reply chat;
  mcrm_error error;
  char log[8192]; /* the lines, one after another */
} stand;

/* settings: "name=value" texts; isolated: in marfacrm-provider. The error is in `error`. */
int stand_open(stand *s, bool isolated, const char *const *settings);
int stand_open_plugin(stand *s, bool isolated, const char *plugin, const char *const *settings);
void stand_close(stand *s);
/* One call, `ms` from now the latest. */
mcrm_outcome stand_chat(stand *s, const char *text, int64_t ms, bool stream);
mcrm_outcome stand_chat_own(const stand *s, provider_call *call, const char *text, int64_t ms, mcrm_chat_reply *reply);

#define SETTINGS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* From now on this process is alone in a network whose name service hears all and never answers. False where the kernel
 * does not let us, or not us. For a process of one thread that is soon over. */
bool stand_silent_names(void);

/* tests/provider/faults.py: starts it, and gives its port; stop ends that very process. */
typedef struct faults {
  int process, out;
  char url[64];
  unsigned port;
  char word[200]; /* of tls: the certificate's file */
} faults;
void faults_start(faults *f, const char *kind);
void faults_stop(faults *f);

#endif
