"""The kiosk in the hall: a card, two texts, «Согласен», a parent's phone, a PIN by SMS, and then the terminal's cabinet."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from hub.ledger.store.contracts import ContractState
from hub.store.school.kiosks import codes
from hub.store.written import texts
from identity.claims import Contact
from tests.flows.kiosk_kit import NUMBER, OTHER_PHONE, PHONE, Hall, card, end_edges, hall, kiosk_of, state, told
from tests.flows.kit import Hub, kid, parent


@pytest.fixture
async def here(hub: Hub) -> Hall:
    return await hall(hub)


@pytest.mark.feature("F125")
@pytest.mark.feature("F102")
@pytest.mark.rule("D9")
async def test_a_parent_accepts_at_the_kiosk_and_the_pin_opens_the_cabinet(here: Hall) -> None:
    await card(here)
    found = await here.kiosk.good("find", credential={"kind": "card", "number": "04 a1-b2 c3"})
    assert found == {"contract": NUMBER, "who": "П.", "state": "draft", "next": "accept"}
    assert (await here.kiosk.good("offer", contract=NUMBER))["parties"][1] == {"role": "holder", "name": "ООО «Агент»", "inn": "7700000016"}
    pin, done = await here.accepted()
    assert (done["state"], done["waits"], done["contract"]) == ("active", [], NUMBER)
    assert await state(here) is ContractState.ACTIVE
    kept = await here.hub.rows("SELECT said_by, channel, party FROM contract_acceptance")
    assert kept == [((await here.anna.me())["person"]["id"], "kiosk", "payer")]
    assert (await here.kiosk.good("balance", session=done["session"]))["who"] == "П."
    assert (await here.kiosk.good("find", contract=NUMBER))["next"] == "sign_in"
    again = await here.kiosk.good("sign_in", contract=NUMBER, pin=pin)
    assert (again["state"], again["who"]) == ("active", "П.")


@pytest.mark.rule("A14")
async def test_the_word_on_the_data_is_kept_apart_and_before_the_offer(here: Hall) -> None:
    assert (await told(await here.kiosk.accept(consent_version="")))[1] == "consent_changed"
    assert await here.hub.rows("SELECT COUNT(*) FROM consent") == [(0,)]
    await here.accepted()
    assert await here.hub.rows("SELECT purpose, word, text_version FROM consent") == [("contract", "given", "contract-2026-09")]


WORDLESS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"agreed": False}, "not_agreed"),
    ({"offer_version": "other"}, "offer_changed"),
    ({"consent_version": "other"}, "consent_changed"),
    ({"phone": "12"}, "bad_phone"),
    ({"phone": ""}, "bad_phone"),
    ({"contract": "0000000001"}, "unknown_contract"),
    ({"agreed": "yes"}, "malformed"),
)


async def test_without_the_very_word_nothing_goes_out(here: Hall) -> None:
    for more, code in WORDLESS:
        assert (await told(await here.kiosk.accept(**more)))[1] == code, more
    assert await here.hub.rows("SELECT COUNT(*) FROM sent_text") == [(0,)]


@pytest.mark.feature("F125")
@pytest.mark.security("7")
async def test_a_phone_that_is_no_parents_gets_the_same_answer_and_no_text(here: Hall) -> None:
    mine = await here.kiosk.accept()
    here.hub.clock.go(minutes=2)
    other = await here.kiosk.accept(OTHER_PHONE)
    first, second = await mine.get_json(), await other.get_json()
    assert (mine.status_code, other.status_code, first.keys(), first["told"]) == (202, 202, second.keys(), second["told"])
    assert await here.hub.rows("SELECT COUNT(*) FROM sent_text") == [(1,)]
    for pin in ("0000", await here.pin()):
        assert (await here.kiosk.refused("confirm", acceptance=second["acceptance"], pin=pin))[:2] == (403, "wrong_pin")
    assert await state(here) is ContractState.DRAFT


async def test_of_two_parents_with_one_phone_neither_is_meant(here: Hall) -> None:
    here.hub.esia.claims["ivan"] = parent("3000", first_name="Иван", snils=None, phones=(Contact(value=PHONE, verified=True),))
    other = here.hub.browser()
    await other.sign_in("ivan")
    assert (await here.kiosk.accept()).status_code == 202
    assert await here.hub.rows("SELECT COUNT(*) FROM sent_text") == [(0,)]


@pytest.mark.parametrize("phones", [(Contact(value=PHONE, verified=False),), ()])
async def test_a_phone_that_gosuslugi_does_not_vouch_for_is_nobodys(hub: Hub, phones: tuple[Contact, ...]) -> None:
    found = await hall(hub, phones=phones)
    assert (await found.kiosk.accept()).status_code == 202
    assert await hub.rows("SELECT COUNT(*) FROM sent_text") == [(0,)]


async def test_three_wrong_pins_end_an_acceptance_and_the_right_one_too(here: Hall) -> None:
    id_ = (await (await here.kiosk.accept()).get_json())["acceptance"]
    right = await here.pin()
    wrong = "9999" if right != "9999" else "9998"
    for pin in (wrong, wrong, wrong, right):
        assert (await here.kiosk.refused("confirm", acceptance=id_, pin=pin))[1] == "wrong_pin"
    assert await state(here) is ContractState.DRAFT


async def test_a_pin_is_good_for_a_quarter_of_an_hour_once_and_at_its_own_kiosk(here: Hall) -> None:
    other = await kiosk_of(here.hub)
    id_ = (await (await here.kiosk.accept()).get_json())["acceptance"]
    pin = await here.pin()
    assert (await other.refused("confirm", acceptance=id_, pin=pin))[1] == "wrong_pin"
    here.hub.clock.go(minutes=15, seconds=1)
    assert (await here.kiosk.refused("confirm", acceptance=id_, pin=pin))[1] == "wrong_pin"
    id_ = (await (await here.kiosk.accept()).get_json())["acceptance"]
    pin = await here.pin()
    await here.kiosk.good("confirm", acceptance=id_, pin=pin)
    assert (await here.kiosk.refused("confirm", acceptance=id_, pin=pin))[1] == "wrong_pin"


async def test_a_double_press_accepts_once(here: Hall) -> None:
    id_ = (await (await here.kiosk.accept()).get_json())["acceptance"]
    pin = await here.pin()
    answers = await asyncio.gather(*(here.kiosk.ask("confirm", acceptance=id_, pin=pin) for _ in range(5)))
    assert sorted(one.status_code for one in answers) == [200, 403, 403, 403, 403]
    assert await here.hub.rows("SELECT COUNT(*) FROM contract_acceptance") == [(1,)]


async def test_texts_go_out_once_a_minute_and_five_a_day_whosever_the_phone_is(here: Hall) -> None:
    for phone in (PHONE, OTHER_PHONE, OTHER_PHONE, PHONE, OTHER_PHONE):
        assert (await here.kiosk.accept(phone)).status_code == 202
        status, code, body = await told(await here.kiosk.accept(phone))
        assert (status, code, body["retry_after_s"]) == (429, "too_many", 60)
        here.hub.clock.go(minutes=2)
    _, code, body = await told(await here.kiosk.accept())
    assert code == "too_many" and body["retry_after_s"] > 23 * 3600
    here.hub.clock.go(days=1)
    assert (await here.kiosk.accept()).status_code == 202


@pytest.mark.rule("A14")
async def test_a_pupil_of_fourteen_accepts_too_before_the_draft_works(hub: Hub) -> None:
    found = await hall(hub, children=(kid(1, "Пётр", born=(hub.clock() - timedelta(days=15 * 366)).date()),))
    _, done = await found.accepted()
    assert (done["state"], done["waits"]) == ("draft", ["pupil"])
    assert all(one["terminal"] is None for one in done["accounts"])


@pytest.mark.rule("A5a")
async def test_a_right_that_ended_meanwhile_accepts_nothing(here: Hall) -> None:
    id_ = (await (await here.kiosk.accept()).get_json())["acceptance"]
    pin = await here.pin()
    await end_edges(here.hub)
    assert (await here.kiosk.refused("confirm", acceptance=id_, pin=pin))[1] == "wrong_pin"
    assert await state(here) is ContractState.DRAFT


@pytest.mark.rule("D11")
async def test_where_nobody_is_named_who_holds_the_money_nothing_is_accepted(hub: Hub) -> None:
    found = await hall(hub, held=False)
    assert (await found.kiosk.good("find", contract=NUMBER))["next"] == "ask_school"
    assert (await told(await found.kiosk.accept()))[1] == "not_open"


@pytest.mark.rule("A13")
async def test_the_family_hears_of_it_and_sees_who_looked(here: Hall) -> None:
    pin, _ = await here.accepted()
    kinds = [one["kind"] for one in (await (await here.anna.get("/api/v1/me/notices")).get_json())["items"]]
    assert "contract_accepted" in kinds
    await here.kiosk.good("sign_in", contract=NUMBER, pin=pin)
    acts = await here.hub.rows(f"SELECT action, actor FROM audit_event WHERE subject = '{here.child}'")
    assert ("kiosk.cabinet", f"kiosk:{here.kiosk.device}") in acts
    assert "contract.accepted" in {action for action, _ in acts}


@pytest.mark.rule("A14")
async def test_the_own_file_tells_of_a_text_and_an_erasure_takes_it(here: Hall) -> None:
    await here.kiosk.accept()
    await here.pin()
    (text,) = (await (await here.anna.get("/export/mine.json")).get_json())["texts"]
    assert (text["kind"], text["state"], text["phone"], text["text"]) == ("kiosk_pin", "queued", PHONE, "")
    me = (await here.anna.me())["person"]["id"]
    await here.hub.deps.db.write(lambda: texts.forget(me))
    await here.hub.deps.db.write(lambda: codes.forget(me))
    kept = await here.hub.rows("SELECT (SELECT COUNT(*) FROM sent_text WHERE phone IS NOT NULL), (SELECT COUNT(*) FROM kiosk_code)")
    assert kept == [(0, 0)]
