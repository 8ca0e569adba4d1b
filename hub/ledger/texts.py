"""What a statement's row says, in Russian, pure (RULES D7; F030)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hub.ledger.model import Cause, Kind, Purpose

PURPOSES: Mapping[Purpose, str] = MappingProxyType(
    {
        Purpose.MEAL: "Питание",
        Purpose.MEAL_BENEFIT: "Льготное питание",
        Purpose.NOTICES: "Баланс СМС",
        Purpose.SERVICES: "Услуги",
    }
)
NOT_THE_OTHER: Mapping[Purpose, str] = MappingProxyType(
    {
        Purpose.MEAL: "Только еда в столовой. Это не баланс СМС.",
        Purpose.MEAL_BENEFIT: "Льгота школы: только льготное питание. Пополнить нельзя, остаток вернётся в бюджет.",
        Purpose.NOTICES: "Только СМС и тарифы. Это не деньги на питание.",
        Purpose.SERVICES: "Платные занятия и карты. Питание отсюда не оплачивается.",
    }
)
KINDS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.TOP_UP: "Пополнение",
        Kind.CORRECTION: "Изменение",
        Kind.MEAL: "Питание",
        Kind.NOTICE_PASS: "Оплата услуги (СМС проходная)",
        Kind.NOTICE_MEAL: "Оплата услуги (СМС питание)",
        Kind.TARIFF: "Тариф",
        Kind.LESSON: "Платное занятие",
        Kind.CARD_DUPLICATE: "Дубликат карты",
        Kind.BENEFIT_GRANT: "Льгота",
        Kind.BENEFIT_RETURN: "Льгота возвращена в бюджет",
        Kind.REVERSAL: "Отмена",
        Kind.REFUND: "Возврат",
        Kind.PAYOUT: "Выплата остатка",
        Kind.CHARGEBACK: "Возврат по требованию банка",
        Kind.TRANSFER_OUT: "Перевод на другой счёт",
        Kind.TRANSFER_IN: "Перевод с другого счёта",
        Kind.SUSPENSE: "Невыясненный платёж",
    }
)
PROVIDERS: Mapping[str, str] = MappingProxyType(
    {
        "osmp": "терминал",
        "sber2": "Сбербанк",
        "sber_upper": "Сбербанк",
        "sber_old": "Сбербанк",
        "rbs": "банковская карта",
        "yookassa": "ЮKassa",
        "tbank": "Т-Банк",
        "demand": "код требования",
        "demand_code": "код требования",
        "mts": "МТС",
    }
)
WAYS: Mapping[str, str] = MappingProxyType(
    {"card": "банковская карта", "bank_card": "банковская карта", "sbp": "СБП", "mobile_balance": "счёт телефона"}
)
"""By an acquirer's method, where it says more than who took the money."""


def text_of(kind: Kind, cause: Cause) -> str:
    """«Пополнение (МТС)», «Питание: обед», «Изменение: ошибка кассы»."""
    said = KINDS[kind]
    if cause.provider:
        said += f" ({WAYS.get(cause.way) or PROVIDERS.get(cause.provider, cause.provider)})"
    about = cause.item or cause.note
    return f"{said}: {about}" if about and about.casefold() != said.casefold() else said


OF_THE_TILL = "till"
"""The version of a price that the till itself said."""
