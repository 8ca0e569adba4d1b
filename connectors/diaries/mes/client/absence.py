"""Days that a parent tells the school to be missed: put down, taken back, and listed; each change is sent once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from connectors.diaries.mes.client.api import FAMILY, Api
from connectors.diaries.mes.client.read import ids_of
from connectors.diaries.mes.mapping.absence import absent_days, request
from connectors.kit.absences import AbsenceReason, AbsentDay
from connectors.kit.deadline import Deadline
from connectors.kit.diary import DiaryChild
from connectors.kit.errors import AccessDenied, Rejected
from connectors.kit.ports import Access

PATH = f"{FAMILY}/attendance"
MOST_DAYS = 31
PUPIL = "Об отсутствии сообщает родитель: вход ученика для этого не подходит."
LONGEST_COMMENT = 500
# So many refusals on end are no matter of single days: the rest is not asked for.
MOST_REFUSALS = 3
Words = tuple[AbsenceReason, str]


async def listed(api: Api, access: Access, child: DiaryChild, deadline: Deadline) -> tuple[AbsentDay, ...]:
    student, _ = ids_of(api, access, child)
    body = await api.get(PATH, access, deadline, {"student_id": student})
    return absent_days(api.system, body, profile=access.extra.get("profile", ""))


async def announced(
    api: Api, access: Access, child: DiaryChild, days: tuple[date, ...], words: Words, deadline: Deadline
) -> tuple[AbsentDay, ...]:
    """The platform takes a list whole or not at all: where one day spoils it, the others are told without that day."""
    student = _teller(api, access, child)
    waiting = [*_parts(days)]
    taken: tuple[AbsentDay, ...] | None = None
    refused: Rejected | None = None
    refusals = 0
    while waiting and refusals < MOST_REFUSALS:
        part = waiting.pop(0)
        try:
            taken = await _changed(api, access, student, "POST", part, words, deadline)
            refusals = 0
        except Rejected as error:
            # Refused means that nothing of this list was taken: its halves are new lists, not repeats.
            refused = error
            if len(part) > 1:
                half = len(part) // 2
                waiting[:0] = [part[:half], part[half:]]
            else:
                refusals += 1
    if taken is None:
        raise refused or Rejected(api.system, "no_days")
    return taken


async def withdrawn(api: Api, access: Access, child: DiaryChild, days: tuple[date, ...], deadline: Deadline) -> tuple[AbsentDay, ...]:
    student = _teller(api, access, child)
    left: tuple[AbsentDay, ...] | None = None
    for part in _parts(days):
        left = await _changed(api, access, student, "DELETE", part, (AbsenceReason.OTHER, ""), deadline)
    return await listed(api, access, child, deadline) if left is None else left


async def _changed(
    api: Api, access: Access, student: str, method: str, days: tuple[date, ...], words: Words, deadline: Deadline
) -> tuple[AbsentDay, ...]:
    reason, comment = words
    asked = request(student, days, reason, comment[:LONGEST_COMMENT])
    body = await api.change_once(method, PATH, access, deadline, asked)
    return absent_days(api.system, body, profile=access.extra.get("profile", ""))


def _teller(api: Api, access: Access, child: DiaryChild) -> str:
    student, _ = ids_of(api, access, child)
    if access.extra.get("role") == "student":
        raise AccessDenied(api.system, "a pupil's account", text=PUPIL)
    return student


def _parts(days: tuple[date, ...]) -> Iterator[tuple[date, ...]]:
    for start in range(0, len(days), MOST_DAYS):
        yield days[start : start + MOST_DAYS]
