"""A device's key is changed while it works: the new and the old one are good together for a while (RULES E6)."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.flows.desk_kit import Desk
from tests.flows.gate_kit import device, guarded, send, verdicts
from tests.flows.kit import Hub
from tests.ingest_kit import batch, public_pem

DEVICES = "/api/v1/office/devices"


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await guarded(hub)


@pytest.mark.rule("E6")
@pytest.mark.parametrize("sign", ["standard_webhooks", "basic"])
async def test_a_new_secret_and_the_old_one_are_good_together_for_a_while(desk: Desk, sign: str) -> None:
    hub, gate = desk.hub, await device(desk, sign)
    old = gate.secret
    made = await (await desk.nina.send("POST", f"{DEVICES}/{gate.id}/key", json={"overlap_hours": 2})).get_json()
    new = made["secret"]
    assert new != old
    assert made["key_id"] == gate.key_id
    for secret, hours, expected in ((old, 0, 200), (new, 0, 200), (old, 3, 401), (new, 0, 200)):
        hub.clock.go(hours=hours)
        hub.deps.memory.senders.clear()
        gate.secret = secret
        assert (await send(hub, gate, batch(gate.passed(hub.clock())))).status_code == expected


@pytest.mark.rule("E6")
async def test_a_message_signed_with_both_secrets_is_taken_whichever_the_hub_knows(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    body = batch(gate.passed(hub.clock()))
    path, headers = gate.message(body, hub.clock())
    unknown = base64.b64encode(b"x" * 32).decode()
    headers["webhook-signature"] = f"v1,{unknown} v1a,zzz {headers['webhook-signature']}"
    assert await verdicts(await hub.app.test_client().post(path, data=body, headers=headers)) == ["stored"]


@pytest.mark.rule("E6")
async def test_a_new_ed25519_key_and_the_old_one_are_good_together_for_a_while(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk, "rfc9421")
    old, new = gate.key, Ed25519PrivateKey.from_private_bytes(b"n" * 32)
    answer = await desk.nina.send("POST", f"{DEVICES}/{gate.id}/key", json={"overlap_hours": 1, "public_key": public_pem(new)})
    assert (answer.status_code, (await answer.get_json())["secret"]) == (200, None)
    for key, hours, expected in ((old, 0, 200), (new, 0, 200), (old, 2, 401), (new, 0, 200)):
        hub.clock.go(hours=hours)
        hub.deps.memory.senders.clear()
        gate.key = key
        assert (await send(hub, gate, batch(gate.passed(hub.clock())))).status_code == expected


@pytest.mark.rule("E6")
async def test_keys_are_changed_by_the_own_office_only_and_not_where_there_is_none(desk: Desk) -> None:
    gate, mute = await device(desk), await device(desk, "serial", serial="mute")
    assert (await desk.oleg.send("POST", f"{DEVICES}/{gate.id}/key", json={})).status_code == 404
    assert (await desk.nina.send("POST", f"{DEVICES}/none/key", json={})).status_code == 404
    assert (await desk.nina.send("POST", f"{DEVICES}/{mute.id}/key", json={})).status_code == 400
    assert (await desk.nina.send("POST", f"{DEVICES}/{gate.id}/key", json={"overlap_hours": 999})).status_code == 400
    assert (await desk.nina.send("POST", f"{DEVICES}/{gate.id}/revoke", json={})).status_code == 200
    assert (await desk.nina.send("POST", f"{DEVICES}/{gate.id}/key", json={})).status_code == 409
