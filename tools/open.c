/* Finding the configuration, opening the CRM, acting as somebody. */
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"

const char *cli_config_file(void) {
  const char *file = getenv("MARFACRM_CONFIG");
  if (file && *file) return file;
  return access("marfacrm.yaml", F_OK) ? NULL : "marfacrm.yaml";
}

int cli_config(config **out) {
  mcrm_error error = {0};
  const char *file = cli_config_file();
  int code = file ? config_load(file, &error, out) : config_parse("", 0, "", &error, out);
  return code ? cli_fail(&error) : CLI_DONE;
}

int cli_open(bool create, mcrm **out) {
  mcrm_error error = {0};
  mcrm_options options = {.size = sizeof options, .config_file = cli_config_file(), .create = create};
  return mcrm_open(&options, out, &error) ? cli_fail(&error) : CLI_DONE;
}

int cli_act(const char *as, cli_session *out) {
  mcrm_error error = {0};
  *out = (cli_session){0};
  int status = cli_open(false, &out->crm);
  if (status) return status;
  int code = as ? mcrm_session_open(out->crm, as, "local", &out->session, &error)
                : mcrm_session_system(out->crm, &out->session, &error);
  if (!code) return CLI_DONE;
  cli_close(out);
  return cli_fail(&error);
}

void cli_close(cli_session *s) {
  mcrm_session_close(s->session);
  mcrm_close(s->crm);
  *s = (cli_session){0};
}
