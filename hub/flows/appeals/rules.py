"""What an appeal may be about, how long the school has for it, and how it is checked; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.flows.refusals import Reason, Refused
from hub.flows.support.masking import cover
from hub.store.written.appeals import About

SATURDAY = 6
LAST_MINUTE = time(23, 59)
LONGEST_TEXT, LONGEST_FORM, LONGEST_ID, LONGEST_TITLE = 2000, 200, 200, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`days` are the working days that the school has."""

    title: str
    days: int


KINDS: Mapping[str, Kind] = {
    "debit": Kind(title="списание", days=3),
    "meal": Kind(title="питание", days=3),
    "pass": Kind(title="проход", days=3),
    "mark": Kind(title="оценка", days=5),
    "other": Kind(title="другое", days=5),
}
"""Terms of this service; a school's own rules may be longer by law, and are to be confirmed by a lawyer."""


def due(now: datetime, zone: str, days: int, holiday: Callable[[date], str]) -> datetime:
    """The end of the last working day, on the school's clock; the day of the appeal itself does not count."""
    place = ZoneInfo(zone)
    day = now.astimezone(place).date()
    left = days
    while left:
        day += timedelta(days=1)
        left -= day.isoweekday() < SATURDAY and not holiday(day)
    return datetime.combine(day, LAST_MINUTE, place)


def checked_text(text: str) -> str:
    """Refused in words; numbers that nobody asked for are covered."""
    found, _ = cover(text)
    if not 0 < len(found) <= LONGEST_TEXT:
        raise Refused(Reason.MALFORMED, f"Напишите, что случилось: до {LONGEST_TEXT} знаков.")
    return found


def checked_form(form: str) -> str:
    if not 0 < len(form) <= LONGEST_FORM:
        raise Refused(Reason.MALFORMED, "Обновите страницу и отправьте ещё раз.")
    return form


def checked_kind(kind: str) -> Kind:
    found = KINDS.get(kind)
    if found is None:
        raise Refused(Reason.MALFORMED, "Выберите из списка, о чём обращение.")
    return found


def checked_about(about: About, child: str) -> About:
    """The page of the datum is one of this child's own."""
    if len(about.id) > LONGEST_ID or len(about.title) > LONGEST_TITLE or about.kind not in ("", *KINDS):
        raise Refused(Reason.MALFORMED, "Не понять, к какой записи относится обращение. Начните с самой записи.")
    if about.href and not about.href.startswith(f"/children/{child}/"):
        raise Refused(Reason.MALFORMED, "Запись относится к другому ребёнку.")
    title, _ = cover(" ".join(about.title.split()))
    return About(kind=about.kind, id=about.id, title=title, href=about.href)
