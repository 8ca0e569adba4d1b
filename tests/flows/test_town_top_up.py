"""Every way to pay over the town's own acquirers, told by their own notices: credited once, and forged notices are worth nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from quart import Quart

from hub.deps import Deps
from hub.ledger.store import checking
from sandbox.app import SandboxApp
from tests.conftest import SANDBOX_URL, OpenBrowser
from tests.flows.town_kit import Home, at_home

PHONE = "+7 900 123-45-67"


@pytest.fixture
async def home(open_browser: OpenBrowser, hub_app: Quart, sandbox_app: SandboxApp) -> AsyncIterator[Home]:
    """A family of the town; the acquirers' notices reach the hub."""
    application: Any = hub_app
    sandbox_app.sandbox.outbound.transport = httpx.ASGITransport(application)
    yield await at_home(open_browser(), "dnevnik")
    sandbox_app.sandbox.outbound.transport = None


async def purse(home: Home) -> tuple[str, int]:
    accounts = (await home.browser.get("/api/v1/contracts")).json()["items"][0]["accounts"]
    return next((one["id"], one["balance_kop"]) for one in accounts if one["purpose"] == "meal")


async def begun(home: Home, account: str, way: dict[str, Any], amount_kop: int = 10_650) -> dict[str, Any]:
    asked = {"provider": way["provider"], "method": way["method"], "amount_kop": amount_kop, "phone": PHONE}
    status, made = await home.send(f"/accounts/{account}/top-ups", asked)
    assert (status, made["status"], made["total_kop"]) == (201, "pending", made["amount_kop"] + made["fee_kop"]), made
    return made


@pytest.mark.rule("D4")
@pytest.mark.rule("D6")
@pytest.mark.feature("F033")
@pytest.mark.feature("F034")
@pytest.mark.feature("F037")
@pytest.mark.feature("F038")
async def test_each_way_credits_what_was_asked_for_when_its_provider_says_so(home: Home, hub_deps: Deps) -> None:
    account, before = await purse(home)
    ways = (await home.browser.get(f"/api/v1/accounts/{account}/top-ups/ways?amount_kop=10650")).json()["items"]
    assert [one["way"] for one in ways[:3]] == ["terminal", "bank", "shop"]
    assert {one["way"] for one in ways} == {"terminal", "bank", "shop", "sbp", "card", "mobile"}
    assert [one["fee_kop"] for one in ways] == sorted(one["fee_kop"] for one in ways)
    online = [one for one in ways if one["provider"]]
    for count, way in enumerate(online, start=1):
        made = await begun(home, account, way)
        assert made["fee_kop"] == way["fee_kop"]
        order = f"/{made['provider']}/orders/{made['provider_id']}"
        await home.control(f"{order}/notify", {"times": 1, "tamper": "status"})
        await home.control(f"{order}/notify", {"times": 1, "tamper": "signature"})
        assert (await purse(home))[1] == before + (count - 1) * 10_650
        if way["way"] == "shop":
            await home.control(f"{order}/pay", {"amount_kop": 4_000})
            assert (await purse(home))[1] == before + 4_000
        await home.control(f"{order}/pay", {})
        await home.control(f"{order}/notify", {"times": 3})
        assert (await home.browser.get(f"/api/v1/top-ups/{made['id']}")).json()["status"] == "paid", way
        assert (await purse(home))[1] == before + count * 10_650
    assert await hub_deps.db.read(checking.faults) == []
    query = {"kind": "sms", "to": "79001234567"}
    letters = (await home.browser.get(f"{SANDBOX_URL}/inbox", params=query, headers={"Accept": "application/json"})).json()["items"]
    assert [bool(one.get("code")) for one in letters if one["system"] == "demand"] == [False, False, True]
