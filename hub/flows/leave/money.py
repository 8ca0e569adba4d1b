"""The money part of an own export: contracts that I pay or whose child I see, their rows, my payments, my words (RULES A14, D9)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta

from hub.deps import Deps
from hub.flows.leave.debits import my_debits
from hub.flows.money.months import rows_of
from hub.flows.money.sight import paid_by
from hub.flows.views.self_service.my_money import (
    MyAcceptance,
    MyAccount,
    MyBenefit,
    MyConsentToPay,
    MyContract,
    MyMoney,
    MyPayout,
    MyTopUp,
)  # fmt: skip
from hub.ledger.model import Kind
from hub.ledger.store import contracts, reading
from hub.ledger.store.agreements import benefits, papers, payouts
from hub.ledger.store.contracts import AccountCard, ContractCard
from hub.ledger.store.paid import consents
from hub.ledger.store.reading import Line
from hub.ledger.texts import PURPOSES
from hub.store.sessions import Visitor
from hub.store.wishes import autopay, demands, top_ups
from hub.store.wishes.top_ups import PENDING
from identity.model import PersonId
from identity.store.persons import by_ids

MOST_ROWS = 20_000
MOST_TOP_UPS = 1_000
PAYMENTS = frozenset({Kind.TOP_UP, Kind.REFUND, Kind.PAYOUT, Kind.TRANSFER_IN, Kind.TRANSFER_OUT})
FIRST = datetime(2000, 1, 1, tzinfo=UTC)


def my_money(deps: Deps, visitor: Visitor, children: Collection[str], *, held: Collection[str], why_not: str) -> MyMoney:
    """In the caller's unit. `held` are children whose records rest on a joined record: of those contracts no row leaves."""
    now = deps.now()
    mine = {card.id: card for card in (*contracts.of_children([*children]), *paid_by(deps, visitor, now=now))}
    return MyMoney(
        contracts=tuple(_contract(deps, visitor, card, why_not=why_not if card.child in held else None, now=now) for card in mine.values()),
        top_ups=tuple(_top_ups(deps, visitor.person)),
        consents=tuple(_consents(visitor.person)),
        payouts=tuple(_payouts(deps, visitor.person)),
        benefits=tuple(_benefits(deps, visitor.person)),
        **my_debits(deps, visitor.person),
    )


def _contract(deps: Deps, visitor: Visitor, card: ContractCard, *, why_not: str | None, now: datetime) -> MyContract:
    return MyContract(
        number=card.number,
        state=card.state.value,
        school=card.school,
        child=card.child,
        i_pay=card.payer == visitor.person,
        acceptances=tuple(_accepted(deps, visitor.person, card.id)),
        accounts=() if why_not else tuple(_account(deps, visitor, card, one, now=now) for one in card.accounts),
        why_not=why_not,
    )


def _account(deps: Deps, visitor: Visitor, card: ContractCard, account: AccountCard, *, now: datetime) -> MyAccount:
    """No name but the own, and no payment that another adult made: each row still says what was before it and after (RULES A5b)."""
    actors = reading.actors_of(account.id)
    others = {who for who in by_ids(deps.keys, [PersonId(one) for one in actors]) if who != visitor.person}

    def keep(line: Line) -> bool:
        return line.kind not in PAYMENTS or line.actor not in others

    end = now + timedelta(days=366)
    found, more = rows_of(deps, visitor, account, card, None, start=FIRST, end=end, limit=MOST_ROWS, keep=keep)
    return MyAccount(
        id=account.id, purpose=account.purpose.value, title=PURPOSES[account.purpose], balance_kop=reading.balance(account.id), rows=found,
        cut=more,
    )  # fmt: skip


def _accepted(deps: Deps, person: str, contract: str) -> Iterator[MyAcceptance]:
    for one in papers.words_of(deps.keys, contract):
        if one.by == person:
            yield MyAcceptance(party=one.party.value, at=one.at, channel=one.where, offer=one.offer, phone=one.phone, inn=one.inn)


def _top_ups(deps: Deps, person: str) -> Iterator[MyTopUp]:
    mine = top_ups.of_person(PersonId(person), limit=MOST_TOP_UPS)
    codes = demands.of_top_ups([one.id for one in mine])
    for one in mine:
        phone = demands.phone_of(deps.keys, one.id) if one.state == PENDING else ""
        yield MyTopUp(
            id=one.id, account=one.account, provider=one.provider, method=one.method, amount_kop=one.amount_kop, fee_kop=one.fee_kop,
            state=one.state, created_at=one.created_at, code=codes[one.id].code if one.id in codes else None, phone=phone or None,
        )  # fmt: skip


def _consents(person: str) -> Iterator[MyConsentToPay]:
    for one in consents.by_person(person):
        yield MyConsentToPay(
            service=one.service, contract=one.contract, price_kop=one.price.kop, text_version=one.text_version, text=one.text, at=one.at,
            ended_at=one.ended_at,
        )  # fmt: skip
    for word in autopay.consents_of(person):
        yield MyConsentToPay(
            service="autopay", contract=None, price_kop=word.total_kop, text_version=word.version, text=word.text, at=word.given_at,
            ended_at=word.withdrawn_at,
        )  # fmt: skip


def _payouts(deps: Deps, person: str) -> Iterator[MyPayout]:
    for one in payouts.of_payer(person):
        to = payouts.requisites(deps.keys, one)
        yield MyPayout(
            contract=one.contract, amount_kop=one.amount_kop, state=one.state.value, way=one.way, bik=to.bik if to else "",
            account=to.account if to else "", created_at=one.created_at, due_at=one.due_at, done_at=one.done_at,
            note=payouts.note(deps.keys, one),
        )  # fmt: skip


def _benefits(deps: Deps, person: str) -> Iterator[MyBenefit]:
    for one in benefits.asked_by(person):
        yield MyBenefit(
            contract=one.contract, state=one.state.value, basis=benefits.basis(deps.keys, one), since=one.since, until=one.until,
            asked_at=one.asked_at,
        )  # fmt: skip
