/* What the commands of the program share: reading arguments, opening the CRM, answering.
 *
 * Exit status: 0 done; 1 not done, with {"error":{code,field,message,detail}} on standard output; 2 the command
 * line is wrong, with a hint on standard error. */
#ifndef TOOLS_CLI_H
#define TOOLS_CLI_H

#include <base/buffer.h>
#include <config/config.h>
#include <marfacrm/session.h>
#include <stdbool.h>

enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

/* One --option of a command; `argument` NULL: a switch, whose value becomes "". */
typedef struct cli_option {
  const char *name, *argument, *help;
  const char **value;
} cli_option;

typedef struct cli_command {
  const char *usage; /* "OPERATION [JSON|-]" */
  const char *help;
  const cli_option *options; /* name NULL ends */
  int least, most;           /* words besides options */
} cli_command;

enum { CLI_WORDS = 8 };

/* Takes the options out of the arguments (argv[0] is the command's name) and leaves the words. false: nothing more
 * to do than to return *status (help was asked for, or the line is wrong). */
bool cli_read(const cli_command *command, int argc, char **argv, const char *words[CLI_WORDS], int *status);
/* A hint on standard error; CLI_USAGE. */
int cli_usage(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A whole number; false where it is none. */
bool cli_number(const char *text, int64_t *out);

/* The configuration file in force: --config or MARFACRM_CONFIG, else ./marfacrm.yaml if there is one, else NULL. */
const char *cli_config_file(void);
/* CLI_DONE, or the error is printed. */
int cli_config(config **out);
int cli_open(bool create, mcrm **out);
/* Opens the CRM to act as a user; NULL: as the system. Close with cli_close. */
typedef struct cli_session {
  mcrm *crm;
  mcrm_session *session;
} cli_session;
int cli_act(const char *as, cli_session *out);
void cli_close(cli_session *s);

/* Prints the error as JSON; CLI_FAILED. */
int cli_fail(const mcrm_error *error);
int cli_fail_with(int code, const char *field, const char *message, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The last error of the session. */
int cli_fail_session(const mcrm_session *session);
/* Runs an operation and prints what it answers. */
int cli_call(mcrm_session *session, const char *operation, const char *json);
/* Reads a file or, for "-", standard input; at most `limit` bytes. */
int cli_file(const char *path, size_t limit, buffer *out);
/* Appends a JSON member: "name":"value" with what stands before; nothing for NULL. */
void cli_member(buffer *json, const char *name, const char *value);
/* A local time for people, "2026-11-22 09:00"; "-" for none. */
const char *cli_time(mcrm_time at, char out[32]);

/* Until SIGINT or SIGTERM: waits so many milliseconds; false when it is time to stop. */
void cli_signals(void);
bool cli_wait(int64_t ms);

int command_init(int argc, char **argv);
int command_copy(int argc, char **argv);
int command_migrate(int argc, char **argv);
int command_backup(int argc, char **argv);
int command_restore(int argc, char **argv);
int command_check(int argc, char **argv);
int command_user(int argc, char **argv);
int command_path(int argc, char **argv);
int command_host(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_provider(int argc, char **argv);
int command_prompt(int argc, char **argv);
/* All that the doctor can look at. */
int doctor_all(bool for_people);
/* doctor provider [NAME], storage, host, recordings */
int doctor_intelligence(const char *about, const char *name, bool for_people);
int command_call(int argc, char **argv);
int command_operations(int argc, char **argv);
int command_worker(int argc, char **argv);
int command_serve(int argc, char **argv);
int command_events(int argc, char **argv);
int command_audit(int argc, char **argv);
int command_jobs(int argc, char **argv);
int command_export(int argc, char **argv);
int command_import(int argc, char **argv);
int command_text(int argc, char **argv);
int command_train(int argc, char **argv);     /* text train */
int command_classify(int argc, char **argv);  /* text classify */
int command_cues(int argc, char **argv);      /* text cues */
int command_redact(int argc, char **argv);    /* text redact */
int command_names(int argc, char **argv);     /* text names */
int command_words(int argc, char **argv);     /* text words */
int command_collation(int argc, char **argv); /* text collation */

#endif
