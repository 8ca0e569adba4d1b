"""Leaving for VK ID: PKCE with a verifier that the browser never sees, and settings that cannot work."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from connectors.kit.config import BadSetting
from connectors.vkid.client import challenge
from connectors.vkid.manifest import MANIFEST
from tests.unit.vkid.stub import BACK, BASE, CLIENT, STATE, Stub, query


@pytest.mark.security("2")
async def test_the_address_carries_the_hash_and_the_server_keeps_the_verifier(stub: Stub) -> None:
    departure = await stub.port().begin(state=STATE, redirect_uri=BACK)
    verifier = departure.keep["verifier"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{43,128}", verifier)
    assert departure.url.startswith(f"{BASE}/authorize?")
    asked = query(departure.url)
    hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    assert asked == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": BACK,
        "scope": "vkid.personal_info phone",
        "state": STATE,
        "code_challenge": hashed,
        "code_challenge_method": "S256",
    }
    assert verifier not in departure.url


def test_the_challenge_is_that_of_the_standards_own_example() -> None:
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


async def test_every_departure_has_a_verifier_of_its_own(stub: Stub) -> None:
    port = stub.port()
    kept = [(await port.begin(state=STATE, redirect_uri=BACK)).keep["verifier"] for _ in range(20)]
    assert len(set(kept)) == 20


async def test_other_scopes_are_asked_as_they_are_set(stub: Stub) -> None:
    stub.options["SCOPE"] = " vkid.personal_info   email "
    departure = await stub.port().begin(state=STATE, redirect_uri=BACK)
    assert query(departure.url)["scope"] == "vkid.personal_info email"


def test_an_application_without_a_number_is_a_bad_setting(stub: Stub) -> None:
    stub.options = {}
    with pytest.raises(BadSetting, match="CLIENT_ID"):
        stub.port()


def test_there_is_no_secret_to_set_and_no_page_to_sign_out(stub: Stub) -> None:
    assert {setting.name for setting in MANIFEST.settings} == {"CLIENT_ID", "SCOPE"}
    assert stub.port().logout_url(return_to="http://localhost:8000/") is None
