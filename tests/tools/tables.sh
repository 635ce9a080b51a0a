#!/bin/sh
# operations: what is printed from the tables is valid where it goes, and the committed reference is up to date.
. "$(dirname "$0")/check.sh"
here=$MARFACRM_SOURCE/tests/tools

behaviour "the operations are listed"
run 0 operations
says 'task.complete'
run 2 operations --json --openapi
run 0 operations --json
python3 -m json.tool out >/dev/null || wrong "not JSON"

behaviour "OpenAPI is valid: references resolve, parameters are declared, schemas are schemas"
run 0 operations --openapi
python3 "$here/openapi.py" out || wrong "see above"

behaviour "the TypeScript compiles"
run 0 operations --typescript
mv out types.ts
if command -v tsc >/dev/null; then
  tsc --strict --noEmit --target es2020 types.ts || wrong "tsc"
else
  echo "SKIPPED: no tsc"
fi

behaviour "the Python compiles and type-checks"
run 0 operations --python
mv out types_of_marfacrm.py
python3 -c 'import types_of_marfacrm as t; assert t.OPERATIONS["task.complete"].method == "POST"' || wrong "import"
if command -v mypy >/dev/null; then
  mypy --strict --cache-dir=/dev/null types_of_marfacrm.py >log || wrong "$(cat log)"
else
  echo "SKIPPED: no mypy"
fi

behaviour "docs/operations.md, the typed functions and their header are those of the tables (make docs)"
run 0 operations --markdown
cmp out "$MARFACRM_SOURCE/docs/operations.md" || wrong "docs/operations.md is out of date: make docs"
run 0 operations --c-header
cmp out "$MARFACRM_SOURCE/include/marfacrm/operations.h" || wrong "include/marfacrm/operations.h is out of date: make docs"
run 0 operations --c-source
cmp out "$MARFACRM_SOURCE/lib/api/typed.c" || wrong "lib/api/typed.c is out of date: make docs"
finish
