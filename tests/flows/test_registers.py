"""The school's registers: what pupils pass with, and the devices that read it (RULES D12, E5, E6, B5, B6)."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hub.flows.registers.numbers import is_bank_number, masked, number_of
from hub.store.school import carriers, devices
from hub.store.school.carriers import CarrierKind
from tests.flows.desk_kit import Desk, open_desk
from tests.flows.kit import Browser, Hub
from tests.flows.office_kit import OGRN, enter
from tests.flows.roster_kit import press
from tests.flows.test_desk_pages import text
from tests.flows.test_office_roll import told
from tests.ingest_kit import Played, batch

CARD: dict[str, str] = {"kind": "card", "number": "00 1234-5678"}
GATE: dict[str, str] = {"kind": "turnstile", "serial": "SN-1", "sign": "standard_webhooks", "place": "Главный вход"}
BANK = "4111 1111 1111 1111"


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await open_desk(hub)


async def add(desk: Desk, officer: Browser | None = None, pupil: str | None = None, **changes: str) -> Any:
    return await (officer or desk.nina).send("POST", f"/api/v1/office/pupils/{pupil or desk.petya}/carriers", json=CARD | changes)


async def turn(desk: Desk, carrier: str, step: str, officer: Browser | None = None) -> int:
    answer = await (officer or desk.nina).send("POST", f"/api/v1/office/carriers/{carrier}/{step}")
    return int(answer.status_code)


def pem(key: Any) -> str:
    return str(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


@pytest.mark.rule("E5")
async def test_a_card_is_entered_blocked_opened_lost_and_ended_and_the_family_hears_of_each(desk: Desk) -> None:
    made = await add(desk)
    assert made.status_code == 201, await made.get_data(as_text=True)
    (one,) = (await made.get_json())["items"]
    assert (one["number"], one["state"], one["may"]) == ("…5678", "active", ["block", "lose", "end"])
    for step, state in (("block", "blocked"), ("block", "blocked"), ("unblock", "active"), ("lose", "lost")):
        assert await turn(desk, one["id"], step) == 200, step
        shown = await told(desk.rita, f"/api/v1/office/pupils/{desk.petya}/carriers")
        assert shown["items"][0]["state"] == state
    assert await turn(desk, one["id"], "unblock") == 409, "a lost one opens no more"
    assert await turn(desk, one["id"], "end") == 200
    assert (await desk.notices(desk.anna)).count("carrier_changed") == 4
    log = await told(desk.anna, f"/api/v1/children/{desk.petya}/access-log")
    assert {"carrier.added", "carrier.block", "carrier.lose", "office.carriers"} <= {entry["action"] for entry in log["items"]}
    assert (await add(desk)).status_code == 201, "an ended one leaves its number"


@pytest.mark.rule("E5")
async def test_a_number_is_one_pupils_at_a_time_and_the_history_finds_the_owner_of_then(desk: Desk) -> None:
    assert (await add(desk)).status_code == 201
    other = await enter(desk.nina)
    assert (await add(desk, pupil=other, number="0012345678")).status_code == 400
    assert (await add(desk, pupil=other, kind="bracelet", number="0012345678")).status_code == 201, "another kind counts apart"
    (one,) = (await told(desk.nina, f"/api/v1/office/pupils/{desk.petya}/carriers"))["items"]
    entered = desk.hub.clock()
    desk.hub.clock.go(hours=1)
    assert await turn(desk, one["id"], "end") == 200
    desk.hub.clock.go(hours=1)
    assert (await add(desk, pupil=other, number="0012345678")).status_code == 201
    keys, now = desk.hub.deps.keys, desk.hub.clock()

    def owner(at: datetime) -> list[str]:
        return [found.child for found in carriers.owners(keys, OGRN, CarrierKind.CARD, "0012345678", at=at)]

    whose = {at: await desk.hub.deps.db.read(partial(owner, at)) for at in (entered, entered + timedelta(minutes=90), now)}
    assert list(whose.values()) == [[desk.petya], [], [other]]
    assert "0012345678" not in str(await desk.hub.rows("SELECT number, number_index FROM carrier")), "sealed at rest"


@pytest.mark.rule("D12")
@pytest.mark.security("7")
@pytest.mark.parametrize("kind", list(CarrierKind))
async def test_a_bank_cards_number_is_refused_and_neither_shown_nor_logged(desk: Desk, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answer = await add(desk, kind=kind, number=BANK)
    page = await press(desk.nina, f"/office/pupils/{desk.petya}/carriers", kind=kind, number=BANK)
    shown = (await answer.get_data(as_text=True)) + await page.get_data(as_text=True) + caplog.text
    assert (answer.status_code, page.status_code) == (400, 400)
    assert "4111" not in shown
    assert await desk.hub.rows("SELECT COUNT(*) FROM carrier") == [(0,)]


@pytest.mark.rule("D12")
@pytest.mark.parametrize(
    ("plain", "is_bank"),
    [("4111111111111111", True), ("4111111111111112", False), ("6390028590012", False), ("79927398713", False), ("A" * 16, False)],
)  # fmt: skip
def test_bank_numbers_are_known_by_length_and_checksum(plain: str, is_bank: bool) -> None:
    assert is_bank_number(plain) == is_bank


def test_numbers_are_compared_without_signs_between_and_shown_by_their_end() -> None:
    assert number_of(CarrierKind.CARD, " 04:a3-F1 b2 ") == "04A3F1B2"
    assert number_of(CarrierKind.BANK_CARD, " aB+/=x ") == "aB+/=x"
    assert [masked(one) for one in ("0012345678", "17", "5")] == ["…5678", "…7", "…"]


@pytest.mark.rule("B5")
async def test_nobody_else_and_nobody_for_the_own_family_touches_a_card(desk: Desk) -> None:
    (one,) = (await (await add(desk)).get_json())["items"]
    for browser in (desk.oleg, desk.anna):
        assert (await add(desk, browser)).status_code in (403, 404)
        assert await turn(desk, one["id"], "block", browser) in (403, 404)
    for path in ("carriers/nothing/block", f"carriers/{one['id']}/burn"):
        assert (await desk.nina.send("POST", f"/api/v1/office/{path}")).status_code == 404
    mine = f"/api/v1/office/pupils/{desk.petya}/carriers"
    for wrong in (
        {"kind": "phone"},
        {"number": " "},
        {"number": "Ж" * 4},
        {"since": "2026-12-01T00:00:00+03:00"},
        {"since": "2026-11-01T00:00:00"},
    ):
        assert (await desk.nina.send("POST", mine, json=CARD | {"number": "77"} | wrong)).status_code == 400, wrong


async def test_the_pages_of_cards_lead_from_the_list_to_the_pupil(desk: Desk) -> None:
    assert "Карт ещё не записали" in await text(desk.nina, "/office/carriers")
    done = await press(desk.nina, f"/office/pupils/{desk.petya}/carriers", **CARD)
    assert done.headers["Location"] == f"/office/pupils/{desk.petya}/carriers?done=added"
    assert "…5678" in await text(desk.nina, "/office/carriers")
    (one,) = (await told(desk.nina, f"/api/v1/office/pupils/{desk.petya}/carriers"))["items"]
    assert "Заблокировать" in await text(desk.nina, f"/office/pupils/{desk.petya}/carriers")
    turned = await press(desk.nina, f"/office/pupils/{desk.petya}/carriers/{one['id']}/block")
    assert turned.status_code == 303
    assert "заблокирована" in await text(desk.nina, f"/office/pupils/{desk.petya}/carriers")


@pytest.mark.rule("E6")
async def test_a_devices_secret_is_shown_once_and_comes_again_by_its_key_alone(desk: Desk) -> None:
    path = "/api/v1/office/devices"
    answers = [await desk.nina.send("POST", path, json=GATE, **{"Idempotency-Key": "k1"}) for _ in range(2)]
    first, again = [await one.get_json() for one in answers]
    assert ([one.status_code for one in answers], first) == ([201, 201], again)
    assert first["secret"].startswith("whsec_") and len(first["secret"]) == 50
    kept = await desk.hub.deps.db.read(lambda: devices.secret_of(desk.hub.deps.keys, first["id"]))
    assert kept == first["secret"]
    assert first["secret"] not in str(await desk.hub.rows("SELECT secret FROM device"))
    listed = await told(desk.rita, path)
    assert "secret" not in str(listed) and [one["zone"] for one in listed["items"]] == ["Asia/Omsk"]
    assert (await desk.nina.send("POST", path, json=GATE)).status_code == 400, "the same serial number twice"
    assert (await told(desk.oleg, path))["items"] == []


@pytest.mark.rule("E6")
async def test_a_device_that_signs_itself_brings_its_public_key_and_no_secret(desk: Desk) -> None:
    path, mine = "/api/v1/office/devices", ed25519.Ed25519PrivateKey.from_private_bytes(b"k" * 32).public_key()
    other = x25519.X25519PrivateKey.from_private_bytes(b"k" * 32).public_key()
    for key in ("", "not a key", pem(other)):
        assert (await desk.nina.send("POST", path, json=GATE | {"sign": "rfc9421", "public_key": key})).status_code == 400
    made = await desk.nina.send("POST", path, json=GATE | {"sign": "rfc9421", "public_key": pem(mine)})
    assert (made.status_code, (await made.get_json())["secret"]) == (201, None)
    for wrong in ({"kind": "door"}, {"sign": "none"}, {"serial": " "}, {"zone": "Омск"}, {"since": "2027-01-01T00:00:00+03:00"}):
        assert (await desk.nina.send("POST", path, json=GATE | {"serial": "SN-2"} | wrong)).status_code == 400, wrong


@pytest.mark.rule("E6")
async def test_a_revoked_device_is_believed_no_more_and_its_number_is_free(desk: Desk) -> None:
    made = await (await desk.nina.send("POST", "/api/v1/office/devices", json=GATE)).get_json()
    path = f"/api/v1/office/devices/{made['id']}/revoke"
    assert (await desk.oleg.send("POST", path, json={})).status_code == 404
    assert (await desk.nina.send("POST", path, json={"since": "2027-01-01T00:00:00+03:00"})).status_code == 400
    for _ in range(2):
        gone = await (await desk.rita.send("POST", path, json={"since": "2026-11-17T08:00:00+06:00"})).get_json()
        assert gone["revoked_since"] == "2026-11-17T02:00:00Z" and gone["revoked_at"]
    assert (await desk.nina.send("POST", "/api/v1/office/devices", json=GATE)).status_code == 201


async def test_the_page_of_devices_shows_the_secret_once(desk: Desk) -> None:
    assert "Устройств ещё нет" in await text(desk.nina, "/office/devices")
    wrong = await press(desk.nina, "/office/devices", **GATE | {"zone": "Омск"})
    assert (wrong.status_code, "Главный вход" in await wrong.get_data(as_text=True)) == (400, True)
    given = await press(desk.nina, "/office/devices", **GATE)
    assert (given.status_code, given.headers["Cache-Control"], "whsec_" in await given.get_data(as_text=True)) == (200, "no-store", True)
    page = await text(desk.nina, "/office/devices")
    assert "whsec_" not in page and "Главный вход" in page
    (one,) = (await told(desk.nina, "/api/v1/office/devices"))["items"]
    assert (await press(desk.nina, f"/office/devices/{one['id']}/revoke", since="2026-11-17")).status_code == 303
    assert "отозвано" in await text(desk.nina, "/office/devices")


@pytest.mark.rule("E7")
async def test_a_device_that_is_silent_in_school_hours_says_so_and_one_that_speaks_does_not(desk: Desk) -> None:
    hub = desk.hub
    hub.clock.at = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
    asked = GATE | {"sign": "basic"}
    made = await (await desk.nina.send("POST", "/api/v1/office/devices", json=asked)).get_json()

    async def health() -> dict[str, Any]:
        (one,) = (await (await desk.nina.get("/api/v1/office/devices")).get_json())["items"]
        found: dict[str, Any] = one["health"]
        return found

    assert (await health())["silent"] is False
    hub.clock.go(hours=4)
    assert await health() | {"heard_at": None, "silent": True} == await health()
    assert "молчит</span>" in await text(desk.nina, "/office/devices")
    gate = Played(id=made["id"], source=made["source"], key_id=made["key_id"], secret=made["secret"], sign="basic")
    path, headers = gate.message(batch(gate.passed(hub.clock())), hub.clock())
    assert (await hub.app.test_client().post(path, data=batch(gate.passed(hub.clock())), headers=headers)).status_code == 200
    told = await health()
    assert (told["silent"], told["heard_at"]) == (False, "2026-11-18T06:00:00Z")
    hub.clock.at = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    assert (await health())["silent"] is False, "Sunday"
