"""Every word that leaves the hub for a phone: a nickname, what, when, and nothing that a stranger may not read; pure (RULES F4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from connectors.kit.notice import parts_of
from hub.flows.notices.happenings import Says
from hub.flows.notices.kinds import Kind
from identity.model import MOSCOW

NOBODY = "Ребёнок"
"""Until the parent chose a nickname."""
WEAK = "устройство не подтверждено"
_SAID: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.ENTERED: "вход в {at}",
        Kind.LEFT: "выход в {at}",
        Kind.PASSED: "проход в {at}",
        Kind.LEFT_EARLY: "выход в {at}, во время уроков",
        Kind.CARD_REFUSED: "карту не пропустили в {at}",
        Kind.CARD_USED: "закрытую карту показали в {at}",
        Kind.MEAL: "питание в {at}",
        Kind.MEAL_BACK: "отмена покупки в {at}",
    }
)
_OWN: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.MEAL_REFUSED: "Столовая: подробности в кабинете",
        Kind.LOW_BALANCE: "Счёт: подробности в кабинете",
        Kind.TOP_UP: "Пополнение: подробности в кабинете",
        Kind.MONEY: "Деньги: подробности в кабинете",
        Kind.ANSWER: "Вам ответили: подробности в кабинете",
        Kind.MARK: "Дневник: новое в кабинете",
        Kind.ANNOUNCEMENT: "Новое объявление в кабинете",
        Kind.DEVICE: "Сообщение об устройстве: подробности в кабинете",
        Kind.SERVICE: "Важное сообщение о вашем кабинете: откройте его",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One happening, ready to be worded; `name` is the nickname, or what the page calls the child."""

    kind: Kind
    at: datetime
    says: Says
    name: str = ""


def line(told: Told, *, now: datetime) -> str:
    """«Петя: вход в 08:12»; of another day with its date."""
    if told.kind in _OWN:
        return _OWN[told.kind]
    said = _SAID[told.kind].format(at=_moment(told, now))
    weak = f" ({WEAK})" if told.says.weak else ""
    return f"{told.name or NOBODY}: {said}{weak}"


def digest(many: Sequence[Told], *, now: datetime, parts: int = 2) -> str:
    """One message of the whole night, in the order in which it happened; what does not fit is counted."""
    lines = [line(one, now=now) for one in sorted(many, key=lambda one: one.at)]
    if len(lines) == 1:
        return lines[0]
    for kept in range(len(lines), 0, -1):
        more = f"; и ещё {len(lines) - kept}" if kept < len(lines) else ""
        text = "За ночь: " + "; ".join(lines[:kept]) + more
        if parts_of(text) <= parts:
            break
    return text


def _moment(told: Told, now: datetime) -> str:
    zone = ZoneInfo(told.says.zone or MOSCOW)
    here = told.at.astimezone(zone)
    return f"{here:%H:%M}" if here.date() == now.astimezone(zone).date() else f"{here:%H:%M %d.%m}"
