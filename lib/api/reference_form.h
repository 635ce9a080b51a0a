/* In which forms an entity crosses the border: as it is shown, as it is given, and as the changes of an update. */
#ifndef API_REFERENCE_FORM_H
#define API_REFERENCE_FORM_H

#include <base/buffer.h>
#include <model/entity.h>

#include <api/operation.h>

typedef enum reference_form { FORM_SHOWN, FORM_GIVEN, FORM_CHANGE, FORM_COUNT } reference_form;

enum { REFERENCE_ENTITIES = 256 };

/* Which entities the operations use in which form, by their place in model_entities; nested ones included. */
typedef struct reference_forms {
  bool used[REFERENCE_ENTITIES][FORM_COUNT];
} reference_forms;

void reference_forms_find(reference_forms *forms);
/* Is the field part of the form? */
bool reference_has(const model_entity *e, const model_field *f, reference_form form);
/* Must it be there? What is shown may be hidden from the actor, so only what names a stored record is sure. */
bool reference_needed(const model_entity *e, const model_field *f, reference_form form);
/* Can its value be null? Numbers have none. */
bool reference_nullable(const model_field *f, reference_form form);
/* How nested records of a form are given: those of a change are whole. */
reference_form reference_nested(reference_form form);
/* PATCH takes changes. */
reference_form reference_input(const api_operation *o);
/* "task" → "Task", "TaskInput", "TaskChange" */
void reference_name(buffer *out, const model_entity *e, reference_form form);
/* Is the field the {part} of the operation's path? */
bool reference_in_path(const api_operation *o, const char *field);

#endif
