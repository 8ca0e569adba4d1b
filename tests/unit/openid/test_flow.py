"""An honest sign-in: what is sent, what comes back, and whose record it makes."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from datetime import UTC, date, datetime
from hashlib import sha256
from urllib.parse import unquote_plus

import httpx
import pytest

from connectors.kit.ports import SignInPort
from identity.claims import Claims, Contact, Level
from identity.linking import is_strong
from tests.unit.kit.forge import at
from tests.unit.openid.stub import CLIENT, ISSUER, SECRET, STATE, Provider


@pytest.mark.security("26")
async def test_a_sign_in_becomes_one_record_of_a_person(op: Provider) -> None:
    assert await op.finish() == Claims(
        system="mosru",
        tenant=ISSUER,
        subject="anna-1",
        level=Level.UNKNOWN,
        last_name="Соколова",
        first_name="Анна",
        middle_name="Сергеевна",
        birth_date=date(1988, 3, 12),
        sex="F",
        auth_time=datetime.fromtimestamp(at(-5), UTC),
        provider_session="s-1",
    )


@pytest.mark.security("2")
async def test_the_address_carries_pkce_s256_a_nonce_and_our_state(op: Provider) -> None:
    departure = await op.leave(op.port())
    url = httpx.URL(departure.url)
    challenge = urlsafe_b64encode(sha256(departure.keep["verifier"].encode()).digest()).rstrip(b"=").decode()
    assert str(url.copy_with(query=None)) == f"{ISSUER}/authorize"
    assert dict(url.params) == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": op.back,
        "scope": "openid profile",
        "state": STATE,
        "nonce": departure.keep["nonce"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    assert len(departure.keep["verifier"]) >= 43


@pytest.mark.security("2")
async def test_pkce_is_sent_whatever_the_description_says(op: Provider) -> None:
    op.metadata["code_challenge_methods_supported"] = ["plain"]
    assert httpx.URL((await op.leave(op.port())).url).params["code_challenge_method"] == "S256"


async def test_an_authorisation_address_with_a_query_keeps_it(op: Provider) -> None:
    op.metadata["authorization_endpoint"] = f"{ISSUER}/authorize?realm=school"
    url = httpx.URL((await op.leave(op.port())).url)
    assert (url.params["realm"], url.params["state"]) == ("school", STATE)


@pytest.mark.security("14")
async def test_the_code_goes_with_basic_authentication_and_the_verifier(op: Provider) -> None:
    op.metadata["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    await op.finish()
    assert op.departure is not None
    assert op.form == {
        "grant_type": "authorization_code",
        "code": "c0de",
        "redirect_uri": op.back,
        "code_verifier": op.departure.keep["verifier"],
    }
    scheme, _, pair = op.asked("/token")[-1].headers["authorization"].partition(" ")
    name, _, secret = b64decode(pair).decode().partition(":")
    assert (scheme, unquote_plus(name), unquote_plus(secret)) == ("Basic", CLIENT, SECRET)


async def test_userinfo_is_asked_with_the_access_token(op: Provider) -> None:
    await op.finish()
    assert [request.headers["authorization"] for request in op.asked("/userinfo")] == ["Bearer access-1"]


async def test_without_userinfo_the_token_itself_tells(op: Provider) -> None:
    op.metadata["userinfo_endpoint"] = None
    op.claims |= {"family_name": "Ким", "given_name": "Юна"}
    claims = await op.finish()
    assert (claims.last_name, claims.first_name) == ("Ким", "Юна")
    assert not op.asked("/userinfo")


async def test_a_provider_that_knows_only_a_whole_name_is_understood(op: Provider) -> None:
    op.userinfo = {"sub": "anna-1", "name": "Анна Соколова"}
    claims = await op.finish()
    assert (claims.last_name, claims.first_name) == ("", "Анна Соколова")


@pytest.mark.parametrize("text", ["0000-03-12", "1988", "1988-02-30", "12.03.1988", "", 1988, None])
async def test_a_birth_date_that_is_none_is_left_out(op: Provider, text: object) -> None:
    op.userinfo["birthdate"] = text
    assert (await op.finish()).birth_date is None


@pytest.mark.parametrize("value", [7, None, ["Анна"], {"ru": "Анна"}, "\x00\u202e", " "])
async def test_a_name_that_is_none_is_left_out(op: Provider, value: object) -> None:
    op.userinfo["given_name"] = value
    assert (await op.finish()).first_name == ""


@pytest.mark.security("25")
async def test_contacts_count_as_verified_only_where_the_provider_says_true(op: Provider) -> None:
    op.userinfo |= {"phone_number": "+7 (926) 246-48-00", "phone_number_verified": "true", "email": "Anna@Example.org"}
    claims = await op.finish()
    assert claims.phones == (Contact(value="+79262464800", verified=False),)
    assert claims.emails == (Contact(value="anna@example.org", verified=False),)
    op.userinfo |= {"phone_number": "8 926", "email": "nobody", "email_verified": True}
    claims = await op.finish()
    assert (claims.phones, claims.emails) == ((), ())


@pytest.mark.rule("A3")
@pytest.mark.security("25")
async def test_no_snils_no_children_and_no_strength_come_from_here(op: Provider) -> None:
    op.userinfo |= {"snils": "112-233-445 95", "children": [{"name": "x"}], "level": "confirmed"}
    claims = await op.finish(op.port(options={"LEVELS": "urn:op:acr:confirmed=standard"}))
    assert (claims.snils, claims.children, claims.level) == (None, None, Level.STANDARD)
    assert not is_strong(claims)


@pytest.mark.rule("A4")
@pytest.mark.parametrize(
    ("acr", "level"),
    [("high", Level.STANDARD), ("low", Level.SIMPLIFIED), ("other", Level.UNKNOWN), (None, Level.UNKNOWN), (["high"], Level.UNKNOWN)],
)
async def test_acr_is_read_by_the_settings_own_table(op: Provider, acr: object, level: Level) -> None:
    op.claims["acr"] = acr
    assert (await op.finish(op.port(options={"LEVELS": "high=standard, low=simplified"}))).level is level


async def test_no_auth_time_is_no_fresh_sign_in(op: Provider) -> None:
    op.claims["auth_time"] = None
    assert (await op.finish()).auth_time is None


async def test_scopes_and_title_are_the_settings(op: Provider) -> None:
    port = op.port(options={"SCOPE": "openid  profile email", "TITLE": "Портал", "OWNER": "Город", "COUNTRY": "RU"})
    assert httpx.URL((await op.leave(port)).url).params["scope"] == "openid profile email"
    instance = port.manifest.instance("mosru")
    assert (instance.title, instance.owner, instance.country) == ("Портал", "Город", "RU")
    assert op.port().manifest.instance("mosru").title == "mos.ru"
    assert Provider(name="school_17").port().manifest.instance("school_17").title == "school_17"


async def test_it_is_a_sign_in_port_that_leaves_the_provider_signed_in(op: Provider) -> None:
    port = op.port()
    assert isinstance(port, SignInPort)
    assert port.logout_url(return_to="http://localhost:8000/") is None


@pytest.mark.security("32")
async def test_nothing_secret_is_logged(op: Provider, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    await op.finish()
    told = " ".join(record.getMessage() for record in caplog.records)
    assert "id.example.ru" in told
    assert not [word for word in ("c0de", "access-1", "s3cret", "Соколова", "anna-1") if word in told]
