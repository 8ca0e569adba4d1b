"""The kiosk by control calls: its devices, its signature right and spoilt, a family's first visit in one call."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.sandbox.kiosk.conftest import CONTRACT, DEVICE, PHONE, PIN, Hub
from tests.sandbox.stand import NOW


async def call(hub: Hub, request: str = "hello", **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await hub.stand.control("kiosk/call", {"request": request, **more}))["answers"]
    return found


async def test_a_call_names_itself_its_device_and_is_signed_by_the_sandboxes_clock(hub: Hub) -> None:
    (told,) = await call(hub, "find", body={"contract": CONTRACT})
    assert (told["status"], told["code"], told["body"]["who"]) == (200, "", "М. И.")
    assert hub.heard == [{"request": "find", "contract": CONTRACT}] and hub.signed == [True]
    assert hub.raw[0].url.params["device"] == "dev-1"
    at = datetime.fromtimestamp(int(hub.raw[0].headers["webhook-timestamp"]), UTC)
    assert abs((at - NOW).total_seconds()) < 60


async def test_every_call_has_a_number_of_its_own(hub: Hub) -> None:
    await call(hub, repeat=2, parallel=5)
    assert len({it.headers["webhook-id"] for it in hub.raw}) == 10 and hub.signed == [True] * 10


@pytest.mark.parametrize(("tamper", "good"), [("signature", False), ("body", False), ("unsigned", False), ("clock", True), ("name", True)])
async def test_a_call_is_spoilt_when_asked(hub: Hub, tamper: str, good: bool) -> None:
    await call(hub, tamper=tamper)
    assert hub.signed == [good]
    assert (hub.heard[0]["request"] != "hello") is (tamper == "name")
    if tamper == "clock":
        assert NOW.timestamp() - int(hub.raw[0].headers["webhook-timestamp"]) > 300


async def test_a_replay_comes_under_the_number_before(hub: Hub) -> None:
    await call(hub)
    await call(hub, tamper="replay")
    assert hub.raw[0].headers["webhook-id"] == hub.raw[1].headers["webhook-id"]


async def test_a_weak_kiosk_signs_in_by_its_name_and_secret(hub: Hub) -> None:
    await hub.stand.control("kiosk/devices", {**DEVICE, "secret": "word", "sign": "basic"})
    await call(hub)
    assert httpx.BasicAuth("dev-1", "word")._auth_header == hub.raw[0].headers["authorization"]


async def test_devices_are_listed_without_their_secrets_and_outlive_a_reset(hub: Hub) -> None:
    hub.stand.app.systems["kiosk"].reset()
    listed = (await hub.stand.http.get("/_sandbox/kiosk/devices")).json()["items"]
    assert [it["device"] for it in listed] == ["dev-1"] and "secret" not in listed[0]
    assert (await hub.stand.http.delete("/_sandbox/kiosk/devices/none")).status_code == 404


async def test_without_a_name_the_newest_kiosk_calls(hub: Hub) -> None:
    for number in range(2, 5):
        await hub.stand.control("kiosk/devices", {**DEVICE, "device": f"dev-{number}"})
    await call(hub)
    assert hub.raw[0].url.params["device"] == "dev-4"
    for number in range(2, 5):
        await hub.stand.http.delete(f"/_sandbox/kiosk/devices/dev-{number}")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("devices", {"device": "x"}),
        ("devices", {"device": "x", "secret": "whsec_"}),
        ("devices", {"device": "x", "secret": "whsec_%%"}),
        ("devices", {"device": "x", "secret": "y", "sign": "wax"}),
        ("devices", {"items": ["x"]}),
        ("call", {"request": "find", "device": "none"}),
        ("call", {"request": "../pay"}),
        ("call", {"request": "find", "tamper": "all"}),
        ("call", {"request": "find", "parallel": 1000}),
        ("first_visit", {"phone": PHONE}),
        ("first_visit", {"contract": CONTRACT, "phone": PHONE, "wait_s": 1000}),
    ],
)
async def test_a_control_call_that_makes_no_sense_is_refused(hub: Hub, path: str, body: dict[str, Any]) -> None:
    assert (await hub.stand.http.post(f"/_sandbox/kiosk/{path}", json=body)).status_code in (400, 404)
    assert hub.heard == []


async def test_a_hub_elsewhere_is_never_called(hub: Hub) -> None:
    await hub.stand.control("kiosk/devices", {**DEVICE, "hub": "https://example.org"})
    answer = await hub.stand.http.post("/_sandbox/kiosk/call", json={"request": "hello"})
    assert (answer.status_code, hub.heard) == (400, [])


async def test_a_first_visit_runs_from_the_card_to_the_first_money(hub: Hub) -> None:
    asked = {"credential": {"kind": "card", "number": "04A1"}, "phone": PHONE, "sum": "100.00"}
    told = await hub.stand.control("kiosk/first_visit", asked)
    assert told["done"] is True
    assert [it["request"] for it in told["steps"]] == ["find", "consent", "offer", "accept", "confirm", "pay", "balance"]
    accepted, confirmed = hub.heard[3], hub.heard[4]
    assert (accepted["consent_version"], accepted["offer_version"], accepted["agreed"], accepted["phone"]) == ("3", "3", True, PHONE)
    assert (confirmed["acceptance"], confirmed["pin"]) == ("a-1", PIN)
    assert [(it["command"], it["account"], it["pay_type"], it["sum"]) for it in hub.paid] == [
        ("check", CONTRACT, "meal", "100.00"),
        ("pay", CONTRACT, "meal", "100.00"),
    ]
    register = (await hub.stand.http.get("/_sandbox/terminal/register")).content.decode("cp1251")
    assert f"{hub.paid[1]['txn_id']};20.11.2026 12:00:00;{CONTRACT};100.00;0.00;" in register


async def test_a_visit_ends_at_the_first_refusal(hub: Hub) -> None:
    hub.said["confirm"] = (403, {"code": "wrong_pin", "detail": "Не подошло"})
    told = await hub.stand.control("kiosk/first_visit", {"contract": CONTRACT, "phone": PHONE, "pin": "0000", "sum": "100.00"})
    assert (told["done"], told["steps"][-1]["code"], hub.paid) == (False, "wrong_pin", [])


async def test_a_phone_of_nobody_gets_no_sms_and_the_visit_says_so(hub: Hub) -> None:
    told = await hub.stand.control("kiosk/first_visit", {"contract": CONTRACT, "phone": "+79139999999", "wait_s": 0})
    assert (told["done"], told["steps"][-1]["code"]) == (False, "no_sms")


async def test_a_first_payment_that_is_too_small_is_not_made(hub: Hub) -> None:
    hub.said["osmp check"] = (200, {"xml": "<response><result>241</result><comment>Мало</comment></response>"})
    told = await hub.stand.control("kiosk/first_visit", {"contract": CONTRACT, "phone": PHONE, "sum": "50.00"})
    assert (told["done"], told["steps"][5]["result"], len(hub.paid)) == (False, "241", 1)
