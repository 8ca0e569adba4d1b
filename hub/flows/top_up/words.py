"""A payment as a record for people: what is going on, in plain words; pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hub.flows.views.top_up import TopUpView
from hub.ledger.model import Purpose
from hub.store.wishes.top_ups import DECLINED, PAID, TopUpCard

DESCRIPTIONS: Mapping[Purpose, str] = MappingProxyType(
    {
        Purpose.MEAL: "Пополнение счёта: питание",
        Purpose.NOTICES: "Пополнение счёта: СМС и тарифы",
        Purpose.SERVICES: "Пополнение счёта: услуги",
    }
)
"""What the bank's page says; no name of a child."""
ARRIVED = "Деньги на счёте."
GIVEN_BACK = "Деньги были зачислены, потом банк вернул их плательщику."
REFUSED = "Оплата не прошла, деньги не списаны. Попробуйте ещё раз или выберите другой способ."
WAITS = "Ждём подтверждения банка. Если вы ещё не платили, откройте страницу оплаты."
NO_ANSWER = "Банк пока не ответил. Мы спросим его сами ещё раз; если страница оплаты не открылась, деньги не списаны."
LOOKED_AT = "Банк сообщил другую сумму, чем вы платили. Деньги не пропали: оператор разбирается и зачислит их вручную."


def shown_as(card: TopUpCard) -> TopUpView:
    return TopUpView(
        id=card.id,
        account=card.account,
        provider=card.provider,
        provider_id=card.provider_id,
        method=card.method,
        status=card.state,
        amount_kop=card.amount_kop,
        fee_kop=card.fee_kop,
        total_kop=card.total_kop,
        pay_url=card.pay_url if card.state not in (PAID, DECLINED) else None,
        transaction_id=card.txn,
        created_at=card.created_at,
        text=_text(card),
    )


def _text(card: TopUpCard) -> str:
    if card.state == PAID:
        return GIVEN_BACK if card.refunded_kop else ARRIVED
    if card.state == DECLINED:
        return REFUSED
    if card.problem:
        return LOOKED_AT
    return WAITS if card.pay_url else NO_ANSWER
