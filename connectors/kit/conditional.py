"""Reading only what changed: a diary that names its answers says «unchanged» when asked by that name (RFC 9110, 13; facts/diaries.md 4)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Set
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


Ask = Callable[[str, Mapping[str, str]], Awaitable[httpx.Response]]
"""Sends one request, named by its path and query, with these headers more; refusals are raised as the eight."""


class Rereading:
    """The several answers of one read, each with the entity tag that its source gave it, as one validator.

    `of` is what else the page depends on, as the day: with another one nothing is unchanged."""

    def __init__(self, validator: str, *, of: str) -> None:
        self._of = of
        self._known = _tags(validator, of)
        self._told: dict[str, str] = {}
        self._whole = True
        self._fresh: dict[str, httpx.Response] = {}

    async def unchanged(self, ask: Ask) -> bool:
        """Asks for everything again, each only if it changed. What did change is kept, so that it need not be asked twice."""
        names = list(self._known)
        answers = await together([partial(ask, name, {"If-None-Match": self._known[name]}) for name in names])
        self._fresh = {name: answer for name, answer in zip(names, answers, strict=True) if answer.status_code != httpx.codes.NOT_MODIFIED}
        return bool(names) and not self._fresh

    async def get(self, name: str, ask: Ask) -> httpx.Response:
        """The answer in full, and its tag noted."""
        answer = self._fresh.pop(name, None) or await ask(name, {})
        tag = answer.headers.get("ETag", "")
        if tag and not tag.startswith("W/"):
            self._told[name] = tag
        else:
            # A weak tag says «as good as»; an answer without one may change unseen. Half a condition would hide a change.
            self._whole = False
        return answer

    @property
    def validator(self) -> str:
        """For the next read; empty when some answer had no tag."""
        return msgspec.json.encode({"of": self._of, "tags": self._told}).decode() if self._whole and self._told else ""


class _Validator(msgspec.Struct, frozen=True):
    of: str
    tags: dict[str, str]


def _tags(validator: str, of: str) -> Mapping[str, str]:
    """None of a validator that is empty, of another day, or not of this shape: then the read is a whole one."""
    try:
        known = msgspec.json.decode(validator or "null", type=_Validator | None)
    except msgspec.DecodeError:
        return {}
    return known.tags if known is not None and known.of == of else {}
