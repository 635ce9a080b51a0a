"""Checks an OpenAPI 3.1 document as far as this project relies on it."""

import json
import re
import sys

from jsonschema import Draft202012Validator

document = json.load(open(sys.argv[1], encoding="utf-8"))
wrong = []


def expect(condition, text):
    if not condition:
        wrong.append(text)


def walk(node, path):
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str):
            target = document
            for part in reference.removeprefix("#/").split("/"):
                target = target.get(part) if isinstance(target, dict) else None
            expect(target is not None, f"{path}: {reference} leads nowhere")
        for key, value in node.items():
            walk(value, f"{path}/{key}")
    elif isinstance(node, list):
        for i, value in enumerate(node):
            walk(value, f"{path}/{i}")


expect(document["openapi"] == "3.1.0", "openapi is not 3.1.0")
expect({"title", "version"} <= document["info"].keys(), "info lacks title or version")
walk(document, "#")
names = set()
for path, methods in document["paths"].items():
    expect(path.startswith("/"), f"{path} does not begin with /")
    for method, operation in methods.items():
        name = operation["operationId"]
        expect(method in ("get", "post", "patch", "delete", "put"), f"{name}: method {method}")
        expect(name not in names, f"{name} stands there twice")
        names.add(name)
        parameters = operation.get("parameters", [])
        in_path = {p["name"] for p in parameters if p["in"] == "path"}
        expect(in_path == set(re.findall(r"{(\w+)}", path)), f"{name}: {path} declares {in_path}")
        expect(all(p["required"] for p in parameters if p["in"] == "path"), f"{name}: an optional path parameter")
        keys = [(p["in"], p["name"]) for p in parameters]
        expect(len(keys) == len(set(keys)), f"{name}: a parameter twice")
        expect(method in ("post", "patch") or "requestBody" not in operation, f"{name}: {method} with a body")
        expect({"200", "204"} & operation["responses"].keys(), f"{name}: no response 200 or 204")
        for parameter in parameters:
            Draft202012Validator.check_schema(parameter["schema"])
for schema in document["components"]["schemas"].values():
    Draft202012Validator.check_schema(schema)

# The schemas say what the library takes.
task = {"$ref": "#/components/schemas/TaskInput", "components": document["components"]}
validator = Draft202012Validator(task)
expect(validator.is_valid({"title": "x", "due_at": "2026-11-22T09:00:00+03:30", "rep_id": None}), "a task is refused")
expect(not validator.is_valid({"title": "x", "overdue": True}), "a derived field is taken")
expect(not validator.is_valid({"due_at": None}), "a task without a title is taken")
expect(not validator.is_valid({"title": "x", "priority": "huge"}), "a wrong choice is taken")

for text in wrong:
    print(text, file=sys.stderr)
sys.exit(1 if wrong else 0)
