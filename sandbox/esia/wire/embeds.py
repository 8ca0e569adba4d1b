"""Reads `?embed=(contacts.elements-1,documents.elements-1)` and the schema in the Accept header."""

from __future__ import annotations

import re

_SCHEMA = re.compile(r'schema="?[^";,]*?/rs/model/(?P<model>[a-z]+/[A-Za-z]+)-(?P<version>\d+)"?')


def read(text: str) -> frozenset[str]:
    """The dotted paths without their versions, each with all paths above it."""
    paths: set[str] = set()
    for part in text.strip().removeprefix("(").removesuffix(")").split(","):
        words = [re.sub(r"-\d+$", "", word.strip()) for word in part.split(".")]
        paths.update(".".join(words[: length + 1]) for length in range(len(words)) if words[length])
    return frozenset(paths)


def schema(accept: str) -> tuple[str, int] | None:
    """`prn/Person` and 3 of `application/json; schema="https://esia.gosuslugi.ru/rs/model/prn/Person-3"`."""
    found = _SCHEMA.search(accept)
    return (found["model"], int(found["version"])) if found else None
