"""An offer is accepted once by whom it concerns; two words at once are one; a PIN is kept as a keyed hash alone (RULES D9)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest

from hub.ledger.agreements.accepting import (
    Acceptance,
    Decision,
    Fault,
    Party,
    Standing,
    State,
    Where,
    decide,
    is_inn,
    new_code,
    new_number,
    new_pin,
)
from hub.ledger.agreements.offers import Offer, usual_on
from hub.ledger.model import Purpose
from hub.ledger.store import contracts, terms
from hub.ledger.store.agreements import offers, papers
from hub.ledger.store.agreements.papers import Accepted, Unacceptable
from hub.ledger.store.agreements.tables import Paper
from hub.ledger.store.contracts import ContractCard
from hub.ledger.store.terms import TermsCard
from hub.store.database import Database
from tests.unit.ledger.kit import KEYS, NOW

pytestmark = [pytest.mark.rule("D9"), pytest.mark.feature("F100", "F121")]
SCHOOL, DAY = "1023800000017", date(2026, 11, 18)
HELD = TermsCard(holder_name="ООО «Агент»", holder_inn="7700000016", legal_basis="договор")
VERSION = usual_on(DAY).version
DRAFT = Standing(state=State.DRAFT, child="c", payer=None, accepted=(), offer_version=VERSION, parties_named=True, pupil_too=False)


def word(by: str = "p", **more: Any) -> Acceptance:
    said: dict[str, Any] = {"party": Party.PAYER, "by": by, "at": NOW, "where": Where.CABINET, "offer_version": VERSION}
    return Acceptance(**said | more)


def standing(**more: Any) -> Standing:
    return Standing(**{name: getattr(DRAFT, name) for name in Standing.__dataclass_fields__} | more)


@pytest.mark.parametrize(
    ("known", "asked", "expected"),
    [
        ({}, {}, (State.ACTIVE, (), False)),
        ({"pupil_too": True}, {}, (State.DRAFT, (Party.PUPIL,), False)),
        ({"pupil_too": True, "accepted": (Party.PAYER,), "payer": "p"}, {"party": Party.PUPIL, "by": "c"}, (State.ACTIVE, (), False)),
        ({"state": State.ACTIVE, "pupil_too": True}, {}, (State.ACTIVE, (Party.PUPIL,), False)),
        ({"accepted": (Party.PAYER,), "payer": "p", "state": State.ACTIVE}, {}, (State.ACTIVE, (), True)),
        ({"accepted": (Party.PAYER,), "payer": "q", "state": State.ACTIVE}, {}, Fault.OTHER_PAYER),
        ({"state": State.CLOSING}, {}, Fault.NOT_OPEN),
        ({"state": State.CLOSED}, {}, Fault.NOT_OPEN),
        ({"child": None}, {}, Fault.NO_CHILD),
        ({}, {"offer_version": "older"}, Fault.OFFER_CHANGED),
        ({"parties_named": False}, {}, Fault.NO_HOLDER),
        ({}, {"inn": "500100732250"}, Fault.BAD_INN),
        ({}, {"inn": "500100732259"}, (State.ACTIVE, (), False)),
    ],
)
def test_what_an_acceptance_makes_of_a_contract(known: dict[str, Any], asked: dict[str, Any], expected: Any) -> None:
    found = decide(standing(**known), word(**asked))
    assert found == expected if isinstance(found, Fault) else (found.state, found.waits, found.again) == expected


@pytest.mark.feature("F101", "F102", "F103")
def test_numbers_codes_and_pins_have_their_form() -> None:
    for _ in range(50):
        number, code, pin = new_number(), new_code(), new_pin()
        assert (len(number), number[0], number.isdigit()) == (10, "0", True)
        assert len(code) == 10 and not set(code) & set("01IO")
        assert len(pin) == 4 and pin.isdigit() and pin not in ("0000", "1234")
    assert isinstance(decide(DRAFT, word()), Decision)
    assert not any(is_inn(one) for one in ("", "000000000000", "50010073225", "5001007322590", "abcdefghijkl", "٥٠٠١٠٠٧٣٢٢٥٩"))


def drafted(database: Database, *, held: bool = True) -> ContractCard:
    def unit() -> ContractCard:
        if held:
            for purpose in Purpose:
                terms.put_terms(SCHOOL, purpose, DAY - timedelta(days=9), HELD)
        return papers.draft(KEYS, school=SCHOOL, child="c", class_name="6А", now=NOW)

    return database.write_sync(unit)


def accept(database: Database, card: ContractCard, asked: Acceptance, *, pupil_too: bool = False) -> Accepted:
    return database.write_sync(lambda: papers.accept(KEYS, card.id, asked, day=DAY, pupil_too=pupil_too))


def test_a_draft_is_made_once_and_an_acceptance_opens_it(database: Database) -> None:
    card = drafted(database)
    assert (card.state.value, drafted(database).id) == ("draft", card.id)
    assert {one.purpose for one in card.accounts} == {Purpose.MEAL, Purpose.NOTICES, Purpose.SERVICES}
    done = accept(database, card, word(phone="+79130000001", inn="500100732259"))
    again = accept(database, card, word())
    after = database.read_sync(lambda: contracts.by_id(card.id))
    assert after is not None and (after.state.value, after.payer) == ("active", "p")
    assert (done.again, again.again, again.pin) == (False, True, None)
    (kept,) = database.read_sync(lambda: papers.words_of(KEYS, card.id))
    assert (kept.by, kept.where, kept.offer, kept.phone, kept.inn) == ("p", "cabinet", VERSION, "+79130000001", "500100732259")


@pytest.mark.feature("F102")
def test_the_pin_fits_and_stands_nowhere(database: Database) -> None:
    card = drafted(database)
    pin = accept(database, card, word(pin="4821")).pin
    assert pin == "4821"
    assert database.read_sync(lambda: papers.pin_fits(KEYS, card.id, "4821"))
    assert not database.read_sync(lambda: papers.pin_fits(KEYS, card.id, "4822"))
    assert not database.read_sync(lambda: papers.pin_fits(KEYS, "nobody", "4821"))
    assert "4821" not in str(database.read_sync(lambda: list(Paper.select().dicts())))
    fresh = database.write_sync(lambda: papers.set_pin(KEYS, card.id, now=NOW))
    assert database.read_sync(lambda: papers.pin_fits(KEYS, card.id, fresh))


def test_from_14_both_words_are_wanted(database: Database) -> None:
    card = drafted(database)
    first = accept(database, card, word(), pupil_too=True)
    second = accept(database, card, word("c", party=Party.PUPIL), pupil_too=True)
    assert (first.state, first.waits, second.state, second.pin) == (State.DRAFT, (Party.PUPIL,), State.ACTIVE, None)


def test_two_parents_at_once_make_one_payer(database: Database) -> None:
    card, gate = drafted(database), Barrier(2)

    def one(by: str) -> str:
        gate.wait()
        try:
            accept(database, card, word(by))
        except Unacceptable as refused:
            return refused.fault.value
        return "accepted"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, ("p", "q"))) == ["accepted", "other_payer"]


def test_nobody_accepts_while_nobody_holds_the_money(database: Database) -> None:
    card = drafted(database, held=False)
    with pytest.raises(Unacceptable) as refused:
        accept(database, card, word())
    assert refused.value.fault is Fault.NO_HOLDER


def test_an_operators_offer_stands_above_and_what_was_accepted_stays(database: Database) -> None:
    card = drafted(database)
    accept(database, card, word())
    newer = Offer(version="v2", since=DAY, title="Т", text="один\n\nдва")

    def unit() -> tuple[str, str, str | None]:
        before = offers.offer_on(DAY - timedelta(days=1)).version
        offers.put_offer(newer)
        old = offers.offer(VERSION)
        return before, offers.offer_on(DAY).version, old.title if old else None

    assert database.write_sync(unit) == (VERSION, "v2", usual_on(DAY).title)
    assert newer.paragraphs == ("один", "два")


def test_a_first_payment_has_a_least_sum_where_the_school_wants_one(database: Database) -> None:
    card = drafted(database)
    ids = tuple(one.id for one in card.accounts)

    def unit() -> tuple[int, int, int]:
        before = offers.least_first_kop(SCHOOL, ids, DAY)
        offers.put_first_payment(SCHOOL, DAY, 10_000)
        offers.put_first_payment(SCHOOL, DAY, 9_000)
        return before, offers.least_first_kop(SCHOOL, ids, DAY), offers.least_first_kop(SCHOOL, ids, DAY - timedelta(days=1))

    assert database.write_sync(unit) == (0, 9_000, 0)
