"""Reading only what changed: a diary that names its answers says «unchanged» when asked by that name (RFC 9110, 13; facts/diaries.md 4)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Protocol, TypeAlias, runtime_checkable

import httpx
import msgspec

from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.ports import Access, DiaryPort, Window
from connectors.kit.together import together


class Unchanged(Enum):
    """The source still says what it said under the validator."""

    UNCHANGED = "unchanged"


UNCHANGED = Unchanged.UNCHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The page, and the name by which the source will know this answer again; empty where it gave none."""

    page: DiaryPage
    validator: str = ""


Told: TypeAlias = Answered | Unchanged


@runtime_checkable
class ConditionalPort(DiaryPort, Protocol):
    """A diary that can say «unchanged». The validator is the port's own text, kept sealed and handed back for the same question only;
    with an empty one the answer is always a page. Errors: the eight."""

    async def read_if_changed(self, access: Access, child: DiaryChild, data: Set[Datum], window: Window, *, validator: str) -> Told: ...


async def read_conditionally(
    port: DiaryPort, access: Access, child: DiaryChild, data: Set[Datum], window: Window, *, validator: str
) -> Told:
    """Asks with the condition where the port has one; every other port answers in full."""
    if isinstance(port, ConditionalPort):
        return await port.read_if_changed(access, child, data, window, validator=validator)
    return Answered(page=await port.read(access, child, data, window))


Ask = Callable[[Mapping[str, str]], Awaitable[httpx.Response]]


class Tags:
    """The entity tags of the several answers that make one page, as one validator."""

    def __init__(self, validator: str = "") -> None:
        try:
            self._known = msgspec.json.decode(validator, type=dict[str, str]) if validator else {}
        except msgspec.DecodeError:
            self._known = {}
        self._told: dict[str, str] = {}

    def condition(self, name: str) -> Mapping[str, str]:
        """The header that asks for this answer only if it changed."""
        return {"If-None-Match": self._known[name]} if name in self._known else {}

    def note(self, name: str, answer: httpx.Response) -> None:
        tag = answer.headers.get("ETag", "")
        # A weak tag says «as good as»: marks must be the same to the byte.
        if tag and not tag.startswith("W/"):
            self._told[name] = tag

    def text(self, names: Sequence[str]) -> str:
        """One text for all, or none when one of them has no tag: half a condition would hide a change."""
        if not all(name in self._told for name in names):
            return ""
        return msgspec.json.encode({name: self._told[name] for name in sorted(names)}).decode()


async def ask_tagged(asks: Mapping[str, Ask], *, validator: str) -> tuple[Mapping[str, httpx.Response], str] | Unchanged:
    """Every answer by name and the validator of all, or `UNCHANGED` when every one says 304. What is unchanged beside something that
    changed is asked again in full, for a page is made of all of them."""
    tags, names = Tags(validator), list(asks)
    found = dict(zip(names, await together([partial(asks[name], tags.condition(name)) for name in names]), strict=True))
    same = [name for name in names if found[name].status_code == httpx.codes.NOT_MODIFIED]
    if names and len(same) == len(names):
        return UNCHANGED
    if same:
        found |= dict(zip(same, await together([partial(asks[name], {}) for name in same]), strict=True))
    for name in names:
        tags.note(name, found[name])
    return found, tags.text(names)
