"""The OpenAPI 3.1 document of the JSON interface, made once by quart-schema from the routes themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from quart import Quart
from quart_schema.openapi import OpenAPIProvider
from werkzeug.routing import Rule

VERSION = "0.1.0"

PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "A stable address below /problems/"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened and what to do, in Russian"},
        "instance": {"type": "string"},
        "request_id": {"type": "string"},
    },
}


class ApiOnly(OpenAPIProvider):
    """Describes what lies below `/api/`; pages are for people."""

    def generate_rules(self) -> Iterable[Rule]:
        return [rule for rule in super().generate_rules() if rule.rule.startswith("/api/")]


def document(app: Quart) -> bytes:
    """The document as JSON; the same bytes each time."""
    kept: bytes | None = app.extensions.get("openapi")
    if kept is None:
        kept = msgspec.json.encode(_completed(app.extensions["QUART_SCHEMA"].openapi_provider.schema()))
        app.extensions["openapi"] = kept
    return kept


def _completed(schema: dict[str, Any]) -> dict[str, Any]:
    schema["openapi"] = "3.1.0"
    components = schema.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["securitySchemes"] = {"session": {"type": "apiKey", "in": "cookie", "name": "hub"}}
    schema["security"] = [{"session": []}]
    problem = {"description": "A problem", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for path in schema["paths"].values():
        for method, operation in path.items():
            answers = operation["responses"]
            if method == "delete":
                answers.clear()
                answers["204"] = {"description": "Done"}
            answers["default"] = problem
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in ("from_", "from"):
                    parameter["name"] = "from"
    return schema
