"""A child's diary as a table or as JSON: what the pages show, with the source of each line (RULES A13, C2, C8)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from connectors.kit.diary import Datum
from hub.deps import Deps
from hub.flows.outputs.cells import harmless, table
from hub.flows.outputs.taking import note_taken, require_own, take_turn
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.known import Wish
from hub.flows.show_diary.listing import window_of
from hub.flows.show_diary.sources import Seen, look
from hub.flows.show_diary.week import decoded, zone_of
from hub.flows.views.base import View
from hub.flows.views.diary import SourceState
from hub.flows.views.items import AttendanceItem, FinalItem, HomeworkItem, ItemSource, LessonItem, MarkItem
from hub.flows.views.outputs import Download
from hub.flows.words import title_of, today_of
from hub.store.sessions import Visitor
from identity.model import PersonId

KINDS = (Datum.LESSONS, Datum.MARKS, Datum.HOMEWORK, Datum.FINALS, Datum.ATTENDANCE)
FORMAT = "school-hub.diary/1"
_STATUS = {"planned": "по плану", "held": "прошёл", "cancelled": "отменён", "replaced": "замена", "moved": "перенесён"}
_ABSENCE = {
    "absent_unexcused": "без уважительной причины",
    "ill": "болезнь",
    "excused": "по уважительной причине",
    "late": "опоздание",
    "exempt": "освобождение",
    "present": "был на уроке",
    "unknown": "",
}
_YES = {True: "да", False: "нет", None: ""}


class DiaryFile(View, frozen=True, kw_only=True):
    """The JSON file: the same records as the lists of `/api/v1`, and how each source answered."""

    format: str
    made_at: datetime
    child: str
    start: date
    end: date
    sources: tuple[SourceState, ...]
    items: dict[str, tuple[msgspec.Raw, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`separator` and `bom` are of the table: Russian Excel wants a semicolon and the mark."""

    child: str
    kinds: tuple[Datum, ...]
    start: date | None = None
    end: date | None = None
    separator: str = ";"
    bom: bool = True


async def diary_csv(deps: Deps, visitor: Visitor, asked: Asked) -> Download:
    """One kind, one table."""
    if len(asked.kinds) != 1:
        raise Refused(Reason.MALFORMED, f"В таблицу помещается один вид записей: kind = {', '.join(one.value for one in KINDS)}.")
    (kind,) = asked.kinds
    seen, start, end = await _taken(deps, visitor, asked)
    head, shape, cells = _TABLES[kind]
    place = ZoneInfo(zone_of(seen.child, seen.pupils))
    records: list[Any] = decoded(seen.of(kind), shape)

    def made() -> bytes:
        rows = [[*(harmless(cell) for cell in cells(one, place)), *_source(deps, one.source, place)] for one in records]
        return table((*head, "Источник", "Номер в источнике", "Получено"), rows, separator=asked.separator, bom=asked.bom)

    # A year of a big diary takes a while to write; other requests go on meanwhile.
    return Download(name=_name(kind.value, start, end, "csv"), content_type="text/csv; charset=utf-8", body=await asyncio.to_thread(made))


async def diary_json(deps: Deps, visitor: Visitor, asked: Asked) -> Download:
    seen, start, end = await _taken(deps, visitor, asked)
    found = DiaryFile(
        format=FORMAT,
        made_at=deps.now(),
        child=asked.child,
        start=start,
        end=end,
        sources=seen.states,
        items={kind.value: tuple(kept.item for kept in seen.of(kind)) for kind in asked.kinds},
    )
    body = msgspec.json.format(msgspec.json.encode(found), indent=1)
    return Download(name=_name("diary", start, end, "json"), content_type="application/json; charset=utf-8", body=body)


def kinds_asked(text: str) -> tuple[Datum, ...]:
    """`marks`, or several with a comma between; none means all."""
    if not text.strip():
        return KINDS
    known = {one.value: one for one in KINDS}
    wanted = [one.strip() for one in text.split(",")]
    if any(one not in known for one in wanted):
        raise Refused(Reason.MALFORMED, f"«kind» — одно из: {', '.join(known)}.")
    return tuple(known[one] for one in dict.fromkeys(wanted))


