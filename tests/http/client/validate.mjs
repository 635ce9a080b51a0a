// validate.mjs FILE: is it an OpenAPI 3.1 document, by the standard's own schema? A damaged one must not be.
import { Validator } from "@seriousme/openapi-schema-validator";
import { readFileSync } from "node:fs";

const document = JSON.parse(readFileSync(process.argv[2], "utf8"));
const judge = async (one) => {
  const validator = new Validator();
  return { ...(await validator.validate(one)), version: validator.version };
};
const found = await judge(structuredClone(document));
if (!found.valid || found.version !== "3.1") throw new Error(`${found.version}: ${JSON.stringify(found.errors)}`);
const damaged = structuredClone(document);
damaged.paths["/reps"].get.parameters[0].in = "nowhere";
if ((await judge(damaged)).valid) throw new Error("a parameter that is nowhere was taken");
