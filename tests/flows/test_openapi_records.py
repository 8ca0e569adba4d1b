"""Each record of the OpenAPI document is the one that its route takes or gives, whatever other record has the same name."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.json import schema_components
from quart_schema.validation import QUART_SCHEMA_REQUEST_ATTRIBUTE, QUART_SCHEMA_RESPONSE_ATTRIBUTE

from hub.web.openapi import members
from tests.flows.kit import Hub

REF = "#/components/schemas/"


def whole(schema: Any, parts: dict[str, Any], within: tuple[str, ...] = ()) -> Any:
    """The schema with its parts written out; a part inside itself ends as the word «again»."""
    if isinstance(schema, list):
        return [whole(one, parts, within) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(REF)
        return "again" if name in within else whole(parts[name], parts, (*within, name))
    return {key: whole(value, parts, within) for key, value in schema.items()}


async def test_a_route_is_described_by_its_own_records(hub: Hub) -> None:
    document: dict[str, Any] = msgspec.json.decode(await (await hub.browser().get("/openapi.json")).get_data(as_text=False))
    parts, told = document["components"]["schemas"], 0
    for rule in hub.app.url_map.iter_rules():
        if not rule.rule.startswith("/api/"):
            continue
        view = hub.app.view_functions[rule.endpoint]
        method = min((rule.methods or set()) - {"HEAD", "OPTIONS"})
        operation = document["paths"][rule.rule.replace("<", "{").replace(">", "}")][method.lower()]
        pairs = [
            (model, operation["responses"][str(status)])
            for status, (model, _) in getattr(view, QUART_SCHEMA_RESPONSE_ATTRIBUTE, {}).items()
        ]
        asked = getattr(view, QUART_SCHEMA_REQUEST_ATTRIBUTE, None)
        for model, answer in [*pairs, *([(asked[0], operation["requestBody"])] if asked else [])]:
            (kind,) = answer["content"].values()
            shown = kind["schema"].get("anyOf", [kind["schema"]])
            for one, its in zip(members(model), shown, strict=True):
                (own,), own_parts = schema_components([one], ref_template=REF + "{name}")
                assert whole(its, parts) == msgspec.json.decode(msgspec.json.encode(whole(own, own_parts))), f"{method} {rule.rule}"
                told += 1
    assert told > 300
    assert not [name for name in parts if name.startswith("hub.flows.") or name.startswith("hub.web.")], "a name for readers"


async def test_an_answer_that_may_be_one_of_several_names_them_all(hub: Hub) -> None:
    document: dict[str, Any] = msgspec.json.decode(await (await hub.browser().get("/openapi.json")).get_data(as_text=False))
    answers = document["paths"]["/api/v1/links/{link}"]["post"]["responses"]["201"]["content"]["application/json"]["schema"]["anyOf"]
    assert [one["$ref"].removeprefix(REF) for one in answers] == ["IntentStarted", "LinkState", "CodeAwaited"]
    assert "201 IntentStarted LinkState CodeAwaited" in await (await hub.browser().get("/docs")).get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "again"),
    [
        ("/api/v1/joins", "200"),
        ("/api/v1/appeals", "200"),
        ("/api/v1/children/{child}/absences", "200"),
        ("/api/v1/children/{child}/messages", "202"),
    ],
)
async def test_the_answer_to_a_repeat_is_described_too(hub: Hub, path: str, again: str) -> None:
    document: dict[str, Any] = msgspec.json.decode(await (await hub.browser().get("/openapi.json")).get_data(as_text=False))
    answers = document["paths"][path]["post"]["responses"]
    assert answers["201"] == answers[again]


async def test_a_file_is_no_empty_answer(hub: Hub) -> None:
    document: dict[str, Any] = msgspec.json.decode(await (await hub.browser().get("/openapi.json")).get_data(as_text=False))
    assert document["paths"]["/api/v1/children/{child}/photo/picture"]["get"]["responses"]["200"]["description"] == "The file"
    assert not [path for path, found in document["paths"].items() if "204" in found.get("get", {}).get("responses", ())]
