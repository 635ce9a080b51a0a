/* The typed functions: include/marfacrm/operations.h and lib/api/typed.c, printed from the table so that adding an
 * operation is one function and one row. */
#include <api/reference.h>
#include <string.h>

#include <api/operation.h>

static const char header_top[] =
    "/* marfacrm/operations.h: every operation by its own name. Printed from the operation table by `make docs`.\n"
    " *\n"
    " * Each runs the operation of that name through mcrm_invoke: `input` is borrowed for the call, *result is yours\n"
    " * (mcrm_result_free), and mcrm_result_record(*result) is a record of the type named. They return MCRM_OK or a\n"
    " * negative mcrm_code; mcrm_session_error tells more. result may be NULL. */\n"
    "#ifndef MARFACRM_OPERATIONS_H\n"
    "#define MARFACRM_OPERATIONS_H\n\n"
    "#include <marfacrm/records.h>\n"
    "#include <marfacrm/session.h>\n\n"
    "#ifdef __cplusplus\n"
    "extern \"C\" {\n"
    "#endif\n";

static const char header_end[] =
    "\n#ifdef __cplusplus\n"
    "}\n"
    "#endif\n"
    "#endif\n";

static const char source_top[] =
    "/* The typed functions: names for mcrm_invoke, so that the compiler checks the input. Printed from the operation\n"
    " * table by `make docs`. */\n"
    "#include <marfacrm/operations.h>\n\n";

/* task.complete → mcrm_task_complete */
static void write_name(buffer *out, const api_operation *o) {
  buffer_text(out, "mcrm_");
  for (const char *c = o->name; *c; c++) buffer_byte(out, *c == '.' ? '_' : *c);
}

static void write_parameters(buffer *out, const api_operation *o) {
  buffer_text(out, "(mcrm_session *session, ");
  if (o->input) buffer_print(out, "const mcrm_%s *input, ", o->input->name);
  buffer_text(out, "mcrm_result **result)");
}

void reference_c_header(buffer *out) {
  buffer_text(out, header_top);
  for (const api_operation *o = api_operations; o->name; o++) {
    buffer_print(out, "\n/* %s\n * The result is an mcrm_%s. */\nMCRM_API int ", o->help, o->output->name);
    write_name(out, o);
    write_parameters(out, o);
    buffer_text(out, ";\n");
  }
  buffer_text(out, header_end);
}

void reference_c_source(buffer *out) {
  buffer_text(out, source_top);
  for (const api_operation *o = api_operations; o->name; o++) {
    buffer_text(out, o == api_operations ? "int " : "\nint ");
    write_name(out, o);
    write_parameters(out, o);
    buffer_print(out, " {\n  return mcrm_invoke(session, \"%s\", %s, result);\n}\n", o->name,
                 o->input ? "input" : "NULL");
  }
}