async def _taken(deps: Deps, visitor: Visitor, asked: Asked) -> tuple[Seen, date, date]:
    """The right and the dates first; the trace is on disk before the file is."""
    take_turn(deps, visitor)
    whom = PersonId(asked.child)
    today = None if asked.start or asked.end else await today_of(deps, asked.child)
    window = window_of(asked.kinds[0], asked.start, asked.end, today)

    def unit() -> None:
        require_own(deps, visitor, whom)
        note_taken(deps, visitor, (whom,), "export.diary")

    await deps.db.write(unit)
    seen = await look(deps, visitor, Wish(child=asked.child, data=frozenset(asked.kinds), window=window, page="export.diary"), pupils=True)
    return seen, window.start, window.end


def _name(kind: str, start: date, end: date, ending: str) -> str:
    """No name of a child: files lie about."""
    return f"school-hub-{kind}-{start}-{end}.{ending}"


def _source(deps: Deps, source: ItemSource, place: ZoneInfo) -> list[str]:
    return [harmless(title_of(deps.diaries, source.system)), harmless(source.id), _moment(source.fetched_at, place)]


def _moment(at: datetime | None, place: ZoneInfo) -> str:
    return at.astimezone(place).strftime("%d.%m.%Y %H:%M") if at else ""


def _day(day: date | None) -> str:
    return day.strftime("%d.%m.%Y") if day else ""


def _number(value: float | None) -> str:
    """With a comma, as Russian tables want it."""
    return "" if value is None else f"{value:g}".replace(".", ",")


def _lesson(one: LessonItem, place: ZoneInfo) -> Sequence[str]:
    start, end = (at.astimezone(place).strftime("%H:%M") if at else "" for at in (one.start, one.end))
    number = "" if one.number is None else str(one.number)
    teachers, status = ", ".join(one.teachers), _STATUS.get(one.status, one.status)
    return (_day(one.date), number, start, end, one.subject, one.room, one.topic, status, one.replaces or "", teachers, one.comment)


def _mark(one: MarkItem, place: ZoneInfo) -> Sequence[str]:
    older = "; ".join(f"{old.value} ({_moment(old.seen_at, place)})" for old in one.revisions)
    return (
        _day(one.date),
        one.subject,
        one.value,
        _number(one.weight),
        one.work,
        one.topic,
        one.comment,
        _moment(one.set_at, place),
        older,
    )


def _homework(one: HomeworkItem, _place: ZoneInfo) -> Sequence[str]:
    links = " ".join((*one.links, *(file.url or file.name for file in one.attachments)))
    return (_day(one.due_date), _day(one.assigned_date), one.subject, one.text, _YES[one.done], links)


def _final(one: FinalItem, _place: ZoneInfo) -> Sequence[str]:
    year = one.period_info.school_year or ""
    return (year, one.period, one.subject, one.value, one.average or "", one.class_average or "", "нет" if one.is_preliminary else "да")


def _absence(one: AttendanceItem, _place: ZoneInfo) -> Sequence[str]:
    late = "" if one.minutes_late is None else str(one.minutes_late)
    return (_day(one.date), one.subject, one.code, _ABSENCE.get(one.kind, one.kind), late, one.comment)


_TABLES: Mapping[Datum, tuple[tuple[str, ...], type, Callable[..., Sequence[str]]]] = {
    Datum.LESSONS: (
        ("Дата", "Урок", "Начало", "Конец", "Предмет", "Кабинет", "Тема", "Состояние", "Вместо", "Учитель", "Комментарий"),
        LessonItem,
        _lesson,
    ),
    Datum.MARKS: (
        ("Дата", "Предмет", "Оценка", "Вес", "За что", "Тема", "Комментарий", "Поставлена", "Раньше было"),
        MarkItem,
        _mark,
    ),
    Datum.HOMEWORK: (("На какой день", "Задано", "Предмет", "Задание", "Сделано", "Ссылки"), HomeworkItem, _homework),
    Datum.FINALS: (
        ("Учебный год", "Период", "Предмет", "Оценка", "Средний балл", "Средний по классу", "Окончательно"),
        FinalItem,
        _final,
    ),
    Datum.ATTENDANCE: (("Дата", "Предмет", "Отметка", "Причина", "Минут опоздания", "Комментарий"), AttendanceItem, _absence),
}
