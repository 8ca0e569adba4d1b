"""The sign-in pages: what public clients cut out of the last address, and what a person sees without JavaScript."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import pytest

from tests.sandbox.dnevnik.platform_client import BASE, Platform

APPLICATION = "0123456789abcdef0123456789abcdef"
SCOPES = "EducationalInfo,CommonInfo,FriendsAndRelatives,SocialInfo,ContactInfo"


def return_url(host: str = f"{BASE}/dnevnik-login", scope: str = SCOPES) -> str:
    return f"{host}/oauth2?response_type=token&client_id={APPLICATION}&scope={scope}"


async def by_query(platform: Platform, **changes: str) -> httpx.Response:
    """The way of public clients: everything in the query of a POST, redirects followed."""
    account = platform.parent.accounts["dnevnik"]
    params = {"ReturnUrl": return_url(), "login": account["login"], "password": account["password"], **changes}
    return await platform.http.post("/dnevnik-login/login/", params=params, follow_redirects=True)


async def test_the_last_address_ends_in_the_fragment_that_clients_slice(fresh: Platform) -> None:
    answer = await by_query(fresh)
    parts = urlsplit(str(answer.url))
    assert (answer.status_code, parse_qs(parts.query)["result"]) == (200, ["success"])
    token = parts.fragment[13:-7]
    assert parts.fragment == f"access_token={token}&state="
    me = await fresh.http.get("/dnevnik/v2/users/me", headers={"Access-Token": token})
    assert me.json()["id"] == fresh.directory.user_id(fresh.parent)


async def test_the_last_address_is_letter_for_letter_what_the_second_client_compares(fresh: Platform) -> None:
    answer = await by_query(fresh)
    expected = (
        re.escape(f"{BASE}/dnevnik-login/oauth2/Authorization/Result?response_type=token&client_id={UUID(APPLICATION)}")
        + r"&scope=EducationalInfo&is_granted=False&result=success#access_token=(.{32})&state="
    )
    assert re.fullmatch(expected, str(answer.url))


async def test_without_educational_info_the_result_names_the_first_scope(fresh: Platform) -> None:
    answer = await by_query(fresh, ReturnUrl=return_url(scope="CommonInfo,ContactInfo"))
    assert parse_qs(urlsplit(str(answer.url)).query)["scope"] == ["CommonInfo"]


async def test_on_the_real_hosts_name_the_address_has_no_prefix(fresh: Platform) -> None:
    account = fresh.parent.accounts["dnevnik"]
    params = {"ReturnUrl": return_url("https://login.dnevnik.ru"), "login": account["login"], "password": account["password"]}
    transport = httpx.ASGITransport(fresh.app)
    async with httpx.AsyncClient(transport=transport, base_url="https://login.dnevnik.ru") as http:
        answer = await http.post("/login/", params=params, follow_redirects=True)
    assert str(answer.url).startswith("https://login.dnevnik.ru/oauth2/Authorization/Result?response_type=token&client_id=")


async def test_the_token_of_this_way_opens_only_what_was_asked(fresh: Platform) -> None:
    answer = await by_query(fresh, ReturnUrl=return_url(scope="CommonInfo"))
    token = urlsplit(str(answer.url)).fragment[13:-7]
    refused = await fresh.http.get("/dnevnik/v2/schools/person-schools", headers={"Access-Token": token})
    assert refused.json()["type"] == "authorizationOutOfScope"


async def test_an_offer_stands_in_the_way_and_a_second_try_of_the_return_address_succeeds(fresh: Platform) -> None:
    assert (await fresh.control("dnevnik-login/offer", {"times": 1})).json() == {"times": 1}
    first = await by_query(fresh)
    assert "result=success" not in str(first.url) and "Напомнить позже" in first.text
    second = await fresh.http.get(return_url(), follow_redirects=True)
    assert "result=success" in str(second.url)
    assert "result=success" in str((await by_query(fresh)).url)


@pytest.mark.parametrize("password", ["", "wrong"])
async def test_a_wrong_password_shows_the_form_again_with_the_error(fresh: Platform, password: str) -> None:
    answer = await by_query(fresh, password=password)
    assert "result=success" not in str(answer.url)
    assert re.search(r'<div class="error__description"><p[^>]*>Неверный логин или пароль', answer.text)
    assert "set-cookie" not in answer.headers


async def test_an_unknown_login_gets_the_same_answer_as_a_wrong_password(fresh: Platform) -> None:
    unknown, wrong = await by_query(fresh, login="nobody"), await by_query(fresh, password="wrong")
    assert (unknown.status_code, unknown.text) == (wrong.status_code, wrong.text)


@pytest.mark.parametrize(
    "url", ["https://evil.example/oauth2", "//evil.example/", "javascript:alert(1)", "http://localhost:9001/x", "/\\evil.example"]
)
async def test_a_return_address_elsewhere_is_refused_on_a_page(fresh: Platform, url: str) -> None:
    for answer in (await by_query(fresh, ReturnUrl=url), await fresh.http.get("/dnevnik-login/login", params={"ReturnUrl": url})):
        assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html")
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/dnevnik-login//evil.example/", "//evil.example/", "/\t/evil.example"])
async def test_on_the_real_hosts_name_a_doubled_slash_leads_nowhere_else(fresh: Platform, path: str) -> None:
    account = fresh.parent.accounts["dnevnik"]
    params = {"ReturnUrl": f"https://login.dnevnik.ru{path}", "login": account["login"], "password": account["password"]}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(fresh.app), base_url="https://login.dnevnik.ru") as http:
        answer = await http.post("/login/", params=params)
    assert (answer.status_code, re.match("/[^/\\\\]", answer.headers["location"]) is not None) == (302, True)


async def test_the_form_for_people_has_labels_and_needs_no_script(fresh: Platform) -> None:
    answer = await fresh.http.get("/dnevnik-login/login", params={"ReturnUrl": "/oauth2?response_type=token"})
    assert answer.headers["cache-control"] == "no-store" and answer.headers["referrer-policy"] == "no-referrer"
    for word in ('<html lang="ru">', '<label for="login">', '<label for="password">', 'type="submit"', "Через Госуслуги", "Песочница"):
        assert word in answer.text
    assert "<script" not in answer.text


async def test_a_person_signs_in_by_the_form_and_out_again(fresh: Platform) -> None:
    account = fresh.parent.accounts["dnevnik"]
    signed = await fresh.http.post(
        "/dnevnik-login/login/", data={"login": account["login"], "password": account["password"]}, follow_redirects=True
    )
    assert fresh.parent.last_name in signed.text
    out = await fresh.http.get("/dnevnik-login/logout", follow_redirects=True)
    assert '<label for="login">' in out.text
    assert '<label for="login">' in (await fresh.http.get("/dnevnik-login/user", follow_redirects=True)).text


async def test_a_familys_region_leads_through_gosuslugi(fresh: Platform) -> None:
    esia = fresh.parent.esia
    assert esia is not None
    form = await fresh.http.get("/dnevnik-login/login/esia/orenburg")
    assert "Оренбургская область" in form.text and '<label for="password">' in form.text
    for login in (esia.login, fresh.parent.phone, fresh.parent.email, fresh.parent.snils):
        answer = await fresh.http.post(
            "/dnevnik-login/login/esia/orenburg",
            data={"login": login, "password": esia.password, "ReturnUrl": return_url()},
            follow_redirects=True,
        )
        assert "result=success" in str(answer.url), login


async def test_gosuslugi_refuses_a_wrong_password_an_unknown_region_and_an_account_that_is_not_linked(fresh: Platform) -> None:
    other = next(person for person in fresh.town.people.values() if person.esia and "dnevnik" not in person.accounts)
    assert other.esia is not None
    wrong = await fresh.http.post("/dnevnik-login/login/esia/orenburg", data={"login": other.phone, "password": "x"})
    assert "Неверный логин или пароль Госуслуг" in wrong.text
    unlinked = await fresh.http.post(
        "/dnevnik-login/login/esia/orenburg", data={"login": other.esia.login, "password": other.esia.password}
    )
    assert (unlinked.status_code, "не связана" in unlinked.text) == (403, True)
    assert (await fresh.http.get("/dnevnik-login/login/esia/atlantis")).status_code == 404


async def test_an_unknown_sign_in_page_is_an_error_page(fresh: Platform) -> None:
    answer = await fresh.http.get("/dnevnik-login/recovery")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html")
