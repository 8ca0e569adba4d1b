"""Automatic top-up and receipts through the played acquirers as they are: the card is kept, charged, and forgotten; marks come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.deps import Deps
from hub.flows.autopay import bind_cards, charge_due, follow_charges, unbind_ended
from hub.flows.autopay.words import VERSION
from hub.flows.receipts import Receipts, ask_receipts
from hub.flows.top_up import ask_pending
from tests.conftest import SANDBOX_URL, OpenBrowser
from tests.flows.town_kit import Home, at_home

METHODS = {"rbs": "card", "yookassa": "bank_card", "tbank": "card"}


async def work(deps: Deps) -> None:
    """The worker's turns, once."""
    for turn in (ask_pending, follow_charges, bind_cards, charge_due, unbind_ended):
        await turn(deps)
    await Receipts(deps).batch()
    await ask_receipts(deps)


async def meal_account(home: Home) -> dict[str, Any]:
    items = (await home.browser.get("/api/v1/contracts")).json()["items"]
    mine = next(one for one in items if one["child"]["first_name"] == home.pupil["first_name"])
    return next(one for one in mine["accounts"] if one["purpose"] == "meal")


@pytest.mark.rule("D11")
@pytest.mark.rule("D12")
@pytest.mark.parametrize("provider", METHODS)
async def test_a_card_is_kept_charged_and_forgotten_and_every_payment_has_its_receipt(
    hub_deps: Deps, open_browser: OpenBrowser, provider: str
) -> None:
    home = await at_home(open_browser(), "dnevnik")
    account = await meal_account(home)
    query: dict[str, str | int] = {"kind": "threshold", "threshold_kop": 100_000, "amount_kop": 20_000, "cap_kop": 90_000}
    offered = (await home.browser.get(f"/api/v1/accounts/{account['id']}/autopay", params=query)).json()
    bank = next(one for one in offered["keepers"] if one["provider"] == provider)
    wish = {**query, "provider": provider, "method": METHODS[provider], "consent": VERSION, "accepted_total_kop": bank["total_kop"]}
    status, made = await home.send(f"/accounts/{account['id']}/autopay", wish)
    assert (status, made["state"], bool(made["pay_url"])) == (201, "waiting", True)
    paid = (await home.browser.get(f"/api/v1/top-ups/{made['top_up']}")).json()
    await home.control(f"/{provider}/orders/{paid['provider_id']}/pay", {"kind": "card"})
    later = replace(hub_deps, now=lambda: hub_deps.now() + timedelta(seconds=40))
    for _ in range(2):
        await work(later)
    rule = (await home.browser.get(f"/api/v1/autopay/{made['id']}")).json()
    assert (rule["state"], rule["card"][-6:]) == ("active", "··4444")

    tomorrow = replace(hub_deps, now=lambda: hub_deps.now() + timedelta(days=1))
    await work(tomorrow)
    rule = (await home.browser.get(f"/api/v1/autopay/{made['id']}")).json()
    assert [one["outcome"] for one in rule["tries"]] == ["paid"]
    assert (await meal_account(home))["balance_kop"] == account["balance_kop"] + 40_000
    if provider != "tbank":
        for top_up in (made["top_up"], rule["tries"][0]["top_up"]):
            found = (await home.browser.get(f"/api/v1/top-ups/{top_up}/receipt")).json()
            assert (found["receipt"]["state"], bool(found["receipt"]["qr"])) == ("fiscalised", True), found

    status, ended = await home.send(f"/autopay/{made['id']}", method="DELETE")
    assert (status, ended["state"]) == (200, "ended")
    await work(later)
    kept = await home.browser.get(f"{SANDBOX_URL}/_sandbox/{provider}/{'bindings' if provider == 'rbs' else 'cards'}")
    if provider == "rbs":
        assert [one["active"] for one in kept.json()["bindings"]] == [False]
    if provider == "tbank":
        assert [one["status"] for one in kept.json()["cards"]] == ["D"]
