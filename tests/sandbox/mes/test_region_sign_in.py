"""The region's doors: Gosuslugi or the portal's password in a browser, the exchange, the refresh, and the older way."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.sandbox.mes.family import Family
from tests.sandbox.stand import Stand

APP = "dnevnik-myschool://authRegionRedirect"
BACK = "http://localhost:8000/auth/mes-mo/return"
V3 = "/mes-mo-auth/v3/auth"


async def sign_in(region: Stand, address: str = BACK, state: str = "s1") -> dict[str, str]:
    """By `sign_in_as`: what comes back in the address."""
    await region.control("mes-mo-auth/sign_in_as", {"person": region.parent.id})
    answer = await region.http.get(f"{V3}/esia/login", params={"redirect_url": address, "state": state})
    assert answer.status_code == 302 and answer.headers["location"].startswith(address)
    return {name: found[0] for name, found in parse_qs(urlsplit(answer.headers["location"]).query).items()}


async def exchange(region: Stand, **params: str) -> Any:
    return await region.http.get(f"{V3}/token", params=params)


@pytest.mark.parametrize("address", [APP, BACK, "dnevnik-mes://authRegionRedirect", "http://127.0.0.1:5/x?y=1", "http://[::1]:8000/r"])
async def test_an_application_gets_its_code_back_with_its_state(region: Stand, address: str) -> None:
    back = await sign_in(region, address)
    assert back["state"] == "s1" and back["code"]


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/authRegionRedirect", "http://localhost.evil.example/", "http://localhost@evil.example/", "javascript://x",
        "dnevnik-mes://evil", "http://localhost\\@evil.example/", "//evil.example/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("way", ["esia", "kauth"])
async def test_another_address_gets_a_page_and_no_code(region: Stand, way: str, address: str) -> None:
    await region.control("mes-mo-auth/sign_in_as", {"person": region.parent.id})
    answer = await region.http.get(f"{V3}/{way}/login", params={"redirect_url": address})
    assert answer.status_code == 400 and "location" not in answer.headers
    typed = await region.http.post(f"{V3}/{way}/login", data={"redirect_url": address, "login": "x", "password": "y"})
    assert typed.status_code == 400


async def test_the_code_brings_both_tokens_once(region: Stand) -> None:
    back = await sign_in(region)
    assert (await exchange(region, code=back["code"], state="another")).status_code == 401
    tokens = (await exchange(region, **back)).json()
    assert tokens.keys() == {"token", "refreshToken"}
    assert (await exchange(region, **back)).status_code == 401


async def test_a_code_lives_two_minutes(region: Stand) -> None:
    back = await sign_in(region)
    await region.later(minutes=2)
    assert (await exchange(region, **back)).status_code == 401


async def test_the_token_sleeps_until_profile_info_on_every_host(region: Stand) -> None:
    token = (await exchange(region, **await sign_in(region))).json()["token"]
    headers = {"Auth-Token": token, "x-mes-subsystem": "familymp"}
    for path in ("/mes-mo/family/mobile/v1/profile", "/mes-mo-auth/api/family/mobile/v1/profile", "/mes-mo/api/family/web/v1/profile"):
        assert (await region.http.get(path, headers=headers)).json()["type"] == "profile_not_chosen"
    assert (await region.http.get("/mes-mo/acl/api/users/profile_info", headers=headers)).status_code == 200
    for path in ("/mes-mo/family/mobile/v1/profile", "/mes-mo-auth/api/family/mobile/v1/profile", "/mes-mo/api/family/web/v1/profile"):
        assert (await region.http.get(path, headers=headers)).status_code == 200


async def test_the_refresh_is_a_text_and_takes_either_token(region: Stand) -> None:
    tokens = (await exchange(region, **await sign_in(region))).json()
    family = Family(region, token=tokens["token"])
    await family.get("acl/api/users/profile_info")
    for token in (tokens["token"], tokens["refreshToken"]):
        answer = await Family(region, token=token).ask("v2/token/refresh?subsystem=2&roleId=2")
        assert answer.headers["content-type"].startswith("text/plain")
        assert (await Family(region, token=answer.text).ask("api/family/mobile/v1/profile")).status_code == 200
    await region.later(hours=25)
    assert (await family.ask("v2/token/refresh")).status_code == 401
    assert (await Family(region, token=tokens["refreshToken"]).ask("v2/token/refresh")).status_code == 200
    assert (await Family(region, token=tokens["refreshToken"]).ask("acl/api/users/profile_info")).status_code == 401
    await region.later(days=30)
    assert (await Family(region, token=tokens["refreshToken"]).ask("v2/token/refresh")).status_code == 401


@pytest.mark.parametrize(("query", "status"), [("roleId=1", 403), ("roleId=2", 200), ("subsystem=9", 400), ("", 200)])
async def test_a_role_must_be_the_persons_own(regional: Family, query: str, status: int) -> None:
    assert (await regional.ask(f"v2/token/refresh?{query}")).status_code == status


async def test_with_one_session_a_new_sign_in_ends_the_former_with_499(region: Stand) -> None:
    await region.control("mes/switches", {"one_session": True})
    first = (await exchange(region, **await sign_in(region))).json()
    second = (await exchange(region, **await sign_in(region))).json()
    for path in ("acl/api/users/profile_info", "v2/token/refresh"):
        lost = await Family(region, token=first["token"]).ask(path)
        assert (lost.status_code, lost.text) == (499, "")
        assert (await Family(region, token=second["token"]).ask(path)).status_code == 200


async def test_people_sign_in_by_gosuslugi_or_by_the_portals_password(region: Stand) -> None:
    parent, account = region.parent, region.account()
    assert parent.esia is not None
    for way, login, password in (
        ("esia", parent.esia.login, parent.esia.password),
        ("esia", parent.snils, parent.esia.password),
        ("kauth", account["login"], account["password"]),
    ):
        page = await region.http.get(f"{V3}/{way}/login", params={"redirect_url": APP, "state": "z"})
        assert f'action="{V3}/{way}/login"' in page.text
        form = {"redirect_url": APP, "state": "z", "login": login, "password": password}
        back = await region.http.post(f"{V3}/{way}/login", data=form)
        assert back.headers["location"].startswith(f"{APP}?code=")
        wrong = await region.http.post(f"{V3}/{way}/login", data=form | {"password": "wrong"})
        assert wrong.status_code == 401 and 'role="alert"' in wrong.text


async def test_a_person_without_an_account_here_is_told_so(region: Stand) -> None:
    stranger = next(who for who in region.town.people.values() if who.esia is not None and "mes-mo" not in who.accounts)
    assert stranger.esia is not None
    form = {"redirect_url": BACK, "state": "z", "login": stranger.esia.login, "password": stranger.esia.password}
    page = await region.http.post(f"{V3}/esia/login", data=form)
    assert page.status_code == 403 and "Профиль не найден" in page.text
    await region.control("mes-mo-auth/sign_in_as", {"person": stranger.id})
    answer = await region.http.get(f"{V3}/esia/login", params={"redirect_url": BACK, "state": "z"})
    assert answer.headers["location"] == f"{BACK}?error=access_denied&state=z"


async def test_what_a_page_was_given_is_escaped(region: Stand) -> None:
    page = await region.http.get(f"{V3}/kauth/login", params={"redirect_url": APP, "state": '"><script>x</script>'})
    assert "<script>" not in page.text


async def test_without_an_address_a_page_leads_on(region: Stand) -> None:
    page = await region.http.get(f"{V3}/esia/login")
    assert f'content="0;url={V3}/esia/form"' in page.text
    assert "Госуслугах" in (await region.http.get(f"{V3}/esia/form")).text


# The older way
async def older(region: Stand, **changes: str) -> Any:
    account = region.account()
    body = {"login": account["login"], "password_plain": account["password"]} | changes
    return await region.http.post("/mes-mo-auth/lms/api/sessions", json=body)


async def test_the_older_sign_in_ends_in_a_cookie_on_a_page_that_is_not_empty(region: Stand) -> None:
    session = (await older(region)).json()
    assert session["profiles"][0]["type"] == "parent" and session["password_change_required"] is False
    answer = await region.http.get(f"{V3}/kauth/callback", params={"code": session["authentication_token"]})
    assert answer.status_code == 200 and answer.text
    family = Family(region, token=answer.cookies["aupd_token"])
    assert (await family.get("acl/api/users/profile_info"))[0]["type"] == "parent"
    again = await region.http.get(f"{V3}/kauth/callback", params={"code": session["authentication_token"]})
    assert again.status_code == 401


async def test_the_authentication_token_of_the_older_way_opens_nothing_else(region: Stand) -> None:
    text = (await older(region)).json()["authentication_token"]
    assert (await Family(region, token=text).ask("acl/api/users/profile_info")).status_code == 401
    assert (await exchange(region, code=text, state="")).status_code == 401


async def test_wrong_passwords_are_401_and_shut_the_door_after_five(region: Stand) -> None:
    for _ in range(5):
        assert (await older(region, password_plain="wrong")).json()["type"] == "invalid_credentials"
    shut = await older(region)
    assert (shut.status_code, shut.headers["retry-after"]) == (429, "600")
    await region.later(minutes=10)
    assert (await older(region)).status_code == 200


async def test_an_unknown_login_is_answered_as_a_wrong_password(region: Stand) -> None:
    unknown, wrong = await older(region, login="nobody"), await older(region, password_plain="wrong")
    assert (unknown.status_code, unknown.content) == (wrong.status_code, wrong.content)


async def test_a_session_is_told_to_whoever_has_its_token(regional: Family) -> None:
    for prefix in ("/mes-mo-auth", "/mes-mo"):
        answer = await regional.stand.http.post(f"{prefix}/lms/api/sessions", json={"auth_token": regional.token})
        assert answer.json()["first_name"] == regional.stand.parent.first_name
        assert (await regional.stand.http.post(f"{prefix}/lms/api/sessions", json={"auth_token": "x"})).status_code == 401


async def test_moscows_password_opens_nothing_in_the_region(region: Stand) -> None:
    foreign = next(who for who in region.town.people.values() if "mes" in who.accounts and "mes-mo" not in who.accounts)
    answer = await older(region, login=foreign.accounts["mes"]["login"], password_plain=foreign.accounts["mes"]["password"])
    assert answer.status_code == 401


async def test_the_older_hosts_can_be_closed_as_in_the_field(regional: Family) -> None:
    await regional.stand.control("mes-mo/switches", {"old_hosts_closed": True})
    headers = {"Auth-Token": regional.token, "x-mes-subsystem": "f"}
    closed = await regional.stand.http.get("/mes-mo/family/mobile/v1/profile", headers=headers)
    assert closed.status_code == 403 and closed.headers["content-type"].startswith("text/html")
    assert (await regional.ask("api/family/mobile/v1/profile")).status_code == 200
