"""The feed: the one call that shows a parent a child's days at a glance."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sandbox.dnevnik.routes.table import Call, Table
from sandbox.dnevnik.state import Journal
from sandbox.dnevnik.state.journal import Work
from sandbox.dnevnik.wire import marks as wire
from sandbox.dnevnik.wire.dates import day
from sandbox.dnevnik.wire.errors import ApiError, parameter
from sandbox.dnevnik.wire.lessons import STATUSES, lesson_id, log_entry
from sandbox.dnevnik.wire.schedules import home_work
from sandbox.world.model import Mark

LONGEST = 31


def add(table: Table) -> None:
    table.get("users/me/feed")(feed)


def feed(call: Call) -> Any:
    """`date` and the days after it; `limit` is their count."""
    child = call.args.get("childPersonId")
    journals = [call.pupil(child)] if child else call.journals()[:1]
    if not journals:
        raise ApiError("apiResourceUnavailable", "У пользователя нет дневников")
    start = call.date("date") if call.args.get("date") else call.today()
    limit = call.number("limit", call.args.get("limit") or "1")
    if not 1 <= limit <= LONGEST:
        raise parameter("limit", limit)
    return {"days": [_day(call, journals[0], start + timedelta(days=number)) for number in range(limit)]}


def _day(call: Call, journal: Journal, on: date) -> dict[str, Any]:
    following = journal.next_school_day(on)
    cards = _cards(journal, on)
    return {
        "date": day(on),
        "nextWorkingDayDate": None if following is None else day(following),
        "summary": {
            "importantWorks": [_named(journal, work, call) for work in _important(journal, on)],
            "marksCards": [{**card, "marks": [{"mark": mark} for mark in card["marks"]]} for card in cards],
            "markCards": cards,
            "dayEmotion": "NotSet",
            "feedMode": "Default",
        },
        "nextDayHomeworks": [] if following is None else _homework(call, journal, following),
        "nextDaySchedule": [] if following is None else _lessons(journal, following),
        "todayHomeworks": _homework(call, journal, on),
        "todaySchedule": _lessons(journal, on),
        "logEntries": [
            {
                "lessonLogEntry": log_entry(journal.directory, entry),
                "subjectName": journal.town.subjects[entry.subject].name,
                "lessonTitle": "" if entry.lesson is None else entry.lesson.topic,
            }
            for entry in journal.entries(on, on)
        ],
    }


def _cards(journal: Journal, on: date) -> list[dict[str, Any]]:
    """Marks of the day by lesson and type of work. Clients read `marksCards` with each mark in a box of its own, or `markCards`."""
    cards: dict[int, tuple[Work, list[Mark]]] = {}
    for it in journal.marks(on, on):
        work = journal.work_of(it)
        cards.setdefault(work.id, (work, []))[1].append(it)
    return [
        {
            "marks": [wire.mark(journal, it, work) for it in marks],
            "lesson": None if work.lesson is None else {"id": lesson_id(work.lesson), "date": day(work.lesson.date)},
            "isImportant": work.kind.is_important,
            "subjectName": journal.town.subjects[work.subject].name,
            "subjectId": journal.directory.subject_id(work.subject),
            "workTypeName": work.kind.name,
        }
        for work, marks in cards.values()
    ]


def _important(journal: Journal, on: date) -> list[Work]:
    works = {work.id: work for work in map(journal.work_of, journal.marks(on, on))}
    return [work for work in works.values() if work.kind.is_important]


def _named(journal: Journal, work: Work, call: Call) -> dict[str, Any]:
    return {
        "work": home_work(journal, work, call.state.grants.homework),
        "subjectName": journal.town.subjects[work.subject].name,
        "workTypeName": work.kind.name,
    }


def _homework(call: Call, journal: Journal, on: date) -> list[dict[str, Any]]:
    """What is to be brought on this day."""
    return [_named(journal, journal.homework_work(it), call) for it in journal.town.homework_of(journal.pupil.id, on, on, by="due")]


def _lessons(journal: Journal, on: date) -> list[dict[str, Any]]:
    return [
        {
            "lessonId": lesson_id(it),
            "lessonStatus": STATUSES.get(it.status, "Planned"),
            "number": it.number,
            "subjectName": journal.town.subjects[it.subject].name,
            "importantWorkTypes": [],
        }
        for it in journal.lessons(on, on)
    ]
