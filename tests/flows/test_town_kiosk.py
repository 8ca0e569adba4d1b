"""The town's own kiosk: it signs by the page on the wire and knows nothing of our code; a family goes from the card to the first money."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from quart import Quart

from hub.deps import Deps
from hub.flows.send_texts import send_due
from hub.ledger.store import checking
from sandbox.app import SandboxApp
from tests.conftest import HUB_URL, SANDBOX_URL, OpenBrowser
from tests.flows.town_kit import Home, at_home


@pytest.fixture
async def home(open_browser: OpenBrowser, hub_app: Quart, sandbox_app: SandboxApp) -> AsyncIterator[Home]:
    """A family of the town; what the played kiosk says reaches the hub."""
    application: Any = hub_app
    sandbox_app.sandbox.outbound.transport = httpx.ASGITransport(application)
    yield await at_home(open_browser(), "dnevnik")
    sandbox_app.sandbox.outbound.transport = None


async def said(home: Home, device: str, name: str, **body: Any) -> tuple[int, dict[str, Any]]:
    """What the hub told the kiosk of the town."""
    (answer,) = (await home.control("/kiosk/call", {"device": device, "request": name, "body": body}))["answers"]
    return answer["status"], answer["body"]


async def text_to(home: Home, phone: str) -> dict[str, Any]:
    query = {"kind": "sms", "to": "".join(letter for letter in phone if letter.isdigit())}
    found = (await home.browser.get(f"{SANDBOX_URL}/inbox", params=query, headers={"Accept": "application/json"})).json()["items"]
    newest: dict[str, Any] = found[0]
    return newest


@pytest.mark.rule("D9")
@pytest.mark.feature("F125")
async def test_a_family_of_the_town_accepts_at_the_kiosk_and_pays_in(home: Home, hub_deps: Deps) -> None:
    (contract,) = [
        one
        for one in (await home.browser.get("/api/v1/contracts")).json()["items"]
        if one["child"]["first_name"] == home.pupil["first_name"]
    ]
    number = contract["number"]
    kiosks = (await home.browser.get(f"{SANDBOX_URL}/_sandbox/kiosk/devices")).json()["items"]
    answers = {one["device"]: await said(home, one["device"], "find", contract=number) for one in kiosks}
    (device,) = [id_ for id_, (status, _) in answers.items() if status == 200]
    assert answers[device][1]["next"] == "accept"
    _, consent = await said(home, device, "consent", contract=number)
    _, offer = await said(home, device, "offer", contract=number)
    texts = {"consent_version": consent["version"], "offer_version": offer["version"], "agreed": True}
    status, sent = await said(home, device, "accept", contract=number, phone=home.parent["phone"], **texts)
    assert status == 202, sent
    await send_due(hub_deps)
    text = await text_to(home, home.parent["phone"])
    pin = next(word.strip(".") for word in text["text"].split() if word.strip(".").isdigit())
    for secret in (home.pupil["last_name"], home.pupil["first_name"], home.parent["last_name"], number):
        assert secret not in text["text"]
    status, done = await said(home, device, "confirm", acceptance=sent["acceptance"], pin=pin)
    assert (status, done["waits"]) == (200, []), done
    meal = next(one for one in done["accounts"] if one["purpose"] == "meal")
    cash = {"target_url": f"{HUB_URL}/pay/osmp", "dialect": "osmp", "sum": "100.00", **meal["terminal"]}
    assert [one["result"] for one in (await home.control("/terminal/pay", cash))["answers"]] == ["0"]
    _, after = await said(home, device, "balance", session=done["session"])
    assert next(one["balance_kop"] for one in after["accounts"] if one["purpose"] == "meal") == meal["balance_kop"] + 10_000
    assert (await said(home, device, "sign_in", contract=number, pin=pin))[0] == 200
    assert await hub_deps.db.read(checking.faults) == []


@pytest.mark.rule("E6")
async def test_what_the_played_kiosk_spoils_is_refused(home: Home) -> None:
    (one, *_) = (await home.browser.get(f"{SANDBOX_URL}/_sandbox/kiosk/devices")).json()["items"]
    assert (await said(home, one["device"], "hello"))[0] == 200
    wrong = (("signature", "unsigned"), ("body", "unsigned"), ("unsigned", "unsigned"), ("clock", "clock"), ("name", "malformed"))
    for tamper, code in (*wrong, ("replay", "replay")):
        found = await home.control("/kiosk/call", {"device": one["device"], "request": "hello", "tamper": tamper})
        assert found["answers"][-1]["body"]["code"] == code, tamper
