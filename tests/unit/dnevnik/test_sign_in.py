"""Ways to a token of dnevnik.ru: the code flow, the login form with its redirects, and refresh."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, RateLimited, Rejected, Unavailable
from connectors.kit.ports import Arrival
from connectors.kit.secret import Secret
from tests.unit.dnevnik.stub import ACCESS, NOW, Bench, body_of, page

BACK = "http://localhost:8000/auth/dnevnik/return"
RESULT = "http://stub/dnevnik-login/oauth2/Authorization/Result"
TOKEN = "abcdefghijklmnopqrstuvwxyz012345"
ME = {"id": 5, "personId": 6, "roles": ["EduParent"]}
CONTEXT = {"userId": 5, "personId": 6, "roles": ["EduParent"], "children": []}
PAIR = {"accessToken": TOKEN, "expiresIn": 3600, "refreshToken": "next", "scope": "CommonInfo", "user": 5, "user_str": "5"}
CREDENTIALS = {"login": Secret("roditel"), "password": Secret("p#ss&word")}


def go(location: str, *, cookie: str = "") -> Callable[[httpx.Request], httpx.Response]:
    headers = [("Location", location)] + ([("Set-Cookie", f"{cookie}; path=/; HttpOnly")] if cookie else [])
    return lambda request: httpx.Response(302, headers=headers)


def account(bench: Bench, **more: Any) -> None:
    bench.stub.answers = {"/users/me": ME, "/users/me/context": CONTEXT} | more


async def test_the_browser_is_sent_to_the_sign_in_host_with_everything_it_needs(bench: Bench) -> None:
    departure = await bench.port.begin(state="s&1", redirect_uri=BACK)
    url = httpx.URL(departure.url)
    assert (url.host, url.path) == ("stub", "/dnevnik-login/oauth2")
    assert dict(url.params) == {
        "response_type": "code",
        "client_id": "hub",
        "scope": "CommonInfo,ContactInfo,FriendsAndRelatives,EducationalInfo",
        "redirect_uri": BACK,
        "state": "s&1",
    }


async def test_a_code_becomes_an_account_with_a_refresh_token_and_an_end(bench: Bench) -> None:
    account(bench, **{"/authorizations": PAIR})
    found = await bench.port.finish(Arrival(params={"code": "c", "state": "s"}, keep={}, state="s", redirect_uri=BACK))
    assert (found.subject, found.access.token.reveal()) == ("5", TOKEN)
    assert found.access.refresh == Secret("next")
    assert found.access.expires_at == NOW + timedelta(hours=1)
    assert body_of(bench.stub.asked[0]) == {
        "code": "c",
        "client_id": "hub",
        "client_secret": "secret",
        "grant_type": "AuthorizationCode",
    }


@pytest.mark.parametrize("seconds", [None, 0, -5, 10**15])
async def test_an_unlikely_end_is_an_unknown_one(bench: Bench, seconds: int | None) -> None:
    account(bench, **{"/authorizations": PAIR | {"expiresIn": seconds}})
    found = await bench.port.finish(Arrival(params={"code": "c", "state": "s"}, keep={}, state="s", redirect_uri=BACK))
    assert found.access.expires_at is None


async def test_the_code_is_never_shown_twice_even_when_the_platform_stumbles(bench: Bench) -> None:
    account(bench, **{"/authorizations": lambda request: httpx.Response(503)})
    with pytest.raises(Unavailable):
        await bench.port.finish(Arrival(params={"code": "c", "state": "s"}, keep={}, state="s", redirect_uri=BACK))
    assert len(bench.stub.asked) == 1


@pytest.mark.rule("C8")
async def test_a_token_of_another_user_than_the_account_is_refused(bench: Bench) -> None:
    account(bench, **{"/authorizations": PAIR | {"user": 9, "user_str": "9"}})
    with pytest.raises(Drifted):
        await bench.port.finish(Arrival(params={"code": "c", "state": "s"}, keep={}, state="s", redirect_uri=BACK))


async def test_the_login_form_brings_the_token_in_the_fragment(bench: Bench) -> None:
    def form(request: httpx.Request) -> httpx.Response:
        assert dict(request.url.params)["password"] == "p#ss&word"
        assert dict(request.url.params)["ReturnUrl"].startswith("http://stub/dnevnik-login/oauth2?response_type=token&client_id=hub")
        return go("/dnevnik-login/oauth2?x=1", cookie="Auth=1")(request)

    def authorize(request: httpx.Request) -> httpx.Response:
        assert request.headers["cookie"] == "Auth=1"
        return go(f"{RESULT}?result=success#access_token={TOKEN}&state=")(request)

    account(bench, **{"login/login/": form, "login/oauth2": authorize})
    found = await bench.port.sign_in(CREDENTIALS)
    assert found.access.token.reveal() == TOKEN
    assert found.access.refresh is None
    assert [request.method for request in bench.stub.asked[:2]] == ["POST", "GET"]


async def test_an_offer_in_the_way_is_passed_by_asking_for_the_return_address_again(bench: Bench) -> None:
    offer = httpx.Response(200, html="<h1>Свяжите аккаунты</h1>", headers={"Set-Cookie": "Auth=1"})
    account(
        bench,
        **{"login/login/": lambda request: offer, "login/oauth2": go(f"{RESULT}?result=success#access_token={TOKEN}&state=")},
    )
    found = await bench.port.sign_in(CREDENTIALS)
    assert found.access.token.reveal() == TOKEN
    assert [request.method for request in bench.stub.asked[:2]] == ["POST", "POST"]


async def test_a_wrong_password_is_refused_with_the_pages_words_and_asked_once(bench: Bench) -> None:
    account(bench, **{"login/login/": page("Неверный логин или пароль")})
    with pytest.raises(Rejected) as error:
        await bench.port.sign_in(CREDENTIALS)
    assert (error.value.reason, error.value.text) == ("credentials", "Неверный логин или пароль")
    assert len(bench.stub.asked) == 1


async def test_a_blocked_account_is_denied_with_the_pages_words(bench: Bench) -> None:
    account(bench, **{"login/login/": page("Учётная запись заблокирована", 403)})
    with pytest.raises(AccessDenied, match="заблокирована"):
        await bench.port.sign_in(CREDENTIALS)


@pytest.mark.security("19")
@pytest.mark.parametrize("location", ["http://evil.ru/x", "//evil.ru/x", "http://stub.evil.ru/dnevnik-login/x", "http://stub/elsewhere"])
async def test_a_redirect_away_from_the_sign_in_host_is_not_followed(bench: Bench, location: str) -> None:
    account(bench, **{"login/login/": go(location)})
    with pytest.raises(Rejected):
        await bench.port.sign_in(CREDENTIALS)
    assert len(bench.stub.asked) == 1


async def test_redirects_without_end_are_a_drift(bench: Bench) -> None:
    account(bench, **{"login/login/": go("/dnevnik-login/loop"), "login/loop": go("/dnevnik-login/loop")})
    with pytest.raises(Drifted):
        await bench.port.sign_in(CREDENTIALS)
    assert len(bench.stub.asked) <= 12


async def test_a_result_that_is_no_success_brings_no_token(bench: Bench) -> None:
    account(bench, **{"login/login/": go(f"{RESULT}?result=error#access_token={TOKEN}"), "login/oauth2*": page("Отказ")})
    with pytest.raises(Rejected):
        await bench.port.sign_in(CREDENTIALS)


@pytest.mark.parametrize("token", ["x", "<script>", "a b c d e f g h"])
async def test_a_fragment_that_holds_no_token_is_a_drift(bench: Bench, token: str) -> None:
    account(bench, **{"login/login/": go(f"{RESULT}?result=success#access_token={token}&state=")})
    with pytest.raises(Drifted):
        await bench.port.sign_in(CREDENTIALS)


@pytest.mark.parametrize("given", [{}, {"login": Secret("a")}, {"login": Secret("a"), "password": Secret("")}])
async def test_half_of_the_credentials_are_refused_before_anything_is_sent(bench: Bench, given: dict[str, Secret]) -> None:
    with pytest.raises(Rejected):
        await bench.port.sign_in(given)
    assert not bench.stub.asked


async def test_a_ready_token_needs_no_form(bench: Bench) -> None:
    account(bench)
    found = await bench.port.sign_in({"token": Secret(TOKEN)})
    assert (found.subject, found.access.owner) == ("5", "5")
    assert bench.stub.asked[0].headers["access-token"] == TOKEN


async def test_a_refresh_brings_a_new_pair_and_keeps_the_owner(bench: Bench) -> None:
    account(bench, **{"/authorizations": PAIR})
    renewed = await bench.port.refresh(replace(ACCESS, owner="5", extra={"a": "b"}))
    assert (renewed.token, renewed.refresh, renewed.owner, renewed.extra) == (Secret(TOKEN), Secret("next"), "5", {"a": "b"})
    assert body_of(bench.stub.asked[0])["grant_type"] == "RefreshToken"
    assert body_of(bench.stub.asked[0])["refreshToken"] == "r" * 32


async def test_a_platform_that_does_not_rotate_keeps_the_refresh_token(bench: Bench) -> None:
    account(bench, **{"/authorizations": {"accessToken": TOKEN}})
    renewed = await bench.port.refresh(ACCESS)
    assert (renewed.refresh, renewed.owner) == (ACCESS.refresh, ACCESS.owner)


@pytest.mark.rule("C6")
@pytest.mark.parametrize("name", ["authorizationFailed", "invalidToken", "parameterInvalid", "apiResourceUnavailable"])
async def test_any_refusal_of_a_refresh_means_sign_in_again(bench: Bench, name: str) -> None:
    account(bench, **{"/authorizations": lambda request: httpx.Response(400, json={"type": name})})
    with pytest.raises(AuthExpired):
        await bench.port.refresh(ACCESS)


@pytest.mark.rule("C6")
@pytest.mark.parametrize(("status", "expected"), [(503, Unavailable), (429, RateLimited)])
async def test_a_platform_that_is_down_does_not_end_the_link(bench: Bench, status: int, expected: type[ConnectorError]) -> None:
    account(bench, **{"/authorizations": lambda request: httpx.Response(status)})
    with pytest.raises(expected):
        await bench.port.refresh(ACCESS)
    assert len(bench.stub.asked) == 1


@pytest.mark.rule("C8")
async def test_a_refresh_that_changes_the_owner_is_a_drift(bench: Bench) -> None:
    account(bench, **{"/authorizations": PAIR})
    with pytest.raises(Drifted):
        await bench.port.refresh(replace(ACCESS, owner="6"))
