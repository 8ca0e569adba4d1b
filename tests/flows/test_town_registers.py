"""The registers that the town's own providers write are read to the last line, and agree with what they told on line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any, Final

import httpx
import pytest
from quart import Quart

from hub.deps import Deps
from hub.flows.reconcile import Reconciled, read_register, take, take_refunds
from hub.ledger.registers import DAYS_OF
from hub.ledger.store import checking
from sandbox.app import SandboxApp
from tests.conftest import HUB_URL, SANDBOX_URL, OpenBrowser
from tests.flows.town_kit import Home, at_home

pytestmark = [pytest.mark.rule("D10"), pytest.mark.rule("D4")]
ACQUIRERS: Final = ("rbs", "yookassa", "tbank", "demand")
UNTOLD: Final = frozenset({"tbank"})
"""Asked about a payment that was given back in part, this one does not say how much: somebody has to look."""
TERMINALS: Final = (("osmp", "osmp"), ("sber2", "osmp"), ("sber_upper", "sber"), ("sber_old", "sber"))


@pytest.fixture
async def home(open_browser: OpenBrowser, hub_app: Quart, sandbox_app: SandboxApp) -> AsyncIterator[Home]:
    """A family of the town; what the providers say reaches the hub."""
    application: Any = hub_app
    sandbox_app.sandbox.outbound.transport = httpx.ASGITransport(application)
    yield await at_home(open_browser(), "dnevnik")
    sandbox_app.sandbox.outbound.transport = None


async def contract(home: Home) -> dict[str, Any]:
    found: dict[str, Any] = (await home.browser.get("/api/v1/contracts")).json()["items"][0]
    return found


async def paid(home: Home, account: str, provider: str, *, in_parts: bool = False) -> str:
    status, made = await home.send(f"/accounts/{account}/top-ups", {"provider": provider, "amount_kop": 10_650})
    assert status == 201, made
    order = f"/{provider}/orders/{made['provider_id']}"
    if in_parts:
        await home.control(f"{order}/pay", {"amount_kop": 4_000})
    await home.control(f"{order}/pay", {})
    return str(made["provider_id"])


async def register(home: Home, system: str, **query: str) -> bytes:
    answer = await home.browser.get(f"{SANDBOX_URL}/_sandbox/{system}/register", params=query)
    assert answer.status_code == 200, answer.text
    return answer.content


async def imported(deps: Deps, provider: str, data: bytes, *, refunds: bool = False) -> Reconciled:
    now, act = deps.now(), take_refunds if refunds else take
    day: date = now.astimezone(DAYS_OF).date()
    found = read_register(data, provider)
    return await deps.db.write(lambda: act(found, data, provider, day=day, actor="test", now=now))


async def test_every_acquirers_register_agrees_and_its_refunds_are_taken_back(home: Home, hub_deps: Deps) -> None:
    meal = (await contract(home))["accounts"][0]
    for provider in ACQUIRERS:
        order = await paid(home, meal["id"], provider, in_parts=provider == "demand")
        done = await imported(hub_deps, provider, await register(home, provider))
        assert (done.matched, done.credited, done.work_items) == (1 + (provider == "demand"), 0, ()), provider
        again = await imported(hub_deps, provider, await register(home, provider))
        assert (again.matched, again.credited, again.work_items) == (0, 0, ()), provider
        await home.control(f"/{provider}/orders/{order}/refund", {"amount_kop": 1_000})
        back = await imported(hub_deps, provider, await register(home, provider, kind="refunds"), refunds=True)
        assert [one.kind for one in back.work_items] == ["reversed_by_provider"] * (provider in UNTOLD), provider
    assert await hub_deps.db.read(checking.faults) == []


async def test_registers_of_terminals_and_counters_agree_in_either_form(home: Home, hub_deps: Deps) -> None:
    number = (await contract(home))["number"]
    for dialect, form in TERMINALS:
        asked = {"target_url": f"{HUB_URL}/pay/{dialect}", "dialect": dialect, "account": number, "sum": "100.50", "repeat": 2}
        told = await home.control("/terminal/pay", asked)
        assert told["answers"][0]["result"] == "0", told
        data = await register(home, "terminal", dialect=dialect, form=form)
        done = await imported(hub_deps, dialect, data)
        assert (done.matched, done.credited, done.work_items) == (1, 0, ()), dialect
        wrong = await imported(hub_deps, dialect, await register(home, "terminal", dialect=dialect, form=form, spoil="extra"))
        assert [one.kind for one in wrong.work_items] == ["theirs_only"] and wrong.credited == 1, dialect
    assert await hub_deps.db.read(checking.faults) == []
