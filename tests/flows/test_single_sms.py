"""«СМС проходная» and «СМС питание»: apart, at a price that was agreed to, once an event, within a cap, never a debt (RULES F2, A14)."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import peewee
import pytest

from hub.ledger.model import Kind, Purpose
from hub.ledger.notices import NoticeKind, Verdict
from hub.ledger.posting import imported
from hub.ledger.store import terms
from hub.ledger.store.paid.charging import NoticeCharge, Sms, give_back, pay_for
from hub.ledger.store.paid.tables import NoticeSetting
from hub.ledger.tariffs import Item
from tests.flows.kit import START, Hub
from tests.flows.money_kit import ZONE, stranger
from tests.flows.tariff_kit import Paying, paying
from tests.unit.ledger.kit import act

pytestmark = pytest.mark.rule("F2")


@pytest.fixture
async def mine(hub: Hub) -> Paying:
    return await paying(hub)


async def put(mine: Paying, kind: str = "pass", *, status: int = 200, **body: Any) -> dict[str, Any]:
    wish = {"channel": "sms", "enabled": True, "accepted_price_kop": 50} | body
    answer = await (await mine.here()).send("PUT", f"/api/v1/children/{mine.family.child}/notices/{kind}", json=wish)
    assert answer.status_code == status, await answer.get_data(as_text=True)
    found: dict[str, Any] = await answer.get_json()
    return found


async def pay(mine: Paying, event: str = "e1", kind: NoticeKind = NoticeKind.PASS) -> NoticeCharge:
    me = (await (await mine.here()).me())["person"]["id"]
    sms = Sms(event_id=event, kind=kind, child=mine.family.child, to=me, zone=ZONE)
    return await mine.hub.deps.db.write(lambda: pay_for(sms, now=mine.hub.clock()))


@pytest.mark.feature("F014")
@pytest.mark.feature("F017")
@pytest.mark.feature("F026")
async def test_the_two_services_are_switched_apart_each_at_its_price(mine: Paying) -> None:
    found = await put(mine, "pass")
    assert (found["kind"], found["channel"], found["enabled"], found["price_kop"], found["accepted_price_kop"]) == (
        "pass",
        "sms",
        True,
        50,
        50,
    )
    assert found["title"] == "СМС проходная"
    answer = await mine.family.browser.get(f"/api/v1/children/{mine.family.child}/notices")
    on = {(one["kind"], one["channel"]) for one in (await answer.get_json())["items"] if one["enabled"]}
    assert on == {("pass", "sms")}
    found = await put(mine, "meal", accepted_price_kop=200)
    assert (found["title"], found["price_kop"]) == ("СМС питание", 200)


@pytest.mark.feature("F022")
async def test_what_an_sms_still_lacks_is_said(mine: Paying) -> None:
    assert (await put(mine))["waits_for"] == ["phone", "advance"]
    await mine.fund(1_000)
    assert (await put(mine))["waits_for"] == ["phone"]


BAD_WISHES: tuple[tuple[str, dict[str, Any], int, str], ...] = (
    ("pass", {"accepted_price_kop": 0}, 409, "price_changed"),
    ("pass", {"accepted_price_kop": 51}, 409, "price_changed"),
    ("pass", {"accepted_price_kop": 200}, 409, "price_changed"),
    ("meal", {"accepted_price_kop": 50}, 409, "price_changed"),
    ("pass", {"accepted_price_kop": None}, 409, "price_changed"),
    ("pass", {"channel": "push", "accepted_price_kop": 50}, 409, "price_changed"),
    ("pass", {"channel": "pigeon"}, 400, "malformed"),
    ("pass", {"accepted_price_kop": "50"}, 400, "malformed"),
    ("pass", {"text_version": "sms-1999"}, 409, "text_changed"),
    ("weather", {}, 404, "not_found"),
)


async def test_another_price_or_text_switches_nothing_on(mine: Paying) -> None:
    for kind, body, status, problem in BAD_WISHES:
        assert (await put(mine, kind, status=status, **body))["type"].endswith(f"/{problem}"), body
    assert await mine.hub.rows("SELECT id FROM paid_consent") == []
    assert await mine.hub.rows("SELECT id FROM notice_setting") == []


async def test_a_free_channel_wants_no_price(mine: Paying) -> None:
    for body in ({"accepted_price_kop": None}, {"accepted_price_kop": 0}):
        found = await put(mine, channel="push", **body)
        assert found["title"] == "О проходах"
        assert (found["enabled"], found["price_kop"], found["consent"]) == (True, 0, None)


async def test_the_same_wish_again_is_no_second_word(mine: Paying) -> None:
    await asyncio.gather(*(put(mine) for _ in range(5)))
    assert len(await mine.hub.rows("SELECT id FROM paid_consent")) == 1
    await put(mine, enabled=False, accepted_price_kop=None)
    assert await mine.hub.rows("SELECT id FROM paid_consent WHERE ended_at IS NULL") == []
    await put(mine)
    assert len(await mine.hub.rows("SELECT id FROM paid_consent")) == 2


async def test_the_database_takes_no_sms_that_is_on_without_a_word(mine: Paying) -> None:
    await put(mine)
    with pytest.raises(peewee.IntegrityError):
        await mine.hub.deps.db.write(lambda: NoticeSetting.update(consent=None).execute())


@pytest.mark.feature("F014")
async def test_one_event_is_one_debit_of_fifty_kopecks_however_often_it_is_tried(mine: Paying) -> None:
    await mine.fund(1_000)
    await put(mine)
    first = await pay(mine)
    assert (first.verdict, first.price_kop) == (Verdict.CHARGED, 50)
    again = await asyncio.gather(*(pay(mine) for _ in range(5)))
    assert {one.txn for one in again} == {first.txn}
    row = (await mine.family.statement(Purpose.NOTICES))["items"][-1]
    assert (row["kind"], row["amount_kop"], row["closing_kop"]) == ("notice_pass", -50, 950)
    assert (row["cause"]["event"], row["cause"]["price_list"]) == ("e1", "base@2014-09-01")


async def test_without_the_money_nothing_is_sent_and_nothing_is_owed(mine: Paying) -> None:
    await put(mine, "meal", accepted_price_kop=200)
    await mine.fund(199)
    assert (await pay(mine, kind=NoticeKind.MEAL)).verdict is Verdict.NO_FUNDS
    assert (await mine.read())["balance_kop"] == 199
    await mine.fund(1)
    assert (await pay(mine, kind=NoticeKind.MEAL)).verdict is Verdict.CHARGED


async def test_nobody_who_did_not_ask_pays(mine: Paying) -> None:
    await mine.fund(1_000)
    assert (await pay(mine)).verdict is Verdict.NOT_AGREED
    await put(mine, channel="push", accepted_price_kop=0)
    assert (await pay(mine)).verdict is Verdict.NOT_AGREED
    await put(mine)
    await put(mine, enabled=False)
    assert (await pay(mine)).verdict is Verdict.NOT_AGREED
    assert (await mine.read())["balance_kop"] == 1_000


@pytest.mark.feature("F158")
async def test_a_months_sms_stop_at_the_cap(mine: Paying) -> None:
    await mine.fund(50_000)
    await put(mine, "meal", accepted_price_kop=200)
    before = imported(act(scope="import", at=START), Kind.NOTICE_MEAL, mine.family.own[Purpose.NOTICES], amount_kop=-9_600)
    await mine.family.put(before)
    verdicts = [(await pay(mine, f"e{number}", NoticeKind.MEAL)).verdict for number in range(4)]
    assert verdicts == [Verdict.CHARGED] * 2 + [Verdict.OVER_CAP] * 2
    mine.hub.clock.go(days=13)
    assert (await pay(mine, "december", NoticeKind.MEAL)).verdict is Verdict.CHARGED


@pytest.mark.rule("A16")
async def test_the_cap_goes_down_at_any_time_and_up_after_a_fresh_sign_in(mine: Paying) -> None:
    async def cap(kop: int) -> int:
        answer = await mine.family.browser.send("PUT", f"/api/v1/contracts/{mine.contract}/notices/cap", json={"cap_kop": kop})
        return answer.status_code

    mine.hub.clock.go(minutes=10)
    assert await cap(100) == 204
    assert await cap(5_000) == 403
    assert [await cap(kop) for kop in (10_001, -1)] == [422, 422]
    await mine.family.browser.sign_in()
    assert await cap(5_000) == 204
    await mine.fund(1_000)
    assert (await mine.read())["use"]["cap_kop"] == 5_000


async def test_a_dearer_list_wants_a_new_word(mine: Paying) -> None:
    await mine.fund(1_000)
    await put(mine)
    await mine.hub.deps.db.write(lambda: terms.put_price(Item.NOTICE_PASS, date(2026, 11, 18), 70))
    assert (await pay(mine)).verdict is Verdict.NOT_AGREED
    answer = await mine.family.browser.get(f"/api/v1/children/{mine.family.child}/notices")
    one = next(one for one in (await answer.get_json())["items"] if (one["kind"], one["channel"]) == ("pass", "sms"))
    assert (one["price_kop"], one["accepted_price_kop"], "price" in one["waits_for"]) == (70, 50, True)
    await put(mine, accepted_price_kop=70)
    assert (await pay(mine)).price_kop == 70


@pytest.mark.feature("F137")
async def test_a_tariff_with_sms_takes_no_single_price(mine: Paying) -> None:
    await mine.fund(50_000)
    await put(mine)
    await put(mine, "meal", accepted_price_kop=200)
    await mine.choose("mobile", 9_500)
    await mine.on(2026, 11, 21)
    mine.hub.clock.go(hours=1)
    assert (await pay(mine, "e1")).verdict is Verdict.INCLUDED
    assert (await pay(mine, "e1", NoticeKind.MEAL)).verdict is Verdict.CHARGED


async def test_what_was_not_delivered_is_given_back_once(mine: Paying) -> None:
    await mine.fund(1_000)
    await put(mine)
    me = (await mine.family.browser.me())["person"]["id"]
    await pay(mine)

    async def back() -> bool:
        return await mine.hub.deps.db.write(lambda: give_back("e1", me, now=mine.hub.clock()))

    assert [await back(), await back()] == [True, True]
    assert (await mine.read())["balance_kop"] == 1_000
    assert await mine.hub.deps.db.write(lambda: give_back("unknown", me, now=mine.hub.clock())) is False
    answer = await mine.family.browser.get(f"/api/v1/children/{mine.family.child}/notices")
    assert (await answer.get_json())["spent_kop"] == 0


@pytest.mark.security("7")
async def test_a_foreign_child_and_none_are_the_same_404(hub: Hub, mine: Paying) -> None:
    other = await stranger(hub)
    for child in (mine.family.child, "0" * 32):
        path = f"/api/v1/children/{child}/notices"
        assert (await other.get(path)).status_code == 404
        wish = {"channel": "sms", "enabled": True, "accepted_price_kop": 50}
        assert (await other.send("PUT", f"{path}/pass", json=wish)).status_code == 404
    assert await hub.rows("SELECT id FROM notice_setting") == []


async def test_a_write_needs_the_pages_token_and_origin(mine: Paying) -> None:
    path, wish = f"/api/v1/children/{mine.family.child}/notices/pass", {"channel": "sms", "enabled": True, "accepted_price_kop": 50}
    assert (await mine.family.browser.send("PUT", path, json=wish, csrf="wrong")).status_code == 403
    assert (await mine.family.browser.send("PUT", path, json=wish, origin="https://evil.example")).status_code == 403
    assert await mine.hub.rows("SELECT id FROM notice_setting") == []


async def test_a_repeat_with_its_key_is_answered_and_not_done_again(mine: Paying) -> None:
    path, wish = f"/api/v1/children/{mine.family.child}/notices/pass", {"channel": "sms", "enabled": True, "accepted_price_kop": 50}
    answers = [await mine.family.browser.send("PUT", path, json=wish, **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert await answers[0].get_data() == await answers[1].get_data()
    other = await mine.family.browser.send("PUT", path, json=wish | {"enabled": False}, **{"Idempotency-Key": "k"})
    assert other.status_code in (409, 422)


@pytest.mark.rule("A14")
async def test_who_leaves_takes_the_wishes_along_and_the_words_stay_with_the_money(mine: Paying) -> None:
    await mine.fund(1_000)
    await put(mine)
    await pay(mine)
    answer = await mine.family.browser.send("POST", "/api/v1/me/leave", json={"confirm": "УДАЛИТЬ"})
    assert answer.status_code in (200, 204), await answer.get_data(as_text=True)
    assert await mine.hub.rows("SELECT id FROM notice_setting") == []
    assert await mine.hub.rows("SELECT service FROM paid_consent") == [("notice_pass",)]
