"""Which kiosk is heard at all, and what a card tells before any PIN (docs/wire/kiosk.md)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hub.flows.registers.carriers import put as put_card
from hub.store.database import Overloaded
from hub.store.school import devices
from hub.store.school.carriers import CarrierKind
from tests.flows.kiosk_kit import NUMBER, OTHER_SCHOOL, Hall, hall, kiosk_of, told
from tests.flows.kit import Hub
from tests.flows.money_kit import SCHOOL

HELLO = json.dumps({"request": "hello"}).encode()


@pytest.fixture
async def here(hub: Hub) -> Hall:
    return await hall(hub)


@pytest.mark.rule("E6")
async def test_a_signed_kiosk_learns_where_it_stands(here: Hall) -> None:
    said = await here.kiosk.good("hello")
    assert (said["device"], said["school"], said["place"], said["zone"]) == (here.kiosk.device, "Школа 5", "холл", "Asia/Krasnoyarsk")


@pytest.mark.rule("E6")
@pytest.mark.security("7")
async def test_a_stranger_a_wrong_key_and_a_turnstile_hear_one_answer(here: Hall) -> None:
    revoked, turnstile, strange = await kiosk_of(here.hub), await kiosk_of(here.hub, kind="turnstile"), await kiosk_of(here.hub)
    await here.hub.deps.db.write(lambda: devices.revoke(revoked.device, since=here.hub.clock(), now=here.hub.clock()))
    strange.secret = here.kiosk.secret
    heard = [
        await told(await here.kiosk.send("hello", HELLO, {})),
        await told(await here.kiosk.send("hello", HELLO + b" ", here.kiosk.signed(HELLO))),
        await told(await here.kiosk.send("hello", HELLO, here.kiosk.signed(HELLO), device="nobody")),
        await told(await here.kiosk.send("hello", HELLO, {}, device="")),
        await told(await revoked.ask("hello")),
        await told(await turnstile.ask("hello")),
        await told(await strange.ask("hello")),
        await told(await here.kiosk.send("nonsense", b"not json", {})),
    ]
    assert {(status, code) for status, code, _ in heard} == {(401, "unsigned")}
    assert len({json.dumps(body, sort_keys=True) for _, _, body in heard}) == 1


@pytest.mark.rule("E6")
@pytest.mark.parametrize("late_s", [301, -301])
async def test_a_clock_that_is_off_is_told_the_time(here: Hall, late_s: float) -> None:
    status, code, body = await told(await here.kiosk.send("hello", HELLO, here.kiosk.signed(HELLO, late_s=late_s)))
    assert (status, code, body["now"]) == (401, "clock", here.hub.clock().isoformat().replace("+00:00", "Z"))
    assert (await here.kiosk.send("hello", HELLO, here.kiosk.signed(HELLO, late_s=299))).status_code == 200


@pytest.mark.rule("E6")
async def test_one_message_is_heard_once_whatever_it_asks(here: Hall) -> None:
    headers = here.kiosk.signed(HELLO, id_="m-1")
    assert (await here.kiosk.send("hello", HELLO, headers)).status_code == 200
    assert (await told(await here.kiosk.send("hello", HELLO, headers)))[:2] == (401, "replay")
    other = await kiosk_of(here.hub)
    assert (await other.send("hello", HELLO, other.signed(HELLO, id_="m-1"))).status_code == 200, "another kiosk's ids are its own"


async def test_a_signed_body_is_good_for_its_own_call_only(here: Hall) -> None:
    raw = json.dumps({"request": "find", "contract": NUMBER}).encode()
    assert (await told(await here.kiosk.send("offer", raw, here.kiosk.signed(raw))))[:2] == (400, "malformed")


@pytest.mark.rule("E6")
async def test_a_kiosk_with_a_password_is_heard(here: Hall) -> None:
    weak = await kiosk_of(here.hub, sign="basic")
    assert (await weak.ask("hello")).status_code == 200
    weak.secret += "x"
    assert (await told(await weak.ask("hello")))[:2] == (401, "unsigned")
    serial = await kiosk_of(here.hub, sign="serial")
    assert (await told(await serial.send("hello", HELLO, {})))[:2] == (401, "unsigned")


MALFORMED = (
    b"", b"[]", b"{", b'{"request": 1}', b'{"request": "find"}', b"\xff\xfe", b"[" * 3000,
    b'{"request": "find", "contract": 270390000}', b'{"request": "find", "contract": "", "credential": null}',
    b'{"request": "find", "contract": "0270390000", "credential": {"kind": "card", "number": "1"}}',
    b'{"request": "find", "credential": {"kind": "teleport", "number": "1"}}',
    b'{"request": "find", "credential": {"kind": "device_pin", "number": "1"}}',
    b'{"request": "find", "credential": {"kind": "card", "number": ""}}',
    b'{"request": "find", "contract": "' + b"0" * 17_000 + b'"}',
)  # fmt: skip


async def test_what_is_no_question_is_malformed(here: Hall) -> None:
    for raw in MALFORMED:
        heard = await told(await here.kiosk.send("find", raw, here.kiosk.signed(raw)))
        assert heard[:2] == (400, "malformed"), raw[:80]


@pytest.mark.rule("D12")
async def test_a_bank_cards_number_is_not_looked_for_and_kept_nowhere(here: Hall, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    _, code, body = await here.kiosk.refused("find", credential={"kind": "card", "number": "4111 1111 1111 1111"})
    assert code == "malformed"
    assert "41111111" not in caplog.text.replace(" ", "") + json.dumps(body)


async def test_an_unheard_of_call_is_said_so(here: Hall) -> None:
    for name in ("open_door", "HELLO"):
        assert (await here.kiosk.refused(name))[:2] == (404, "unknown_request")


@pytest.mark.security("7")
async def test_another_schools_contract_and_card_are_unknown(here: Hall) -> None:
    deps = here.hub.deps
    since = here.hub.clock()
    await deps.db.write(
        lambda: put_card(deps, child=here.child, school=SCHOOL, kind=CarrierKind.CARD, number="04A1", since=since, by="test")
    )
    far = await kiosk_of(here.hub, OTHER_SCHOOL)
    assert (await far.refused("find", contract=NUMBER))[:2] == (404, "unknown_contract")
    assert (await far.refused("find", contract="0999999999"))[:2] == (404, "unknown_contract")
    assert (await far.refused("find", credential={"kind": "card", "number": "04A1"}))[:2] == (404, "unknown_card")
    for name in ("consent", "offer"):
        assert (await far.refused(name, contract=NUMBER))[:2] == (404, "unknown_contract")
    assert (await far.refused("sign_in", contract=NUMBER, pin="1234"))[:2] == (403, "wrong_pin")
    assert (await far.ask("pin", contract=NUMBER, phone="+79131234567")).status_code == 202
    assert await here.hub.rows("SELECT COUNT(*) FROM sent_text") == [(0,)]
    assert (await here.kiosk.good("find", credential={"kind": "card", "number": "04A1"}))["contract"] == NUMBER


@pytest.mark.rule("D4")
async def test_a_card_tells_initials_and_nothing_more(here: Hall) -> None:
    found = await here.kiosk.good("find", contract=NUMBER)
    texts = json.dumps([found, await here.kiosk.good("offer", contract=NUMBER)], ensure_ascii=False)
    assert set(found) == {"contract", "who", "state", "next"}
    for word in ("Орлов", "Пётр", "6А", here.child, "087-654"):
        assert word not in texts


@pytest.mark.rule("D4")
async def test_finding_is_throttled_by_kiosk(here: Hall) -> None:
    for _ in range(60):
        await here.kiosk.good("find", contract=NUMBER)
    status, code, body = await here.kiosk.refused("find", contract=NUMBER)
    assert (status, code, body["retry_after_s"]) == (429, "too_many", 60)
    other = await kiosk_of(here.hub)
    assert (await other.good("find", contract=NUMBER))["next"] == "accept"


async def test_a_database_that_cannot_now_is_later_and_no_failure(here: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    async def locked(unit: Any) -> None:
        raise Overloaded("too many writes wait", retry_after_s=3)

    monkeypatch.setattr(here.hub.deps.db, "write", locked)
    status, code, body = await here.kiosk.refused("hello")
    assert (status, code, body["retry_after_s"]) == (503, "later", 3)


async def test_a_number_with_the_character_0_is_malformed(here: Hall) -> None:
    asked: dict[str, dict[str, Any]] = {
        "find": {"contract": "a\0b"},
        "consent": {"contract": "\0"},
        "pin": {"contract": "\0", "phone": "1"}, "balance": {"session": "\0"},
    }  # fmt: skip
    for name, body in asked.items():
        status, code, _ = await told(await here.kiosk.ask(name, **body))
        assert (status, code) == (400, "malformed"), name
