"""Bytes from outside to elements: no document type, no entities, no processing instructions, bounded size and depth."""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

SIZE: Final = 256 * 1024
DEPTH: Final = 32


class NotXml(ValueError):
    """Not an envelope that a shop would send."""


class _Reader:
    """Builds the tree while expat reads; anything that a plain envelope does not hold ends it."""

    def __init__(self) -> None:
        self.tree = TreeBuilder()
        self._depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH:
            raise NotXml("too deep")
        self.tree.start(_clark(name), {_clark(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        self._depth -= 1
        self.tree.end(_clark(name))

    def refuse(self, *_: object) -> int:
        raise NotXml("document type, entities and instructions are not read")


def _clark(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def parse(body: bytes, encoding: str | None) -> Element:
    """The root element; `encoding` is the charset of the content type, which goes before the document's own."""
    if len(body) > SIZE:
        raise NotXml("too large")
    reader = _Reader()
    try:
        parser = expat.ParserCreate(encoding, "}")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
        parser.CharacterDataHandler = reader.tree.data
        parser.StartDoctypeDeclHandler = parser.ProcessingInstructionHandler = reader.refuse
        parser.EntityDeclHandler = parser.ExternalEntityRefHandler = reader.refuse
        parser.Parse(body, True)
        return reader.tree.close()
    except (expat.ExpatError, LookupError) as error:
        raise NotXml("not well-formed") from error
