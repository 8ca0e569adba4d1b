"""Signatures in no form that anybody knows, at the devices' door: each a wrong one, none a fault of ours (RULES E6)."""

from __future__ import annotations

import pytest

from device_ingest import store
from tests.flows.gate_kit import device, guarded
from tests.flows.kit import Hub
from tests.ingest_kit import batch

PROOFS = ("signature", "signature-input", "content-digest", "webhook-signature", "authorization")
ODD = ("", "é", "v1,é", "v1,===", "1", "=", "sig1", "sig1=1", "sig1=:é:", "sig1=()", 'sig1=("@method" "@method")', "sha-256=1", "Basic é")


@pytest.mark.rule("E6")
@pytest.mark.parametrize("sign", ["rfc9421", "standard_webhooks", "basic"])
async def test_a_signature_in_no_known_form_is_a_wrong_one(hub: Hub, sign: str) -> None:
    gate = await device(await guarded(hub), sign)
    body = batch(gate.passed(hub.clock()))
    path, headers = gate.message(body, hub.clock())
    told = [name for name in headers if name.lower() in PROOFS]
    assert told
    for name in told:
        for value in (*ODD, "A" * 5000, f"{headers[name]}é", headers[name].replace("=", "=é", 1)):
            answer = await hub.app.test_client().post(path, data=body, headers={**headers, name: value})
            assert answer.status_code == 401, (name, value)
    assert await hub.deps.db.read(store.count) == 0
