"""A payment as a record for people: what is going on, in plain words; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from connectors.kit.manifest import PayWay
from hub.flows.views.paying.top_up import DemandView, TopUpView
from hub.ledger.model import Purpose
from hub.ledger.money import shown
from hub.store.wishes.demands import DemandCard
from hub.store.wishes.top_ups import DECLINED, PAID, PENDING, TopUpCard

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
WAITS_FOR_APP = "Ждём подтверждения банка. Если вы ещё не платили, откройте приложение своего банка."
WAITS_FOR_PHONE = "Оператор связи пришлёт СМС на этот номер: подтвердите оплату ответом на неё. После этого деньги придут."
NO_ANSWER = "Банк пока не ответил. Мы спросим его сами ещё раз; если страница оплаты не открылась, деньги не списаны."
NO_PAGE = "Банк принял заказ, но ссылка на страницу оплаты до нас не дошла. Если вы не платили, начните пополнение ещё раз."
LOOKED_AT = "Банк сообщил другую сумму, чем вы платили. Деньги не пропали: оператор разбирается и зачислит их вручную."
CODE_WAITS = "Код готов. Оплатите его в салоне связи; сколько внесено, будет видно здесь."
CODE_NOT_YET = "Код ещё не пришёл: салоны связи пока не ответили. Мы спросим их ещё раз, страница обновится сама. Платить пока нечем."
CODE_REFUSED = "Код получить не удалось, денег по нему никто не вносил. Попробуйте ещё раз или выберите другой способ."
CODE_OVER = "Срок кода вышел, денег по нему никто не вносил. Сделайте новый код или выберите другой способ."
CODE_DROPPED = "Код отменён, денег по нему никто не вносил."


_MONTHS = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря")


def from_day(first: date, today: date) -> str:
    """«с 10 ноября», with the year where it is another one."""
    year = "" if first.year == today.year else f" {first.year} года"
    return f"с {first.day} {_MONTHS[first.month - 1]}{year}"


def shown_as(card: TopUpCard, *, way: PayWay = PayWay.CARD, demand: DemandCard | None = None, now: datetime | None = None) -> TopUpView:
    found = _demand(card, demand, now) if demand is not None else None
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
        text=_text(card, way) if found is None or card.problem else _of_demand(card, found),
        way=way.value,
        demand=found,
    )


def _demand(card: TopUpCard, held: DemandCard, now: datetime | None) -> DemandView:
    past = held.expires_at is not None and now is not None and held.expires_at <= now
    if held.paid_kop:
        state = "paid" if held.paid_kop >= held.asked_kop else "part"
    elif card.state == DECLINED:
        state = "expired" if held.expires_at is not None and held.expires_at <= held.changed_at else "cancelled"
    else:
        state = "expired" if past else "created"
    return DemandView(
        code=held.code,
        state=state,
        open=held.open and not past and held.code is not None and card.state == PENDING,
        asked_kop=held.asked_kop,
        paid_kop=held.paid_kop,
        left_kop=max(held.asked_kop - held.paid_kop, 0),
        credited_kop=held.credited_kop,
        expires_at=held.expires_at,
    )


def _of_demand(card: TopUpCard, demand: DemandView) -> str:
    if demand.state == "paid" or card.refunded_kop:
        return GIVEN_BACK if card.refunded_kop else ARRIVED
    if demand.state == "part":
        came = f"Внесено {shown(demand.paid_kop)}, на счёт пришло {shown(demand.credited_kop)}."
        left = f"Осталось внести {shown(demand.left_kop)}."
        return f"{came} {left}" if demand.open else f"{came} Остальное по этому коду уже не примут: если нужно ещё, сделайте новый."
    if demand.code is None:
        return CODE_REFUSED if card.state == DECLINED else CODE_NOT_YET
    return {"expired": CODE_OVER, "cancelled": CODE_DROPPED}.get(demand.state, CODE_WAITS)


def _text(card: TopUpCard, way: PayWay) -> str:
    if card.state == PAID:
        return GIVEN_BACK if card.refunded_kop else ARRIVED
    if card.state == DECLINED:
        return REFUSED
    if card.problem:
        return LOOKED_AT
    if way is PayWay.MOBILE and card.provider_id is not None:
        return WAITS_FOR_PHONE
    if card.pay_url:
        return WAITS_FOR_APP if way is PayWay.SBP else WAITS
    return NO_ANSWER if card.provider_id is None else NO_PAGE
