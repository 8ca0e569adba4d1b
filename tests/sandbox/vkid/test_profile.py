"""`user_info`, `public_info`, `logout`, `revoke`: fields by rights, masks, ends, and what pages of other sites may read."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.sandbox.vkid.conftest import CLIENT, VkId, is_refused

DEAD = ("invalid_token", "access_token is missing or invalid", 401)
BASIC = {"user_id", "first_name", "last_name", "avatar", "sex", "verified", "birthday"}


def claims(token: str) -> dict[str, Any]:
    text = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


async def test_the_user_id_is_text_here_and_the_same_number(vkid: VkId) -> None:
    told = await vkid.tokens()
    user = await vkid.user(told["access_token"])
    assert user["user_id"] == str(told["user_id"])
    assert isinstance(user["user_id"], str)


async def test_the_profile_is_the_persons(vkid: VkId) -> None:
    person = vkid.person()
    user = await vkid.user((await vkid.tokens(person))["access_token"])
    assert (user["first_name"], user["last_name"]) == (person.first_name, person.last_name)
    assert user["birthday"] == person.birth_date.strftime("%d.%m.%Y")
    assert (user["sex"], user["verified"]) == (1 if person.sex == "F" else 2, False)
    assert (user["phone"], user["email"]) == ((person.phone or "").lstrip("+"), person.email)


@pytest.mark.parametrize(
    ("scope", "more"),
    [(None, set()), ("email", {"email"}), ("phone", {"phone"}), ("vkid.personal_info email phone", {"email", "phone"})],
)
async def test_fields_come_by_rights(vkid: VkId, scope: str | None, more: set[str]) -> None:
    assert set(await vkid.user((await vkid.tokens(scope=scope))["access_token"])) == BASIC | more


@pytest.mark.parametrize(("format_", "start"), [("7", "7999"), ("8", "8999"), ("+7", "+7 (999) ")])
async def test_the_phones_spelling_is_a_switch(vkid: VkId, format_: str, start: str) -> None:
    await vkid.switch(phone_format=format_)
    assert (await vkid.user((await vkid.tokens())["access_token"]))["phone"].startswith(start)


@pytest.mark.parametrize(("shown", "length"), [("full", 10), ("no_year", 5), ("absent", 0)])
async def test_the_birthday_may_lack_its_year_or_be_hidden(vkid: VkId, shown: str, length: int) -> None:
    await vkid.switch(birthday=shown)
    assert len((await vkid.user((await vkid.tokens())["access_token"])).get("birthday", "")) == length


async def test_an_unticked_right_takes_its_field_away(vkid: VkId) -> None:
    await vkid.switch(withheld_scopes=["email", "phone"])
    told = await vkid.tokens()
    assert told["scope"] == "vkid.personal_info"
    assert set(await vkid.user(told["access_token"])) == BASIC


async def test_a_childs_account_may_be_on_a_parents_number(vkid: VkId) -> None:
    child = next(one for one in vkid.people if one.vkid is not None and one.vkid["phone"] != one.phone)
    user = await vkid.user((await vkid.tokens(child))["access_token"])
    holder = vkid.app.sandbox.town.person_by_phone(user["phone"])
    assert holder is not None
    assert child.id in holder.children


async def test_the_token_may_come_as_ios_sends_it_or_in_the_query(vkid: VkId) -> None:
    token = (await vkid.tokens())["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert (await vkid.http.post("/vkid/oauth2/user_info", data={"client_id": CLIENT}, headers=bearer)).status_code == 200
    assert (await vkid.http.post("/vkid/oauth2/user_info", params={"client_id": CLIENT}, data={"access_token": token})).status_code == 200


@pytest.mark.parametrize("token", ["nonsense", None])
async def test_a_wrong_token_is_told_word_for_word(vkid: VkId, token: str | None) -> None:
    for door in ("user_info", "logout", "revoke"):
        assert is_refused(await vkid.ask(door, "", access_token=token), *DEAD)


async def test_the_state_is_echoed_here_too(vkid: VkId) -> None:
    token = (await vkid.tokens())["access_token"]
    assert (await vkid.ask("user_info", token, state="u")).json()["state"] == "u"
    assert (await vkid.ask("user_info", "x", state="u")).json()["state"] == "u"
    assert "state" not in (await vkid.ask("user_info", "x")).json()


async def test_a_token_of_another_app_opens_nothing(vkid: VkId) -> None:
    await vkid.register(client_id="2")
    token = (await vkid.tokens())["access_token"]
    assert is_refused(await vkid.ask("user_info", token, client_id="2"), *DEAD)
    assert is_refused(await vkid.ask("user_info", token, client_id=None), "invalid_client", "client_id is missing or invalid", 401)


async def test_an_access_token_lives_an_hour(vkid: VkId) -> None:
    token = (await vkid.tokens())["access_token"]
    vkid.pass_seconds(3599)
    assert await vkid.user(token)
    vkid.pass_seconds(1)
    assert is_refused(await vkid.ask("user_info", token), *DEAD)


async def test_a_refresh_token_is_no_access_token(vkid: VkId) -> None:
    assert is_refused(await vkid.ask("user_info", (await vkid.tokens())["refresh_token"]), *DEAD)


async def test_the_id_token_names_the_app_in_app_and_has_neither_aud_nor_nonce(vkid: VkId) -> None:
    told = await vkid.tokens()
    found = claims(told["id_token"])
    assert set(found) == {"iss", "sub", "app", "exp", "iat", "jti"}
    assert (found["iss"], found["sub"], found["app"]) == ("VK", told["user_id"], int(CLIENT))


async def test_public_info_is_masked(vkid: VkId) -> None:
    person = vkid.person()
    told = await vkid.tokens(person)
    answer = await vkid.http.post("/vkid/oauth2/public_info", data={"client_id": CLIENT, "id_token": told["id_token"]})
    user = answer.json()["user"]
    assert user["user_id"] == str(told["user_id"])
    assert (user["first_name"], user["last_name"]) == (person.first_name, f"{person.last_name[0]}.")
    assert user["phone"] == f"+7 *** *** ** {(person.phone or '')[-2:]}"
    assert user["email"].startswith(f"{(person.email or '')[:2]}***@")


async def test_public_info_takes_only_a_ticket_of_its_own(vkid: VkId) -> None:
    await vkid.register(client_id="2")
    ticket = (await vkid.tokens())["id_token"]
    head, body, signature = ticket.split(".")
    wrong = ("invalid_token", "id_token is missing or invalid", 401)
    for client, text in (
        (CLIENT, ""),
        (CLIENT, "a.b.c"),
        (CLIENT, f"{head}.{body}."),
        (CLIENT, f"{head}.{body}x.{signature}"),
        ("2", ticket),
    ):
        answer = await vkid.http.post("/vkid/oauth2/public_info", data={"client_id": client, "id_token": text})
        assert is_refused(answer, *wrong)
    vkid.pass_seconds(366 * 86400)
    answer = await vkid.http.post("/vkid/oauth2/public_info", data={"client_id": CLIENT, "id_token": ticket})
    assert is_refused(answer, *wrong)


async def test_logout_ends_this_sign_in_and_no_other(vkid: VkId) -> None:
    told, other = await vkid.tokens(), await vkid.tokens()
    answer = await vkid.ask("logout", told["access_token"])
    assert (answer.status_code, answer.json()) == (200, {"response": 1})
    assert is_refused(await vkid.ask("user_info", told["access_token"]), *DEAD)
    assert (await vkid.refresh(told["refresh_token"], told["device_id"])).json()["error"] == "invalid_request"
    assert await vkid.user(other["access_token"])


async def test_revoke_takes_back_every_sign_in_of_the_person_at_the_app(vkid: VkId) -> None:
    told, other, foreign = await vkid.tokens(), await vkid.tokens(), await vkid.tokens(vkid.person("pupil"))
    assert (await vkid.ask("revoke", told["access_token"])).json() == {"response": 1}
    assert is_refused(await vkid.ask("user_info", other["access_token"]), *DEAD)
    assert await vkid.user(foreign["access_token"])


async def test_by_the_switch_errors_come_with_200_here_too(vkid: VkId) -> None:
    await vkid.switch(errors_with_200=True)
    answer = await vkid.ask("user_info", "nonsense")
    assert (answer.status_code, answer.json()["error"]) == (200, "invalid_token")


async def test_pages_of_other_sites_may_read_answers_and_errors(vkid: VkId) -> None:
    for door in ("auth", "user_info", "public_info", "logout", "revoke"):
        answer = await vkid.http.post(f"/vkid/oauth2/{door}", headers={"Origin": "http://localhost:8000"})
        assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in (await vkid.authorize()).headers


async def test_a_preflight_allows_no_header(vkid: VkId) -> None:
    asked = {"Origin": "http://localhost:8000", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    answer = await vkid.http.options("/vkid/oauth2/user_info", headers=asked)
    assert "access-control-allow-headers" not in answer.headers
