"""An everything-of-mine export holds contracts, rows, own payments and own words; of another adult's payments nothing (RULES A5b, A14)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from hub.ledger import posting
from hub.ledger.model import Cause, Purpose
from hub.ledger.store.paid import consents
from hub.ledger.store.paid.consents import Said
from hub.ledger.tariffs import Priced
from tests.flows.kit import Browser, Hub
from tests.flows.money_kit import Family, family, stranger
from tests.flows.pay_kit import paying
from tests.unit.ledger.kit import act, meal, top_up

pytestmark = pytest.mark.rule("A14")
AT = datetime(2026, 9, 17, 5, 0, tzinfo=UTC)


@pytest.fixture
async def mine(hub: Hub) -> Family:
    return await family(hub)


async def money_of(browser: Browser) -> dict[str, Any]:
    answer = await browser.get("/export/mine.json")
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    found: dict[str, Any] = (await answer.get_json())["money"]
    return found


async def test_every_row_of_every_account_is_there(mine: Family) -> None:
    await mine.put(top_up(mine.own[Purpose.MEAL], 50_000, at=AT))
    await mine.put(meal(mine.own[Purpose.MEAL], 8_500))
    (contract,) = (await money_of(mine.browser))["contracts"]
    assert (contract["number"], contract["child"], contract["i_pay"]) == ("0270390000", mine.child, False)
    by_purpose = {one["purpose"]: one for one in contract["accounts"]}
    assert [row["amount_kop"] for row in by_purpose["meal"]["rows"]] == [50_000, -8_500]
    assert by_purpose["meal"]["balance_kop"] == 41_500
    assert set(by_purpose) == {"meal", "meal_benefit", "notices", "services"}


@pytest.mark.rule("A5b")
async def test_what_another_adult_paid_is_left_out(mine: Family) -> None:
    other = str((await (await stranger(mine.hub)).me())["person"]["id"])
    me = str((await mine.browser.me())["person"]["id"])
    for who, kop in ((other, 700), (me, 300)):
        made = act(scope="bank", cause=Cause(provider="yookassa"))
        object.__setattr__(made, "actor", who)
        await mine.put(posting.top_up(made, mine.own[Purpose.MEAL], provider="yookassa", amount_kop=kop))
    (contract,) = (await money_of(mine.browser))["contracts"]
    (row,) = next(one["rows"] for one in contract["accounts"] if one["purpose"] == "meal")
    assert (row["amount_kop"], row["opening_kop"], row["actor"]) == (300, 700, "Вы")


async def test_own_payments_and_own_words_are_there(hub: Hub) -> None:
    played = await paying(hub)
    made = await played.top_up()
    me = str((await played.family.browser.me())["person"]["id"])
    said = Said(service="sms", price=Priced(kop=50, version="base@2014-09-01"), text_version="1", text="Согласен платить 0,50 ₽")
    await hub.deps.db.write(lambda: consents.agree(said, person=me, contract=None, child=None, now=hub.clock()))
    found = await money_of(played.family.browser)
    assert [(one["id"], one["amount_kop"], one["state"]) for one in found["top_ups"]] == [(made["id"], 10_650, "pending")]
    assert [(one["service"], one["price_kop"], one["text"]) for one in found["consents"]] == [("sms", 50, "Согласен платить 0,50 ₽")]
    assert date.fromisoformat(found["consents"][0]["at"][:10])


async def test_a_stranger_takes_nothing_of_it(mine: Family) -> None:
    await mine.put(top_up(mine.own[Purpose.MEAL], 50_000, at=AT))
    found = await money_of(await stranger(mine.hub))
    assert set(found) >= {"contracts", "top_ups", "consents"} and not [part for part in found.values() if part]
