"""The other side of the contract: a request's bytes into a record, a record into the answer's bytes; pure (docs/wire/fgis_schedule.md)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from connectors.kit.serving import BadRequest, ScheduleAsked, ServedLesson, ServedSchedule, ServedSchool, ServedScore

LONGEST_DAYS = 366
_ID = re.compile(r"[0-9]{1,20}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_GRADE = re.compile(r"[0-9]{1,2}")
_SYSTEMS = {"five": "5", "pass": "pass", "criteria": "criteria"}
_SEVERITY = {"exception": "fatal", "transient": "fatal"}
_FIRST, _LAST = date(2000, 1, 1), date(2100, 12, 31)


def asked(subject: str, query: bytes) -> ScheduleAsked:
    """Raises `BadRequest` for what the contract calls `structure`."""
    if not _ID.fullmatch(subject):
        raise BadRequest("Номер учётной записи состоит из цифр")
    given = _parameters(query)
    if set(given) not in (set(), {"start", "end"}):
        raise BadRequest("Нужны обе даты, start и end, или ни одной; других параметров нет")
    if not given:
        return ScheduleAsked(subject=subject)
    start, end = _day(given["start"]), _day(given["end"])
    if end < start:
        raise BadRequest("end раньше, чем start")
    if (end - start).days >= LONGEST_DAYS:
        raise BadRequest(f"Не больше {LONGEST_DAYS} дней за один запрос")
    return ScheduleAsked(subject=subject, start=start, end=end)


def _parameters(query: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, strict_parsing=bool(query), errors="strict", max_num_fields=8)
    except (ValueError, UnicodeDecodeError) as error:
        raise BadRequest("Параметры адреса не прочитать") from error
    if len({name for name, _ in pairs}) != len(pairs):
        raise BadRequest("Параметр назван дважды")
    return dict(pairs)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError as error:
        raise BadRequest("Такой даты нет") from error
    if day is None or not _FIRST <= day <= _LAST:
        raise BadRequest("Дата пишется как 2026-11-16")
    return day


def answer(served: ServedSchedule) -> bytes:
    """Absent values are left out; lists are always there."""
    return msgspec.json.encode(
        {
            "resourceType": "Schedule",
            "id": served.subject,
            "meta": {"lastUpdated": served.updated_at.isoformat(timespec="seconds")},
            "school": [_school(school) for school in served.schools],
        }
    )


def unchanging(served: ServedSchedule) -> bytes:
    """What an ETag is taken of: all but the time of the last update."""
    return msgspec.json.encode([served.subject, [_school(school) for school in served.schools]])


def _school(school: ServedSchool) -> dict[str, Any]:
    grade = _GRADE.match(school.group)
    group = {"class": school.group, "grade": grade[0] if grade else "", "lesson": [_lesson(lesson) for lesson in school.lessons]}
    return {
        "id": school.id,
        "name": school.name,
        "scheduleUrl": school.url,
        "period": {"start": school.start.isoformat(), "end": school.end.isoformat()},
        "academYear": _year(school.start),
        "class": [group],
    }


def _year(day: date) -> str:
    """`2026/27`; the year begins on 1 September."""
    first = day.year if day.month >= 9 else day.year - 1
    return f"{first}/{(first + 1) % 100:02d}"


def _lesson(lesson: ServedLesson) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": lesson.id,
        "subject": lesson.subject,
        "insteadOf": lesson.instead_of,
        "topic": lesson.topic,
        "homework": lesson.homework,
        "period": {"start": lesson.start.isoformat(timespec="seconds"), "end": lesson.end.isoformat(timespec="seconds")},
        "classroom": lesson.room,
        "note": lesson.note,
        "attendance": {"code": lesson.attendance} if lesson.attendance else None,
        "score": [_score(score) for score in lesson.scores],
    }
    return {name: value for name, value in told.items() if value or name == "subject"}


def _score(score: ServedScore) -> dict[str, Any]:
    told = {
        "code": score.code,
        "weight": msgspec.Raw(score.weight.encode()) if score.weight else None,
        "score": score.value,
        "score2": score.second or None,
        "scoreSystem": _SYSTEMS.get(score.system, "other"),
    }
    return {name: value for name, value in told.items() if value is not None}


def outcome(code: str, details: str, *, id: str) -> bytes:
    """The contract's error document."""
    issue = {"severity": _SEVERITY.get(code, "error"), "code": code, "details": details}
    return msgspec.json.encode({"resourceType": "OperationOutcome", "id": id, "issue": [issue]})
