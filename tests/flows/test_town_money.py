"""The demo's town has contracts: a parent sees them, and a town that is loaded again changes nothing."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from hub.demo.control import Town
from hub.demo.money import load_money
from hub.deps import Deps
from hub.ledger.store import checking
from hub.ledger.store.tables import Conflict, Contract, Txn
from tests.conftest import SANDBOX_URL, OpenBrowser
from tests.flows.town_kit import at_home


async def test_a_parent_of_the_town_has_accounts_and_a_week_of_dinners(hub_deps: Deps, open_browser: OpenBrowser) -> None:
    browser = open_browser()
    home = await at_home(browser, "dnevnik")
    items = (await browser.get("/api/v1/contracts")).json()["items"]
    assert home.pupil["first_name"] in {one["child"]["first_name"] for one in items}
    for contract in items:
        assert len(contract["number"]) == 10 and contract["number"].startswith("0")
        purses = {one["purpose"]: one for one in contract["accounts"]}
        assert purses["meal"]["balance_kop"] == 16_000
        assert purses["meal"]["top_up_min_kop"] == 1_000
        assert (await browser.get(f"/api/v1/accounts/{purses['notices']['id']}/statement")).json()["items"] == []

    before = await hub_deps.db.read(lambda: (Contract.select().count(), Txn.select().count()))
    told = (await browser.get(f"{SANDBOX_URL}/_sandbox/people")).content
    town, later = msgspec.json.decode(told, type=Town), hub_deps.now() + timedelta(days=40)
    await hub_deps.db.write(lambda: load_money(hub_deps.keys, town, now=later))
    assert await hub_deps.db.read(lambda: (Contract.select().count(), Txn.select().count())) == before
    assert await hub_deps.db.read(lambda: Conflict.select().count()) == 0
    assert await hub_deps.db.read(checking.faults) == []
