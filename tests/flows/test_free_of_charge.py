"""A parent pays for nothing but SMS: no tariff, no page, no push, no letter takes a kopeck (F001)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.flows.tariffs import charge_months
from hub.ledger.model import Purpose
from tests.flows.kit import Hub
from tests.flows.notice_kit import reached
from tests.flows.test_notice_sending import SMS

PAGES = ("diary", "passes", "meals", "money", "notices", "tariff", "cards", "menu")


@pytest.mark.feature("F001")
async def test_a_year_of_everything_costs_the_one_sms(hub: Hub) -> None:
    here = await reached(hub, "push", "email", kop=1_000)
    for channel in ("push", "email"):
        await here.wish(channel)
    await here.passed()
    await here.rounds(3)
    assert [one.text.reveal() for one in here.channels["push"].sent] == ["Ребёнок: вход в 15:59"]
    for page in PAGES:
        assert (await here.browser.get(f"/children/{here.child}/{page}")).status_code == 200, page
    assert await here.money() == [("top_up", 1_000)]
    hub.clock.go(minutes=10)
    await here.wish("sms", kop=SMS)
    for channel in ("push", "email"):
        await here.wish(channel, enabled=False)
    await here.passed()
    await here.rounds(5)
    assert await here.money() == [("top_up", 1_000), ("notice_pass", -SMS)]
    for month in range(1, 13):
        hub.clock.at = datetime(2027, month, 2, 6, tzinfo=UTC)
        await charge_months(hub.deps)
    await here.browser.sign_in()
    (contract,) = await here.family.contracts()
    left = {one["purpose"]: one["balance_kop"] for one in contract["accounts"]}
    assert left == {**dict.fromkeys(map(str, Purpose), 0), "notices": 1_000 - SMS}
