"""Settings: what is refused before anybody signs in, whose tokens are accepted, and what the browser is sent with."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from connectors.esia.client import issuers_of
from connectors.esia.manifest import DEFAULT_SCOPE, MANIFEST
from connectors.esia.signing.choose import is_loopback, signer_of
from connectors.esia.signing.gost_openssl import GostOpenssl
from connectors.esia.signing.in_process import GostPython, RsaCms
from connectors.kit.config import BadSetting
from connectors.kit.ports import SignInPort
from tests.unit.esia.material import BACK, BASE, STATE, Material, connector, query
from tests.unit.kit.forge import CLIENT

PRODUCTION = "https://esia.gosuslugi.ru"


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"CLIENT_ID": ""}, "CLIENT_ID"),
        ({"KEY_FILE": ""}, "KEY_FILE"),
        ({"CERT_FILE": ""}, "CERT_FILE"),
        ({"VERIFY_KEYS": ""}, "VERIFY_KEYS"),
        ({"VERIFY_KEYS": " , "}, "VERIFY_KEYS"),
        ({"DIALECT": "v2"}, "DIALECT"),
        ({"SIGNER": "hsm"}, "SIGNER"),
        ({"SIGNER": "rsa"}, "SIGNER"),
        ({"SCOPE": "fullname"}, "SCOPE"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_name(changed: dict[str, str], name: str, material: Material) -> None:
    with pytest.raises(BadSetting) as caught:
        connector(material.options(**changed))
    assert caught.value.name == name
    assert caught.value.problem


@pytest.mark.parametrize("name", ["KEY_FILE", "CERT_FILE", "VERIFY_KEYS"])
def test_outside_the_demo_a_missing_file_stops_the_start(name: str, material: Material) -> None:
    connector(material.options(signer="gost_openssl"), base_url=PRODUCTION, demo=False)
    with pytest.raises(BadSetting) as caught:
        connector(material.options(signer="gost_openssl", **{name: "/nowhere/x.pem"}), base_url=PRODUCTION, demo=False)
    assert caught.value.name == name


def test_in_the_demo_the_sandboxs_key_may_come_later_but_ours_may_not(material: Material) -> None:
    connector(material.options(VERIFY_KEYS="/nowhere/x.pem"), demo=True)
    for name in ("KEY_FILE", "CERT_FILE"):
        with pytest.raises(BadSetting) as caught:
            connector(material.options(**{name: "/nowhere/x.pem"}), demo=True)
        assert caught.value.name == name


def test_outside_the_demo_a_key_that_verifies_nothing_stops_the_start(material: Material) -> None:
    gost = str(material.gost[1])
    with pytest.raises(BadSetting, match="RS256"):
        connector(material.options(signer="gost_openssl", VERIFY_KEYS=gost), base_url=PRODUCTION, demo=False)


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://localhost:9000/esia", True),
        ("http://127.0.0.1/esia", True),
        ("http://127.8.9.1:1/esia", True),
        ("http://[::1]:9000/esia", True),
        ("http://town.localhost/esia", True),
        (PRODUCTION, False),
        ("http://127.0.0.1.evil.example/", False),
        ("http://localhost.evil.example/", False),
        ("http://localhost@evil.example/", False),
        ("http://10.0.0.1/", False),
        ("http://0.0.0.0/", False),
        ("", False),
    ],
)
def test_loopback_is_this_machine_only(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback


def test_pure_python_gost_is_refused_away_from_this_machine(material: Material) -> None:
    with pytest.raises(BadSetting, match="loopback"):
        connector(material.options(signer="gost_python"), base_url=PRODUCTION)


def test_the_signer_follows_the_settings_and_the_address(material: Material) -> None:
    def chosen(base_url: str, **more: str) -> type:
        return type(signer_of("esia", material.options(**more), base_url=base_url))

    assert chosen(BASE, signer="") is GostPython
    assert chosen(PRODUCTION, signer="") is GostOpenssl
    assert chosen(BASE, signer="gost_openssl") is GostOpenssl
    assert chosen(PRODUCTION, signer="rsa", dialect="v1") is RsaCms
    assert chosen(BASE, signer="gost_python", dialect="v1") is GostPython


def test_the_port_is_a_sign_in(material: Material) -> None:
    port = connector(material.options())
    assert isinstance(port, SignInPort)
    assert (port.name, port.manifest) == ("esia", MANIFEST)


@pytest.mark.security("9")
@pytest.mark.parametrize(
    ("base_url", "option", "issuers"),
    [
        (PRODUCTION, "", {"http://esia.gosuslugi.ru/", "https://esia.gosuslugi.ru/"}),
        (
            "https://esia-portal1.test.gosuslugi.ru",
            "",
            {"http://esia-portal1.test.gosuslugi.ru/", "https://esia-portal1.test.gosuslugi.ru/"},
        ),
        (BASE, "", {"http://esia.gosuslugi.ru/", BASE, f"{BASE}/", "http://localhost:9000/", "https://localhost:9000/"}),
        (BASE, "http://a/ http://b/", {"http://a/", "http://b/"}),
    ],
)
def test_whose_tokens_are_accepted(base_url: str, option: str, issuers: set[str]) -> None:
    assert issuers_of({"ISSUER": option}, base_url) == issuers


def test_a_demo_beside_its_sandbox_in_another_container_believes_the_real_name() -> None:
    assert "http://esia.gosuslugi.ru/" in issuers_of({}, "http://sandbox:9000/esia", demo=True)
    assert "http://esia.gosuslugi.ru/" not in issuers_of({}, "https://esia-portal1.test.gosuslugi.ru")


async def test_the_browser_is_sent_with_everything_that_the_dialect_wants(material: Material) -> None:
    departure = await connector(material.options()).begin(state=STATE, redirect_uri=BACK)
    assert departure.url.startswith(f"{BASE}/aas/oauth2/v2/ac?")
    told = query(departure.url)
    secret, hash_, nonce = told.pop("client_secret"), told.pop("client_certificate_hash"), told.pop("nonce")
    assert told == {
        "client_id": CLIENT,
        "redirect_uri": BACK,
        "scope": DEFAULT_SCOPE,
        "response_type": "code",
        "state": STATE,
        "timestamp": "2026.09.15 09:00:00 +0000",
        "access_type": "online",
    }
    assert len(secret) in (86, 88)
    assert len(hash_) == 64
    assert departure.keep == {"nonce": nonce}


async def test_the_older_dialect_sends_no_hash(material: Material) -> None:
    departure = await connector(material.options(dialect="v1", signer="rsa")).begin(state=STATE, redirect_uri=BACK)
    assert departure.url.startswith(f"{BASE}/aas/oauth2/ac?")
    assert "client_certificate_hash" not in query(departure.url)


@pytest.mark.security("8")
async def test_every_departure_has_its_own_nonce_and_secret(material: Material) -> None:
    port = connector(material.options(dialect="v1", signer="rsa"))
    one, other = [await port.begin(state=STATE, redirect_uri=BACK) for _ in range(2)]
    assert one.keep["nonce"] != other.keep["nonce"]
    assert len(one.keep["nonce"]) >= 22


async def test_the_timestamp_is_utc_whatever_zone_the_clock_has(material: Material) -> None:
    moscow = datetime(2026, 9, 15, 12, 0, tzinfo=timezone(timedelta(hours=3)))
    port = connector(material.options(dialect="v1", signer="rsa"), now=lambda: moscow)
    assert query((await port.begin(state=STATE, redirect_uri=BACK)).url)["timestamp"] == "2026.09.15 09:00:00 +0000"


async def test_a_scope_of_ones_own_is_sent_as_it_is(material: Material) -> None:
    port = connector(material.options(dialect="v1", signer="rsa", SCOPE="  openid   fullname "))
    assert query((await port.begin(state=STATE, redirect_uri=BACK)).url)["scope"] == "openid fullname"


def test_nothing_more_than_a_diary_needs_is_asked_by_default() -> None:
    for scope in ("id_doc", "addresses", "vehicles", "birth_cert_doc", "kid_birth_cert_doc", "contacts", "inn", "usr_org"):
        assert scope not in DEFAULT_SCOPE.split()


def test_sign_out_names_the_address_as_gosuslugi_does(material: Material) -> None:
    url = connector(material.options()).logout_url(return_to="http://localhost:8000/?a=b&c=d")
    assert url is not None
    assert url.startswith(f"{BASE}/idp/ext/Logout?")
    assert query(url) == {"client_id": CLIENT, "redirect_url": "http://localhost:8000/?a=b&c=d"}


def test_settings_and_departures_show_no_key(material: Material) -> None:
    options = material.options()
    assert Path(options["KEY_FILE"]).read_text() not in repr(options)
    assert {setting.name for setting in MANIFEST.settings} >= set(options)
    assert all(setting.doc for setting in MANIFEST.settings)
