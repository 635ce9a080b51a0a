/* marfacrm.cgi: the CRM as a CGI program (RFC 3875). One process a request: it opens the database, answers and ends.
 * Jobs are for `marfacrm worker --once` from cron; events are read by polling event.list.
 *
 * Environment, set by the web server's configuration: MARFACRM_CONFIG (marfacrm.yaml), MARFACRM_DATABASE,
 * MARFACRM_PUBLIC_URL, MARFACRM_UI, and MARFACRM_NOT_FOUND: a file with the server's own 404 page, which is sent for
 * what is not the CRM's (see lighttpd.conf and nginx.conf beside this). */
#include <ctype.h>
#include <fcntl.h>
#include <marfacrm/gateway.h>
#include <marfacrm/marfacrm.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADERS_MOST = 100, NAMES_SIZE = 8192, BLOCK = 64 * 1024 };

extern char **environ;

typedef struct request {
  mcrm_header headers[HEADERS_MOST];
  size_t count;
  char names[NAMES_SIZE];
  size_t used;
} request;

/* HTTP_ACCEPT_LANGUAGE=fa → accept-language: fa */
static void add_header(request *r, const char *variable, const char *prefix, const char *value) {
  size_t skip = strlen(prefix), length = strcspn(variable, "=") - skip;
  if (r->count == HEADERS_MOST || r->used + length + 1 > NAMES_SIZE) return;
  char *name = r->names + r->used;
  for (size_t i = 0; i < length; i++) {
    char c = variable[skip + i];
    name[i] = c == '_' ? '-' : (char)tolower((unsigned char)c);
  }
  name[length] = 0;
  r->used += length + 1;
  r->headers[r->count++] = (mcrm_header){name, value};
}

static void read_headers(request *r) {
  for (char **e = environ; *e; e++) {
    const char *value = strchr(*e, '=');
    if (!value) continue;
    bool twice = !strncmp(*e, "HTTP_CONTENT_TYPE=", 18) || !strncmp(*e, "HTTP_CONTENT_LENGTH=", 20); /* lighttpd */
    if (!strncmp(*e, "HTTP_", 5) && !twice) add_header(r, *e, "HTTP_", value + 1);
    if (!strncmp(*e, "CONTENT_TYPE=", 13) || !strncmp(*e, "CONTENT_LENGTH=", 15))
      if (value[1]) add_header(r, *e, "", value + 1);
  }
}

static const char *variable(const char *name, const char *otherwise) {
  const char *value = getenv(name);
  return value && *value ? value : otherwise;
}

static int write_all(const char *bytes, size_t length) {
  while (length) {
    ssize_t wrote = write(STDOUT_FILENO, bytes, length);
    if (wrote <= 0) return -1;
    bytes += wrote;
    length -= (size_t)wrote;
  }
  return 0;
}

static int send_file(int file, int64_t offset, int64_t length) {
  static char block[BLOCK];
  while (length > 0) {
    ssize_t got = pread(file, block, length < BLOCK ? (size_t)length : BLOCK, offset);
    if (got <= 0 || write_all(block, (size_t)got)) return 1;
    offset += got;
    length -= got;
  }
  return 0;
}

/* The host's own page for what does not exist, so that nobody can tell the two apart. */
static int not_ours(void) {
  int page = open(variable("MARFACRM_NOT_FOUND", "/dev/null"), O_RDONLY | O_CLOEXEC);
  struct stat status = {0};
  if (page >= 0 && fstat(page, &status)) status.st_size = 0;
  printf("Status: 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: %lld\r\n\r\n", (long long)status.st_size);
  int failed = fflush(stdout) != 0;
  if (!failed && strcmp(variable("REQUEST_METHOD", ""), "HEAD") != 0) failed = send_file(page, 0, status.st_size);
  if (page >= 0) close(page);
  return failed;
}

