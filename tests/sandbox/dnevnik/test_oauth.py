"""OAuth2: who may ask, the consent page, codes and refresh tokens used once, what goes back with an error."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.sandbox.dnevnik.platform_client import BACK, CLIENT, Platform

STATE = "s-1/2 3"


def query_of(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 302, answer.text
    location = answer.headers["location"]
    assert location.startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


async def sign_in(fresh: Platform) -> None:
    account = fresh.parent.accounts["dnevnik"]
    await fresh.http.post("/dnevnik-login/login/", data={"login": account["login"], "password": account["password"]})


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


async def test_a_code_is_exchanged_for_tokens_with_string_twins(fresh: Platform) -> None:
    await fresh.register()
    answer = await fresh.exchange(code=await fresh.code())
    body = answer.json()
    assert answer.status_code == 200
    assert (len(body["accessToken"]), len(body["refreshToken"])) == (32, 32)
    assert (body["expiresIn"], body["expiresIn_str"]) == (3600, "3600")
    assert body["scope"] == "CommonInfo,FriendsAndRelatives,EducationalInfo"
    user = fresh.directory.user_id(fresh.parent)
    assert (body["user"], body["user_str"]) == (user, str(user))


async def test_a_form_is_taken_as_well_as_json(fresh: Platform) -> None:
    await fresh.register()
    form = {**CLIENT, "grant_type": "AuthorizationCode", "code": await fresh.code(), "refreshToken": ""}
    answer = await fresh.http.post("/dnevnik/v2.0/authorizations", data=form)
    assert answer.status_code == 200


async def test_an_application_is_found_with_and_without_dashes_and_in_either_case(fresh: Platform) -> None:
    await fresh.register()
    bare = CLIENT["client_id"].replace("-", "").upper()
    assert (await fresh.exchange(code=await fresh.code(client_id=bare), client_id=bare)).status_code == 200


async def test_a_code_is_good_once(fresh: Platform) -> None:
    await fresh.register()
    code = await fresh.code()
    assert (await fresh.exchange(code=code)).status_code == 200
    again = await fresh.exchange(code=code)
    assert (again.status_code, again.json()["type"]) == (401, "authorizationFailed")


async def test_a_code_ends_after_five_minutes(fresh: Platform) -> None:
    await fresh.register()
    code = await fresh.code()
    await fresh.control("clock", {"now": (fresh.app.sandbox.clock.now() + timedelta(minutes=6)).isoformat()})
    assert (await fresh.exchange(code=code)).json()["type"] == "authorizationFailed"


async def test_another_application_can_neither_use_nor_spend_a_code(fresh: Platform) -> None:
    await fresh.register()
    await fresh.register(client_id="22222222-2222-3333-4444-555555555555", client_secret="other")
    code = await fresh.code()
    foreign = await fresh.exchange(code=code, client_id="22222222-2222-3333-4444-555555555555", client_secret="other")
    assert foreign.json()["type"] == "authorizationFailed"
    assert (await fresh.exchange(code=code)).status_code == 200


@pytest.mark.parametrize("changes", [{"client_secret": "wrong"}, {"client_id": "99999999-2222-3333-4444-555555555555"}])
async def test_a_wrong_secret_or_application_is_refused_and_spends_nothing(fresh: Platform, changes: dict[str, str]) -> None:
    await fresh.register()
    code = await fresh.code()
    refused = await fresh.exchange(code=code, **changes)
    assert (refused.status_code, refused.json()["type"]) == (401, "authorizationFailed")
    assert (await fresh.exchange(code=code)).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"grant_type": "NotSet"},
        {"grant_type": ""},
        {"code": ""},
        {"grant_type": "RefreshToken"},
        {"code": "x", "client_id": ""},
        {"code": "x", "client_secret": ""},
    ],
)
async def test_a_missing_or_unknown_field_is_an_invalid_parameter(fresh: Platform, fields: dict[str, str]) -> None:
    await fresh.register()
    refused = await fresh.exchange(**fields)
    assert (refused.status_code, refused.json()["type"]) == (400, "parameterInvalid")


async def test_a_refresh_token_rotates_and_the_old_one_is_dead(fresh: Platform) -> None:
    await fresh.register()
    first = (await fresh.exchange(code=await fresh.code())).json()
    second = (await fresh.exchange(grant_type="RefreshToken", refreshToken=first["refreshToken"])).json()
    assert second["refreshToken"] != first["refreshToken"] and second["accessToken"] != first["accessToken"]
    old = await fresh.exchange(grant_type="RefreshToken", refreshToken=first["refreshToken"])
    assert (old.status_code, old.json()["type"]) == (401, "authorizationFailed")
    assert (await fresh.exchange(grant_type="RefreshToken", refreshToken=second["refreshToken"])).status_code == 200


async def test_an_access_token_ends_after_an_hour_and_a_refresh_brings_the_next(fresh: Platform) -> None:
    await fresh.register()
    tokens = (await fresh.exchange(code=await fresh.code())).json()
    await fresh.control("clock", {"now": (fresh.app.sandbox.clock.now() + timedelta(hours=1, minutes=1)).isoformat()})
    expired = await fresh.http.get("/dnevnik/v2/users/me", headers={"Access-Token": tokens["accessToken"]})
    assert (expired.status_code, expired.json()["type"]) == (401, "invalidToken")
    new = (await fresh.exchange(grant_type="RefreshToken", refreshToken=tokens["refreshToken"])).json()
    assert (await fresh.http.get("/dnevnik/v2/users/me", headers={"Access-Token": new["accessToken"]})).status_code == 200


async def test_login_and_password_by_json_give_tokens_to_a_registered_application(fresh: Platform) -> None:
    await fresh.register()
    account = fresh.parent.accounts["dnevnik"]
    body = {**CLIENT, "username": account["login"], "password": account["password"], "scope": "Schools,EducationalInfo,CommonInfo"}
    answer = (await fresh.http.post("/dnevnik/v2/authorizations/bycredentials", json=body)).json()
    assert (len(answer["accessToken"]), answer["scope"]) == (32, "CommonInfo,EducationalInfo")
    for wrong in ({"password": "x"}, {"username": "nobody"}, {"client_secret": "x"}):
        refused = await fresh.http.post("/dnevnik/v2/authorizations/bycredentials", json={**body, **wrong})
        assert (refused.status_code, refused.json()["type"]) == (401, "authorizationFailed")


async def test_a_person_signs_in_reads_what_is_asked_and_allows(fresh: Platform) -> None:
    await fresh.register()
    to_login = await fresh.http.get("/dnevnik-login/oauth2", params=fresh.authorize())
    assert to_login.headers["location"].startswith("/dnevnik-login/login/?ReturnUrl=")
    form = await fresh.http.get(to_login.headers["location"])
    account = fresh.parent.accounts["dnevnik"]
    fields = {**hidden(form.text), "login": account["login"], "password": account["password"]}
    fields["ReturnUrl"] = fields["ReturnUrl"].replace("&amp;", "&")
    consent = await fresh.http.post("/dnevnik-login/login/", data=fields, follow_redirects=True)
    for word in (CLIENT["title"], fresh.parent.last_name, "оценки и домашние задания", "Разрешить", "Отказать"):
        assert word in consent.text
    answer = await fresh.http.post("/dnevnik-login/oauth2", data={**hidden(consent.text), "decision": "allow"})
    given = query_of(answer)
    assert given["state"] == STATE
    assert (await fresh.exchange(code=given["code"])).status_code == 200


async def test_a_refusal_goes_back_with_error_and_state(fresh: Platform) -> None:
    await fresh.register()
    await sign_in(fresh)
    consent = await fresh.http.get("/dnevnik-login/oauth2", params=fresh.authorize())
    answer = await fresh.http.post("/dnevnik-login/oauth2", data={**hidden(consent.text), "decision": "deny"})
    given = query_of(answer)
    assert (given["error"], given["state"]) == ("access_denied", STATE) and given["error_description"]


async def test_the_consent_form_of_another_page_is_refused(fresh: Platform) -> None:
    await fresh.register()
    await sign_in(fresh)
    consent = await fresh.http.get("/dnevnik-login/oauth2", params=fresh.authorize())
    for ticket in ("", "0" * 32, "ё"):
        answer = await fresh.http.post("/dnevnik-login/oauth2", data={**hidden(consent.text), "form_ticket": ticket, "decision": "allow"})
        assert (answer.status_code, answer.headers["content-type"]) == (403, "text/html")


@pytest.mark.parametrize(
    "changes", [{"client_id": ""}, {"client_id": "unknown"}, {"redirect_uri": "http://localhost:8000/other"}, {"redirect_uri": ""}]
)
async def test_an_unknown_application_or_address_is_told_on_a_page_and_never_redirected(fresh: Platform, changes: dict[str, str]) -> None:
    await fresh.register()
    fresh.app.sandbox.sign_in_as.choose("dnevnik-login", fresh.parent.id)
    answer = await fresh.http.get("/dnevnik-login/oauth2", params=fresh.authorize(**changes))
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html")
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("changes", "error"), [({"response_type": "id_token"}, "unsupported_response_type"), ({"scope": "Everything"}, "invalid_scope")]
)
async def test_other_errors_go_back_to_the_application(fresh: Platform, changes: dict[str, str], error: str) -> None:
    await fresh.register()
    given = query_of(await fresh.http.get("/dnevnik-login/oauth2", params=fresh.authorize(**changes)))
    assert (given["error"], given["state"]) == (error, STATE)


async def test_an_application_asks_for_no_more_than_it_was_registered_with(fresh: Platform) -> None:
    await fresh.register(scopes=["CommonInfo"])
    assert query_of(await fresh.http.get("/dnevnik-login/oauth2", params=fresh.authorize()))["error"] == "invalid_scope"
    assert (await fresh.exchange(code=await fresh.code(scope="CommonInfo"))).json()["scope"] == "CommonInfo"


async def test_a_chosen_person_is_signed_in_without_the_page_until_turned_off(fresh: Platform) -> None:
    await fresh.register()
    await fresh.control("dnevnik-login/sign_in_as", {"person": fresh.stranger.id})
    for _ in range(3):
        given = query_of(await fresh.http.get("/dnevnik-login/oauth2", params=fresh.authorize()))
        assert (await fresh.exchange(code=given["code"])).json()["user"] == fresh.directory.user_id(fresh.stranger)
    await fresh.control("dnevnik-login/sign_in_as", {})
    page = await fresh.http.get("/dnevnik-login/oauth2", params=fresh.authorize())
    assert "/login/" in page.headers["location"]


async def test_a_chosen_person_without_an_account_is_denied(fresh: Platform) -> None:
    await fresh.register()
    other = next(person for person in fresh.town.people.values() if "dnevnik" not in person.accounts)
    await fresh.control("dnevnik-login/sign_in_as", {"person": other.id})
    assert query_of(await fresh.http.get("/dnevnik-login/oauth2", params=fresh.authorize()))["error"] == "access_denied"


@pytest.mark.parametrize("prefix", ["dnevnik", "dnevnik-login"])
async def test_applications_are_registered_under_either_name_without_showing_the_secret(fresh: Platform, prefix: str) -> None:
    answer = await fresh.control(f"{prefix}/clients", {**CLIENT, "redirect_uris": [BACK], "scopes": "CommonInfo EducationalInfo"})
    assert answer.status_code == 201 and CLIENT["client_secret"] not in answer.text
    listed = (await fresh.http.get("/_sandbox/dnevnik/clients")).json()["clients"]
    shown = {
        "client_id": CLIENT["client_id"],
        "redirect_uris": [BACK],
        "scopes": ["CommonInfo", "EducationalInfo"],
        "title": CLIENT["title"],
    }
    assert shown in listed


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"client_id": 5},
        {"client_id": "a", "client_secret": 5},
        {"client_id": "a", "redirect_uris": "x"},
        {"client_id": "a", "redirect_uris": ["ftp://x"]},
        {"client_id": "a", "scopes": ["Nothing"]},
    ],
)
async def test_a_broken_registration_is_refused(fresh: Platform, body: dict[str, object]) -> None:
    answer = await fresh.control("dnevnik-login/clients", body)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client")


async def test_gosuslugi_by_the_partner_api(fresh: Platform) -> None:
    await fresh.register()
    regions = (await fresh.http.get("/dnevnik/authorizations/esia/v2.0/regions")).json()
    region = next(it["id"] for it in regions if it["slug"] == "orenburg")
    esia = fresh.parent.esia
    assert esia is not None
    entry = await fresh.http.post("/dnevnik-login/login/esia/orenburg", data={"login": esia.login, "password": esia.password})
    body = {"TaskId": entry.headers["x-esia-task"], "RegionId": region, **CLIENT}
    linked = (await fresh.http.post("/dnevnik/authorizations/esia/v2.0/users/linked", json=body)).json()
    assert [it["id"] for it in linked] == [fresh.directory.user_id(fresh.parent)]
    answer = (await fresh.http.post("/dnevnik/authorizations/esia/v2.0", json=body)).json()
    assert answer["status"]["code"] == "Success" and len(answer["credentials"]["accessToken"]) == 32
    unknown = (await fresh.http.post("/dnevnik/authorizations/esia/v2.0", json={**body, "TaskId": "x"})).json()
    assert unknown["status"]["code"] == "UnexpectedError"
    bad = await fresh.http.post("/dnevnik/authorizations/esia/v2.0", json={**body, "RegionId": 999})
    assert bad.json()["type"] == "parameterInvalid"


async def test_gosuslugi_by_the_partner_api_says_when_nothing_is_linked(fresh: Platform) -> None:
    other = next(person for person in fresh.town.people.values() if person.esia and "dnevnik" not in person.accounts)
    assert other.esia is not None
    entry = await fresh.http.post("/dnevnik-login/login/esia/orenburg", data={"login": other.esia.login, "password": other.esia.password})
    body = {"TaskId": entry.headers["x-esia-task"], "RegionId": 56, **CLIENT}
    assert (await fresh.http.post("/dnevnik/authorizations/esia/v2.0", json=body)).json()["status"]["code"] == "EsiaUserNotLinked"
    assert (await fresh.http.post("/dnevnik/authorizations/esia/v2.0/users/linked", json=body)).json() == []


async def test_the_request_log_shows_no_secret_of_ours(fresh: Platform) -> None:
    await fresh.register()
    code = await fresh.code()
    tokens = (await fresh.exchange(code=code)).json()
    account = fresh.parent.accounts["dnevnik"]
    await fresh.http.post("/dnevnik-login/login/", params={"login": account["login"], "password": account["password"]})
    await fresh.http.get("/dnevnik/v2/users/me", headers={"Access-Token": tokens["accessToken"]})
    log = (await fresh.http.get("/_sandbox/requests")).text
    for secret in (code, tokens["accessToken"], tokens["refreshToken"], CLIENT["client_secret"], account["password"], account["login"]):
        assert secret not in log
