/* What the parts of the plugin share. */
#ifndef GOOGLE_GOOGLE_H
#define GOOGLE_GOOGLE_H

#include <pthread.h>

#include "../common/complaint.h"
#include "../common/draft.h"
#include "../common/endpoint.h"

struct evp_pkey_st;

enum { TOKEN_BYTES = 8192 };

typedef struct google {
  const mcrm_plugin_host *host;
  endpoint at;
  const char *credentials, *auth, *project, *location, *model, *token_uri;
  mcrm_plugin_texts languages, phrases;
  double boost, silence;
  int64_t punctuation, word_times;
  /* of the service account */
  const char *email, *key_id;
  struct evp_pkey_st *key;
  /* one token for all calls; guarded */
  pthread_mutex_t guard;
  pthread_cond_t fetched;
  bool guarded, fetching;
  int64_t expires;
  char token[TOKEN_BYTES];
} google;

/* Reads the service account's file; OK, or BAD_REQUEST with code "credentials". */
mcrm_outcome account_read(const work *w, google *g, mcrm_failure *failure);
void account_forget(google *g);
/* A copy of a token that is good for a while. */
mcrm_outcome token_get(const work *w, google *g, const char **token, mcrm_failure *failure);
/* It was refused: the next call makes another. */
void token_forget(google *g, const char *token);
/* A refusal whose reason is that this machine's clock is wrong is named so. */
mcrm_outcome token_judge(const work *w, const mcrm_http_reply *http, mcrm_outcome outcome, mcrm_failure *failure);

/* What was heard so far. */
typedef struct heard {
  const work *w;
  draft text;
  struct heard_segment *first, *last;
  size_t count, known;
  double confidence;
  const char *language, *request_id;
} heard;

/* Sends one piece that lies `offset_ms` from the beginning and adds what comes. `body` is reused. */
mcrm_outcome recognize(google *g, heard *h, const mcrm_speech_request *q, draft *body, const void *audio, size_t length,
                       int64_t offset_ms, mcrm_failure *failure);
mcrm_outcome heard_end(const heard *h, mcrm_speech_reply *reply, mcrm_failure *failure);

/* Cuts what is too long for one call at its silences. */
mcrm_outcome pieces_run(google *g, heard *h, const mcrm_speech_request *q, mcrm_failure *failure);

#endif
