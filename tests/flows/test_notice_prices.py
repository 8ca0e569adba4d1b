"""What a notice costs: nothing by the free ways in every tariff, one SMS its price, nothing where the tariff has it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.ledger.store.paid import consents, subscriptions
from hub.ledger.store.paid.consents import Said
from hub.ledger.store.paid.tables import PaidConsent
from hub.ledger.tariffs import Priced, Tariff
from hub.store import preferences
from hub.store.preferences import Preferences
from hub.store.reach import addresses
from tests.flows.kit import Hub
from tests.flows.notice_kit import Reached, reached


async def priced(here: Reached, kind: str) -> int:
    answer = await here.browser.get(f"/api/v1/children/{here.child}/notices")
    items = (await answer.get_json())["items"]
    return next(int(one["price_kop"]) for one in items if (one["kind"], one["channel"]) == (kind, "sms"))


@pytest.mark.feature("F017")
@pytest.mark.feature("F163")
async def test_an_sms_about_a_meal_is_billed_by_itself(hub: Hub) -> None:
    here = await reached(hub, kop=1_000)
    price = await priced(here, "meal")
    await here.wish("sms", kind="meal", kop=price)
    await here.passed(ago_s=60)
    event = await here.ate()
    await here.rounds(5)
    assert [text for _, text in here.sms.sent] == ["Ребёнок: питание в 16:00"]
    assert await here.money() == [("top_up", 1_000), ("notice_meal", -price)]
    item = next(one for one in await here.log(f"?event={event}") if one["channel"] == "sms")
    assert (item["price_kop"], bool(item["transaction_id"])) == (price, True)


@pytest.mark.feature("F022")
@pytest.mark.parametrize(("lacks", "rule"), [("phone", "no_address"), ("switch", "channel_off"), ("advance", "no_funds")])
async def test_an_sms_needs_a_phone_a_switch_and_an_advance(hub: Hub, lacks: str, rule: str) -> None:
    here = await reached(hub, kop=0 if lacks == "advance" else 1_000)
    if lacks != "switch":
        await here.wish("sms", kop=await priced(here, "pass"))
    if lacks == "phone":

        def no_phone() -> None:
            addresses.remove(hub.deps.keys, here.me, "phone")
            preferences.save(hub.deps.keys, here.me, Preferences(), now=hub.clock())

        await hub.deps.db.write(no_phone)
    event = await here.passed()
    await here.rounds()
    assert (await here.said(event, "sms"), here.sms.sent) == (("not_sent", rule), [])
    assert len(await here.money()) == (0 if lacks == "advance" else 1)


@pytest.mark.feature("F140")
async def test_a_tariff_that_has_the_sms_takes_nothing_for_one(hub: Hub) -> None:
    here = await reached(hub, kop=1_000)
    await here.wish("sms", kop=await priced(here, "pass"))
    contract, now = (await here.family.contracts())[0]["id"], hub.clock()

    def subscribed() -> None:
        said = Said(service="month", price=Priced(kop=9_500, version="v"), text_version="1", text="Согласен")
        word = consents.agree(said, person=here.me, contract=contract, child=here.child, now=now)
        subscriptions.subscribe(contract, Tariff.MOBILE, consent=word, since=(now - timedelta(days=2)).date(), now=now)

    await hub.deps.db.write(subscribed)
    event = await here.passed()
    await here.rounds(5)
    item = next(one for one in await here.log(f"?event={event}") if one["channel"] == "sms")
    assert (item["decision"], item["price_kop"], item["transaction_id"]) == ("sent", 0, None)
    assert (len(here.sms.sent), await here.money()) == (1, [("top_up", 1_000)])


@pytest.mark.feature("F211")
@pytest.mark.feature("F138")
async def test_the_free_ways_cost_nothing_in_the_free_tariff(hub: Hub) -> None:
    here = await reached(hub, "push", "email", kop=1_000)
    for channel in ("page", "push", "email"):
        await here.wish(channel)
    event = await here.passed()
    await here.rounds(4, seconds=30)
    assert {await here.said(event, channel) for channel in ("page", "push")} == {("sent", "")}
    assert await here.money() == [("top_up", 1_000)]


@pytest.mark.rule("F2")
async def test_a_dearer_price_wants_a_new_word(hub: Hub) -> None:
    here = await reached(hub, kop=1_000)
    await here.wish("sms", kop=await priced(here, "pass"))
    # As if it had been agreed to when an SMS cost less.
    await hub.deps.db.write(lambda: PaidConsent.update(price_kop=1).execute())
    event = await here.passed()
    await here.rounds()
    assert (await here.said(event, "sms"), here.sms.sent) == (("not_sent", "stale_setting"), [])
