"""What tariffs are called and what is in them, for people (F137-F141)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from hub.ledger.notices import NoticeKind
from hub.ledger.tariffs import TITLES, MonthCharge, Tariff

ALWAYS = (
    "Кабинет: остатки, выписка с каждым списанием и его причиной",
    "Проход по карте и оплата питания",
    "Уведомления на странице, пуш, почта, мессенджеры",
    "Письма об оплате и остатке, дневной лимит",
    "Служебные сообщения: они бесплатны и не отключаются",
)
"""In every tariff, the free one too (F138, F139, F141, F153)."""
ADDS: Mapping[Tariff, tuple[str, ...]] = MappingProxyType(
    {
        Tariff.ZERO: ("СМС по желанию, каждая оплачивается отдельно",),
        Tariff.MOBILE: ("Все СМС о проходах без отдельной платы", "СМС о питании по желанию, каждая оплачивается отдельно"),
        Tariff.SMS_PLUS: ("Все СМС о проходах и о питании без отдельной платы",),
    }
)
SERVICES: Mapping[NoticeKind, str] = MappingProxyType({NoticeKind.PASS: "СМС проходная", NoticeKind.MEAL: "СМС питание"})
ABOUT: Mapping[NoticeKind, str] = MappingProxyType({NoticeKind.PASS: "О проходах", NoticeKind.MEAL: "О питании"})
"""What the free channels tell."""
CHANNELS: Mapping[str, str] = MappingProxyType(
    {"page": "на странице", "push": "пуш", "email": "почта", "max": "MAX", "vk": "VK", "sms": "СМС"}
)
ENDINGS: Mapping[str, str] = MappingProxyType(
    {
        "asked": "Тариф отключили по просьбе семьи.",
        "no_funds": "На «Балансе СМС» не хватило денег. Долга нет.",
        "price_changed": "Цена изменилась, а согласия с новой ценой не было.",
        "contract": "Договор закрыт или закрывается.",
        "consent": "Тот, кто дал согласие, больше не платит за ребёнка.",
    }
)
WAITS: Mapping[str, str] = MappingProxyType(
    {
        "phone": "Выберите телефон в настройках.",
        "advance": "Пополните «Баланс СМС»: без денег СМС не отправляется.",
        "contract": "Нужен договор со счётом «Баланс СМС»: его открывает школа.",
    }
)
_MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
_OF_MONTH = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip


def item_of(tariff: Tariff, found: MonthCharge) -> str:
    """«Мобильный», ноябрь 2026 (10 дней из 30)."""
    share = "" if found.days == found.of_days else f" (дней: {found.days} из {found.of_days})"
    return f"«{TITLES[tariff]}», {_MONTHS[found.month.month - 1]} {found.month.year}{share}"


def on_day(day: date) -> str:
    """21 ноября."""
    return f"{day.day} {_OF_MONTH[day.month - 1]}"
