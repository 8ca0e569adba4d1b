"""The OpenAPI 3.1 document of the JSON interface, made once by quart-schema from the routes themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, get_args

import msgspec
from msgspec.json import schema_components
from quart import Quart
from quart_schema import Info, QuartSchema
from quart_schema.openapi import OpenAPIProvider
from quart_schema.validation import QUART_SCHEMA_REQUEST_ATTRIBUTE, QUART_SCHEMA_RESPONSE_ATTRIBUTE, DataSource
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


REF = "#/components/schemas/{name}"
HOMES = (b"hub.flows.views.", b"hub.web.api.")
"""Where records live: no part of the longer names that records of one name get."""
WRITE_HEADERS: tuple[dict[str, Any], ...] = (
    {
        "name": "X-CSRF-Token",
        "in": "header",
        "required": True,
        "schema": {"type": "string"},
        "description": "`csrf_token` of /api/v1/me; the request's Origin is the hub's",
    },
    {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "maxLength": 200},
        "description": "The same key and body give the same answer; the same key with another body is refused",
    },
)


class ApiOnly(OpenAPIProvider):
    """Describes what lies below `/api/`; pages are for people. quart-schema leaves the parts of msgspec records out; here they are."""

    def schema(self) -> dict[str, Any]:
        """All records are named together: of two classes with one name each gets its own, by its module."""
        models = dict.fromkeys(self._models())
        own, parts = schema_components(models, ref_template=REF)
        self._own = dict(zip(models, own, strict=True))
        found: dict[str, Any] = super().schema()
        found["components"]["schemas"].update(parts)
        return found

    def _models(self) -> Iterator[type[Any]]:
        for rule in self.generate_rules():
            view = self._app.view_functions[rule.endpoint]
            asked = getattr(view, QUART_SCHEMA_REQUEST_ATTRIBUTE, None)
            if asked is not None:
                yield asked[0]
            for model, _ in getattr(view, QUART_SCHEMA_RESPONSE_ATTRIBUTE, {}).values():
                yield from members(model)

    def generate_rules(self) -> Iterable[Rule]:
        return [rule for rule in super().generate_rules() if rule.rule.startswith("/api/")]

    def build_request_body(self, model: type[Any], source: DataSource) -> tuple[dict[str, Any], dict[str, Any]]:
        body, _ = super().build_request_body(model, source)
        for kind in body["content"].values():
            kind["schema"] = self._own[model]
        return body, {}

    def build_response_object(self, model: type[Any], headers_model: type[Any] | None) -> tuple[dict[str, Any], dict[str, Any]]:
        several = members(model)
        answer, _ = super().build_response_object(several[0], headers_model)
        own = [self._own[one] for one in several]
        answer["content"]["application/json"]["schema"] = own[0] if len(own) == 1 else {"anyOf": own}
        answer["description"] = "The record" if not answer["description"] else answer["description"]
        return answer, {}


def members(model: Any) -> tuple[type[Any], ...]:
    """An answer is one record, or one of several: `This | That`."""
    return get_args(model) or (model,)


def describe(app: Quart) -> None:
    """Lets quart-schema read the routes. It is not installed into the app: it would convert each answer, and ours are bytes already."""
    extension = QuartSchema(info=Info(title="School Hub", version=VERSION))
    app.config.setdefault("QUART_SCHEMA_CONVERSION_PREFERENCE", "msgspec")
    app.config.setdefault("QUART_SCHEMA_CONVERT_CASING", False)
    app.extensions["openapi_provider"] = ApiOnly(app, extension)


def document(app: Quart) -> bytes:
    """The document as JSON; the same bytes each time."""
    kept: bytes | None = app.extensions.get("openapi")
    if kept is None:
        kept = msgspec.json.encode(_completed(app.extensions["openapi_provider"].schema()))
        for home in HOMES:
            kept = kept.replace(home, b"")
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
            if method != "get":
                operation.setdefault("parameters", []).extend(WRITE_HEADERS)
            answers = operation["responses"]
            if not answers:
                # What is read without a record is a file: a picture, a table.
                answers["200" if method == "get" else "204"] = {"description": "The file" if method == "get" else "Done"}
            answers["default"] = problem
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in ("from_", "from"):
                    parameter["name"] = "from"
    return schema


def operations(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """The document's operations as the page lists them."""
    return [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation.get("summary", ""),
            "parameters": [parameter["name"] for parameter in operation.get("parameters", ())],
            "answers": [_answer(status, answer) for status, answer in operation["responses"].items()],
        }
        for path, found in sorted(spec["paths"].items())
        for method, operation in found.items()
    ]


def _answer(status: str, answer: dict[str, Any]) -> str:
    found = [one for kind in answer.get("content", {}).values() for one in kind["schema"].get("anyOf", [kind["schema"]])]
    kinds = [one.get("$ref", "").rsplit("/", 1)[-1] for one in found]
    return " ".join([status, *kinds]).strip()


def records(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """The document's records with the names of their fields."""
    return [{"name": name, "fields": list(schema.get("properties", {}))} for name, schema in sorted(spec["components"]["schemas"].items())]
