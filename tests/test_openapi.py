"""Discord's document is read off the package that carries it: each form of zod and TypeScript that stands in it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.official import NOT_HELD
from tests.uses import ROOT
from tools.openapi import document as read_off

ZOD = """
import * as z from "zod/mini";
let zObject = z.object;
export const setStrictObject = (strict) => (zObject = strict ? z.strictObject : z.object);

export const SnowflakeTypeSchema = /* @__PURE__ */ z
  .string()
  .check(/* @__PURE__ */ z.regex(/* @__PURE__ */ new RegExp("^(0|[1-9][0-9]*)$")));

export const KindSchema = /* @__PURE__ */ z.literal([1, 2]);

export const ThingSchema = /* @__PURE__ */ zObject({
  id: /* @__PURE__ */ z.lazy(() => SnowflakeTypeSchema),
  name: /* @__PURE__ */ z.string().check(/* @__PURE__ */ z.minLength(1), /* @__PURE__ */ z.maxLength(32)),
  size: /* @__PURE__ */ z.nullish(/* @__PURE__ */ z.int32().check(/* @__PURE__ */ z.minimum(0))),
  parts: /* @__PURE__ */ z.optional(
    /* @__PURE__ */ z.array(/* @__PURE__ */ z.lazy(() => ThingSchema)).check(/* @__PURE__ */ z.maxLength(5)),
  ),
  made: /* @__PURE__ */ z.nullable(/* @__PURE__ */ z.iso.datetime()),
  "odd-name": /* @__PURE__ */ z.optional(/* @__PURE__ */ z.union([/* @__PURE__ */ z.url(), /* @__PURE__ */ z.null()])),
});
"""
TYPES = """
export interface Paths {
  "/things/{thing_id}": {
    patch: {
      parameters: {
        path?: { thing_id: SnowflakeType; };
        query?: { limit?: number; after?: SnowflakeType; };
        header?: never;
        cookie?: never;
      };
      /** what it takes */
      requestBody?: { things: (| Thing | null)[]; [key: string]: string; };
      responses: {
        /** 200 response */
        "200": Thing[] | null;
        "204": unknown;
        "4XX": ErrorResponse;
      };
      security: [{ BotToken: [] }, { OAuth2: ["identify", "rpc",] }];
    };
  };
}
"""


def test_schemas_and_operations_are_read_off_the_package() -> None:
    made = read_off(TYPES, ZOD)
    schemas = made["components"]["schemas"]
    assert schemas["SnowflakeType"] == {"type": "string", "pattern": "^(0|[1-9][0-9]*)$"}
    assert schemas["Kind"] == {"enum": [1, 2]}
    thing = schemas["Thing"]
    assert thing["required"] == ["id", "name", "made"]
    assert thing["properties"]["id"] == {"$ref": "#/components/schemas/SnowflakeType"}
    assert thing["properties"]["name"] == {"type": "string", "minLength": 1, "maxLength": 32}
    assert thing["properties"]["size"] == {"type": ["integer", "null"], "minimum": 0}
    assert thing["properties"]["parts"]["maxItems"] == 5
    assert thing["properties"]["made"] == {"type": ["string", "null"], "format": "date-time"}
    operation = made["paths"]["/things/{thing_id}"]["patch"]
    assert [(each["name"], each["in"]) for each in operation["parameters"]] == [
        ("thing_id", "path"),
        ("limit", "query"),
        ("after", "query"),
    ]
    assert operation["parameters"][1]["schema"] == {"type": "integer"}
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    assert (body["required"], body["properties"]["things"]["type"]) == (["things"], "array")
    assert operation["responses"]["204"] == {}
    assert operation["responses"]["200"]["content"]["application/json"]["schema"]["type"] == ["array", "null"]


def test_what_is_not_known_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="zod's bigint is not known here"):
        read_off(TYPES, ZOD.replace("z.int32()", "z.bigint()"))


@pytest.mark.parametrize("there", [True, False])
def test_a_run_without_the_document_says_at_its_end_what_was_not_held(there: bool, tmp_path: Path) -> None:
    document = tmp_path / "openapi.json"
    if there:
        document.write_text("{}", "utf-8")
    test = "tests/test_openapi.py::test_what_is_not_known_is_not_passed_over"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test],
        cwd=ROOT,
        env=os.environ | {"DISCORD_OPENAPI": str(document)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert (NOT_HELD in done.stdout) is not there
