"""Words for people: the filters of the templates, with Babel for dates, ages, numbers and plurals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_timezone_location
from babel.numbers import format_decimal

from hub.flows.views.diary import SourceState, WeekView
from hub.flows.views.items import AttendanceItem, MarkItem
from hub.store.preferences import DateFormat, Preferences, TimeFormat

RU = Locale.parse("ru")
CHOSEN: ContextVar[Preferences | None] = ContextVar("CHOSEN", default=None)
"""What the person who looks at this page chose; set before it is rendered."""
HOUSE = Preferences()
_IN_BRACKETS = re.compile(r"\(([^)]+)\)")
DATES = {DateFormat.WEEKDAY: "EEE, d MMMM", DateFormat.LONG: "d MMMM y", DateFormat.DOTTED: "dd.MM.y", DateFormat.ISO: "y-MM-dd"}
TIMES = {TimeFormat.PADDED: "HH:mm", TimeFormat.PLAIN: "H:mm", TimeFormat.DOTTED: "HH.mm"}

DIARY_STATES = {"active": "подключён", "needs_login": "просит войти", "not_linked": "не подключён"}
LINK_STATES = {
    "active": "работает", "needs_login": "просит войти", "needs_code": "ждёт код", "suspended": "приостановлен", "review": "проверяется",
    "waiting_approval": "ждёт решения школы", "waiting_letter": "ждёт письма", "waiting_invitation": "ждёт приглашения",
    "waiting_application": "ждёт заявления", "waiting_list": "ждёт администратора школы",
}  # fmt: skip
LOGINS = {
    "gosuslugi": "через Госуслуги", "password": "по логину и паролю из школы", "snils_password": "по СНИЛС ребёнка и паролю дневника",
    "contract_password": "по номеру договора и паролю", "account_and_code": "по лицевому счёту и коду авторизации",
    "invitation": "по коду приглашения",
}  # fmt: skip
DATA = {
    "lessons": "расписание", "marks": "оценки", "homework": "домашние задания", "finals": "итоговые оценки",
    "attendance": "посещаемость", "averages": "средние баллы", "announcements": "объявления", "terms": "календарь учебного года",
    "statistics": "сводка по ребёнку",
}  # fmt: skip
NAMELESS = "Ребёнок без имени"
LEVELS = {
    "simplified": "упрощённая учётная запись",
    "standard": "стандартная учётная запись",
    "confirmed": "подтверждённая учётная запись",
    "unknown": "уровень учётной записи неизвестен",
}
EVIDENCE = {
    "esia_confirmed": "подтверждённая учётная запись Госуслуг",
    "esia_kid": "список детей на Госуслугах",
    "snils_in_school_card": "СНИЛС в карточке ребёнка в школе",
    "invitation_code": "код приглашения",
    "school_approval": "решение школы",
    "both_sides_login": "вход в обе системы",
    "own_sign_in": "собственный вход",
}
EDGE_STATES = {
    "waiting": "ждёт подтверждённой учётной записи",
    "to_confirm": "Госуслуги больше не подтверждают",
    "frozen": "остановлен до решения школы",
}
ABSENCES = {
    "absent_unexcused": "отсутствие", "ill": "болезнь", "excused": "уважительная причина", "late": "опоздание", "exempt": "освобождение",
    "present": "присутствие", "unknown": "отметка",
}  # fmt: skip
SCOPES = {"school": "школа", "class": "класс", "system": "дневник"}
VIEW_REASONS = {
    "level_too_low": "Чтобы видеть дневник, нужна подтверждённая учётная запись Госуслуг. Подтвердите её в банке или МФЦ и войдите снова.",
    "waiting": "Связь с ребёнком ждёт подтверждения: войдите с подтверждённой учётной записью Госуслуг.",
    "to_confirm": "Госуслуги больше не показывают этого ребёнка. Проверьте раздел «Семья и дети» и войдите снова.",
    "frozen": "Доступ остановлен до решения школы.",
    "minor_guardian": "Родителю младше 18 лет доступ открывает школа: обратитесь с документом.",
}
ERRORS = {
    "unavailable": "не отвечает",
    "timed_out": "не ответил вовремя",
    "rate_limited": "просит спрашивать реже",
    "access_denied": "не разрешает показать эти данные",
    "not_found": "не нашёл этого ученика",
    "rejected": "отказал в запросе",
    "drifted": "ответил в непонятном формате; мы уже разбираемся",
}


def _chosen() -> Preferences:
    return CHOSEN.get() or HOUSE


def day(value: date) -> str:
    """`пт, 21 ноября`, or as the person chose."""
    return day_in(value, _chosen().date_format)


@lru_cache(maxsize=2000)
def day_in(value: date, chosen: DateFormat | str) -> str:
    return format_date(value, DATES[DateFormat(chosen)], locale=RU)


def month(value: date) -> str:
    """`ноябрь 2026`."""
    return format_date(value, "LLLL y", locale=RU)


def span(start: date, end: date) -> str:
    """`16–22 ноября`, or `30 ноября – 6 декабря`, or as the person chose."""
    chosen = _chosen().date_format
    if chosen in (DateFormat.DOTTED, DateFormat.ISO):
        return f"{day_in(start, chosen)} – {day_in(end, chosen)}"
    until = format_date(end, "d MMMM y" if chosen is DateFormat.LONG else "d MMMM", locale=RU)
    if start.month == end.month:
        return f"{start.day}–{until}"
    return f"{format_date(start, 'd MMMM', locale=RU)} – {until}"


def clock(value: datetime, zone: str) -> str:
    """`08:30` on the school's clock, or as the person chose."""
    return time_in(value.astimezone(ZoneInfo(zone)), _chosen().time_format)