static int answer(mcrm_exchange *x) {
  mcrm_header h;
  int64_t offset, length;
  size_t size;
  if (mcrm_exchange_is_stream(x)) { /* a process for each listener would be no help to anybody */
    printf(
        "Status: 501 Not Implemented\r\nContent-Type: application/json\r\n\r\n"
        "{\"error\":{\"code\":\"unsupported\",\"field\":null,\"message\":\"no event stream over CGI\","
        "\"detail\":\"read /events?after=SEQ every few seconds\"}}");
    return fflush(stdout) != 0;
  }
  printf("Status: %d\r\n", mcrm_exchange_status(x));
  for (size_t i = 0; (h = mcrm_exchange_header(x, i)).name; i++) printf("%s: %s\r\n", h.name, h.value);
  printf("\r\n");
  if (fflush(stdout)) return 1;
  if (!strcmp(variable("REQUEST_METHOD", ""), "HEAD")) return 0;
  int file = mcrm_exchange_file(x, &offset, &length);
  if (file >= 0) return send_file(file, offset, length);
  const char *content = mcrm_exchange_content(x, &size);
  return write_all(content, size) != 0;
}

/* CONTENT_LENGTH bytes, no more: the server keeps standard input open. */
static void read_body(mcrm_exchange *x) {
  static char block[BLOCK];
  long long rest = atoll(variable("CONTENT_LENGTH", "0"));
  while (rest > 0) {
    ssize_t got = read(STDIN_FILENO, block, rest < BLOCK ? (size_t)rest : BLOCK);
    if (got <= 0 || mcrm_exchange_body(x, block, (size_t)got)) return;
    rest -= got;
  }
}

static int serve(mcrm_gateway *gateway) {
  static request r;
  mcrm_exchange *x;
  read_headers(&r);
  mcrm_head head = {.size = sizeof head,
                    .method = variable("REQUEST_METHOD", "GET"),
                    .target = variable("REQUEST_URI", "/"), /* PATH_INFO is decoded, so it would not do */
                    .headers = r.headers,
                    .header_count = r.count,
                    .peer = variable("REMOTE_ADDR", "")};
  mcrm_step step = mcrm_gateway_begin(gateway, &head, &x);
  if (step == MCRM_NOT_MINE) return not_ours();
  if (step == MCRM_NEED_BODY) read_body(x);
  int status = mcrm_gateway_finish(x) ? not_ours() : answer(x);
  mcrm_exchange_free(x);
  return status;
}

static void print_line(void *context, int level, const char *line) {
  (void)context, (void)level;
  fprintf(stderr, "%s\n", line); /* the web server's error log */
}

/* Linked statically, this program starts fast but loads no modules: its dynamic twin beside it does. Nothing has been
 * read from standard input yet. */
#ifdef CGI_DYNAMIC
static void hand_over(char **arguments) {
  char path[4096];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof CGI_DYNAMIC);
  if (length <= 0) return;
  path[length] = 0;
  strcpy(strrchr(path, '/') + 1, CGI_DYNAMIC);
  execv(path, arguments);
}
#endif

int main(int count, char **arguments) {
  (void)count, (void)arguments;
  mcrm *crm = NULL;
  mcrm_gateway *gateway = NULL;
  mcrm_error error = {0};
  mcrm_options options = {.size = sizeof options,
                          .config_file = variable("MARFACRM_CONFIG", NULL),
                          .storage_url = variable("MARFACRM_DATABASE", NULL),
                          .log = print_line};
  mcrm_gateway_options mount = {.size = sizeof mount,
                                .public_url = variable("MARFACRM_PUBLIC_URL", NULL),
                                .ui_folder = variable("MARFACRM_UI", NULL)};
  int status, code = mcrm_open(&options, &crm, &error);
#ifdef CGI_DYNAMIC
  if (code && !strcmp(error.message, "module.static")) hand_over(arguments);
#endif
  if (code || mcrm_gateway_open(crm, &mount, &gateway, &error)) {
    fprintf(stderr, "marfacrm.cgi: %s\n", error.detail); /* the web server's error log */
    status = printf("Status: 503 Service Unavailable\r\nRetry-After: 30\r\nContent-Type: text/plain\r\n\r\n") < 0;
  } else {
    status = serve(gateway);
  }
  if (fflush(stdout)) status = 1;
  mcrm_gateway_close(gateway);
  mcrm_close(crm);
  return status;
}
