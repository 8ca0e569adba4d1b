"""Who may tell the school, what a notice may say, and how it is worded; pure but for the right, which is read in the caller's unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import refusal
from hub.store.sessions import Visitor
from identity.ages import Phase, phase
from identity.claims import Level
from identity.family.child_login import CHILD_LOGIN
from identity.guardianship import Right
from identity.model import EdgeRight, Missing, Person, PersonId
from identity.store import act_right, person, view_right

KINDS: Mapping[str, str] = {
    "ill": "болезнь",
    "doctor": "врач или обследование",
    "family": "семейные обстоятельства",
    "event": "соревнования или поездка",
    "other": "другое",
}
"""What a form offers; `other` asks for nothing more, and so does none at all: a reason need not be told."""
LONGEST_REASON = 500
LONGEST_SPAN = timedelta(days=60)
FURTHEST = timedelta(days=180)
NUMBERS = range(13)
MINOR = "До 18 лет об отсутствии школе сообщает родитель. Попросите его: это два нажатия на его странице."
LENT = "Вам открыли только дневник. Об отсутствии сообщает родитель."
DIARY_ONLY = (
    "Этого ребёнка показывает только ваш дневник, поэтому сообщить школе отсюда нельзя. Напишите учителю в «Сообщениях» или позвоните."
)
REASONS: Mapping[Missing, str] = {
    Missing.LEVEL_TOO_LOW: "Чтобы сообщать школе, нужна подтверждённая учётная запись Госуслуг.",
    Missing.RIGHT_NOT_GIVEN: "Код приглашения даёт только просмотр. Чтобы решать за ребёнка, нужен список детей на Госуслугах или школа.",
    Missing.TO_CONFIRM_VIEW_ONLY: "Госуслуги больше не показывают этого ребёнка, и пока это так, можно только смотреть.",
    Missing.RECENT_RECOVERY: "Вход недавно восстановлен: 72 часа можно только смотреть. Позвоните в школу.",
}


def may_tell(deps: Deps, visitor: Visitor, child: str) -> str:
    """In the caller's unit: an empty text when this person may, else why not. A foreign child is refused as everywhere."""
    now, who, whom = deps.now(), PersonId(visitor.person), PersonId(child)
    view = view_right(deps.keys, who, whom, now=now)
    if not view.allowed:
        raise refusal(view)
    if view.is_self:
        me = person(deps.keys, who)
        return "" if me is not None and visitor.system != CHILD_LOGIN and _grown(me, view, deps) else MINOR
    if view.delegated:
        return LENT
    if view.diary_only:
        return DIARY_ONLY
    right = act_right(deps.keys, who, whom, EdgeRight.ACT, now=now)
    if right.allowed:
        return ""
    return next(
        (REASONS[one] for one in right.missing if one in REASONS), "Сообщать школе об этом ребёнке сейчас нельзя. Позвоните в школу."
    )


def require_teller(deps: Deps, visitor: Visitor, child: str) -> None:
    why = may_tell(deps, visitor, child)
    if why:
        raise Refused(Reason.FORBIDDEN, why)


def _grown(me: Person, view: Right, deps: Deps) -> bool:
    return view.allowed and me.level is Level.CONFIRMED and phase(me.birth_date, deps.now(), me.zone) is Phase.ADULT


def check(first: date, last: date, lessons: Sequence[int], kind: str, reason: str, *, today: date) -> None:
    """Refused in words that say what to change."""
    if last < first:
        raise Refused(Reason.MALFORMED, "Последний день раньше первого.")
    if first < today:
        raise Refused(Reason.MALFORMED, "Этот день уже прошёл. О прошедшем дне скажите классному руководителю.")
    if last - first > LONGEST_SPAN or first - today > FURTHEST:
        raise Refused(Reason.MALFORMED, f"Не больше {LONGEST_SPAN.days} дней подряд и не дальше чем за {FURTHEST.days} дней.")
    if lessons and first != last:
        raise Refused(Reason.MALFORMED, "Уроки выбирают для одного дня. На несколько дней сообщите целиком.")
    if len(lessons) > len(NUMBERS) or any(number not in NUMBERS for number in lessons):
        raise Refused(Reason.MALFORMED, "Такого урока нет: номера от 0 до 12.")
    if kind and kind not in KINDS:
        raise Refused(Reason.MALFORMED, "Выберите причину из списка или не указывайте её.")
    if len(reason) > LONGEST_REASON:
        raise Refused(Reason.MALFORMED, f"Пояснение не длиннее {LONGEST_REASON} знаков.")


_MONTHS = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря")


def when(first: date, last: date, lessons: Sequence[int]) -> str:
    """«23 ноября, уроки 1, 2», «с 23 по 25 ноября»."""
    end = f"{last.day} {_MONTHS[last.month - 1]}"
    if first == last:
        numbers = ", ".join(map(str, lessons))
        return f"{end}, {'урок' if len(lessons) == 1 else 'уроки'} {numbers}" if lessons else end
    start = f"{first.day}" if first.month == last.month and first.year == last.year else f"{first.day} {_MONTHS[first.month - 1]}"
    return f"с {start} по {end}"
