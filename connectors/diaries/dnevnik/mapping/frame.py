"""What every mapping step needs to know of the read: whose diary, in which zone, read when, and the side-loaded tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from connectors.diaries.dnevnik.mapping import wire
from connectors.kit.answers import decode
from connectors.kit.diary import Origin
from connectors.kit.errors import Drifted
from connectors.kit.ports import Window
from connectors.kit.record import Original

T = TypeVar("T")
Json = dict[str, Any]

# Whoever else stands in an object: teachers by id, authors, uploaders. Classmates' tasks are taken out one by one.
_OTHERS = frozenset({"teachers", "teachers_str", "createdBy", "createdBy_str", "user"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One read of one child's diary."""

    system: str
    person: str
    zone: ZoneInfo
    fetched_at: datetime
    window: Window

    def origin(self, id_: str, **ids: str) -> Origin:
        return Origin(system=self.system, id=id_, fetched_at=self.fetched_at, ids={name: value for name, value in ids.items() if value})

    def holds(self, day: date | None) -> bool:
        return day is not None and self.window.start <= day <= self.window.end

    def own(self, number: int, twin: str | None, where: str) -> None:
        """A record of another person in this child's diary: the whole answer is not to be trusted (RULES C8)."""
        if ident(number, twin) != self.person:
            raise Drifted(self.system, where, "another person's record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a lesson stands, for the records that hang on it."""

    date: date
    number: int | None
    subject: str
    subject_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A teacher's word in the log of a lesson; `present` tells a remark from the reason of an absence."""

    text: str
    written: str
    present: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The side-loaded objects by id, gathered over all answers of a read."""

    subjects: dict[str, str] = field(default_factory=dict)
    types: dict[str, wire.WorkType] = field(default_factory=dict)
    works: dict[str, wire.Work] = field(default_factory=dict)
    lessons: dict[str, Place] = field(default_factory=dict)
    teachers: dict[str, str] = field(default_factory=dict)
    comments: dict[str, list[Comment]] = field(default_factory=dict)
    files: dict[str, wire.HomeworkFile] = field(default_factory=dict)
    criteria: dict[str, list[wire.CriteriaMark]] = field(default_factory=dict)
    """By the moment at which they were set, which they share with their mark."""
    sections: dict[str, wire.Section] = field(default_factory=dict)

    def add_subjects(self, subjects: Iterable[wire.Subject] | None) -> None:
        for subject in subjects or ():
            self.subjects[ident(subject.id, subject.id_str)] = subject.name

    def add_works(self, works: Iterable[wire.Work] | None) -> None:
        for work in works or ():
            self.works[ident(work.id, work.id_str)] = work

    def add_types(self, types: Iterable[wire.WorkType] | None) -> None:
        """The school's own table knows the weight, the side-loaded one whether the work is an important one: keep both."""
        for type_ in types or ():
            known = self.types.get(str(type_.id))
            self.types[str(type_.id)] = type_ if known is None else _merged(known, type_)


def _merged(one: wire.WorkType, other: wire.WorkType) -> wire.WorkType:
    missing = {name: getattr(other, name) for name in other.__struct_fields__ if getattr(one, name) is None}
    return msgspec.structs.replace(one, **missing)


def ident(number: int | None, twin: str | None = None) -> str:
    """An id as text; the text twin is the truth, because other readers round numbers above 2^53.

    A twin that is no number is not believed: ids become parts of addresses.
    """
    if twin and twin.isascii() and twin.isdigit():
        return twin
    return "" if number is None else str(number)


def ref(number: int | None, twin: str | None = None) -> str:
    """The id of another object, or an empty text where there is none; the platform writes both null and 0 for that."""
    found = ident(number, twin)
    return "" if found == "0" else found


def both(system: str, body: bytes, kind: type[T]) -> tuple[T, Any]:
    """An answer as its wire type and, for `raw`, as it was written."""
    typed = decode(system, body, kind)
    return typed, msgspec.json.decode(body)


def pairs(typed: Sequence[T] | None, plain: Any) -> Iterator[tuple[int, T, Json]]:
    """The objects of a list with their index and their original."""
    for index, (item, original) in enumerate(zip(typed or (), plain or (), strict=True)):
        yield index, item, original


def raw(original: Mapping[str, Any], person: str) -> Original:
    """The original object without other people (RULES C5)."""
    return Original(original, partial(_own, person))


def _own(person: str, original: Mapping[str, Any]) -> Mapping[str, Any]:
    kept = {key: value for key, value in original.items() if key not in _OTHERS}
    tasks = kept.get("tasks")
    if isinstance(tasks, list):
        kept["tasks"] = [task for task in tasks if isinstance(task, dict) and ident(task.get("person"), task.get("person_str")) == person]
    return kept