def time_in(value: datetime | time, chosen: TimeFormat | str) -> str:
    return format_time(value.time() if isinstance(value, datetime) else value, TIMES[TimeFormat(chosen)], locale=RU)


def day_of(value: datetime, zone: str) -> str:
    return day(value.astimezone(ZoneInfo(zone)).date())


def moment(value: datetime, zone: str) -> str:
    """`пт, 21 ноября, 08:30`."""
    return f"{day_of(value, zone)}, {clock(value, zone)}"


def zone_name(zone: str) -> str:
    """`Красноярск`: the city by whose clock it is."""
    place = get_timezone_location(zone, locale=RU)
    city = _IN_BRACKETS.search(place)
    return city[1] if city else place.partition(",")[0]


def ago(value: datetime, now: datetime) -> str:
    """`5 минут назад`."""
    return format_timedelta(value - now, add_direction=True, locale=RU)


def iso(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds")


def named(one: Any) -> str:
    """First name and surname; some diaries tell neither."""
    return " ".join(part for part in (one.first_name, one.last_name) if part) or NAMELESS


def first_named(one: Any) -> str:
    return str(one.first_name or one.last_name or NAMELESS)


def plural(count: int, one: str, few: str, many: str) -> str:
    return {"one": one, "few": few}.get(RU.plural_form(count), many)


def age(born: date, today: date) -> str:
    """`9 лет`."""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return f"{years} {plural(years, 'год', 'года', 'лет')}"


def number(value: float | Decimal) -> str:
    """`4,5`, at most two digits after the comma."""
    return format_decimal(value, format="0.##", locale=RU)


def absence(item: AttendanceItem) -> str:
    word = ABSENCES.get(item.kind, ABSENCES["unknown"])
    if item.minutes_late:
        word = f"{word}, {item.minutes_late} мин"
    return f"{word} ({item.code})" if item.kind == "unknown" else word


def source_sentence(source: SourceState, zone: str, now: datetime) -> str:
    """What happened, what it means, what will be done (PAGES, Words)."""
    title = source.title or source.system
    if source.state == "needs_login":
        kept = f" Показываем то, что получили {moment(source.fetched_at, zone)}." if source.fetched_at else ""
        return f"{title} просит войти заново: прежний вход закончился.{kept}"
    if source.state == "stale" and source.fetched_at:
        return f"{title} ещё не спрошен заново. Показываем то, что получили {ago(source.fetched_at, now)}."
    happened = ERRORS.get(source.error or "", "не отвечает")
    if source.fetched_at:
        return f"{title} {happened}. Показываем то, что получили {moment(source.fetched_at, zone)}. Попробуем снова через минуту."
    return f"{title} {happened}, а сохранённых данных за эти дни ещё нет. Попробуем снова через минуту."


def mark_day(mark: MarkItem) -> str:
    """The day in the address of a mark's card; empty where the diary tells none."""
    found = mark.date or (mark.set_at.date() if mark.set_at else None)
    return found.isoformat() if found else ""


def source_title(sources: Iterable[SourceState], system: str) -> str:
    """The diary's name as people know it."""
    return next((one.title for one in sources if one.system == system and one.title), system)


def is_empty_week(view: WeekView) -> bool:
    return not any(day.lessons or day.marks or day.homework or day.attendance for day in view.days)


def _word(table: dict[str, str]) -> Callable[[Any], str]:
    return lambda value: table.get(str(value), str(value))


FILTERS: dict[str, Callable[..., object]] = {
    "day": day, "span": span, "clock": clock, "day_of": day_of, "moment": moment, "ago": ago, "iso": iso, "plural": plural, "age": age,
    "month": month, "mark_day": mark_day, "source_title": source_title, "absence_kind": _word(ABSENCES), "scope": _word(SCOPES),
    "time_of": lambda value: time_in(value, _chosen().time_format),
    "number": number, "absence": absence, "zone_name": zone_name, "source_sentence": source_sentence,
    "diary_state": _word(DIARY_STATES), "link_state": _word(LINK_STATES), "level": _word(LEVELS), "evidence": _word(EVIDENCE),
    "edge_state": _word(EDGE_STATES), "login": _word(LOGINS), "datum": _word(DATA), "named": named, "first_named": first_named,
    "view_reason": lambda reason: VIEW_REASONS.get(str(reason), "Дневник этого ребёнка пока закрыт. Обратитесь в школу."),
}  # fmt: skip
TESTS: dict[str, Callable[..., bool]] = {"empty_week": is_empty_week}
