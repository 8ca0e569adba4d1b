"""What a person sees in a browser without JavaScript, and how long a sign-in holds."""

from __future__ import annotations

import re

import httpx
import pytest

from sandbox.world.model import Person
from tests.sandbox.openid.conftest import BACK, ISSUER, Op, claims, sent_back


def flow_of(page: httpx.Response) -> str:
    found = re.search(r'name="flow" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


async def followed(op: Op, answer: httpx.Response) -> httpx.Response:
    """Goes on inside the provider, as a browser does, but not back to the client."""
    while answer.status_code in {302, 303} and answer.headers["location"].startswith("/"):
        answer = await op.http.get(answer.headers["location"])
    return answer


async def log_in(op: Op, person: Person, login: str | None = None, **changes: str | None) -> httpx.Response:
    assert person.esia is not None
    page = await followed(op, await op.authorize(**changes))
    form = {"flow": flow_of(page), "login": login or person.esia.login, "password": person.esia.password}
    return await followed(op, await op.http.post("/op/login", data=form))


async def answered(op: Op, page: httpx.Response, word: str = "allow") -> dict[str, str]:
    return sent_back(await op.http.post("/op/consent", data={"flow": flow_of(page), "answer": word}))


async def signed_in(op: Op, person: Person) -> dict[str, str]:
    return await answered(op, await log_in(op, person))


async def test_the_login_page_can_be_used_without_sight_and_script(op: Op) -> None:
    page = await followed(op, await op.authorize(login_hint="anna@mail.example"))
    assert '<html lang="ru">' in page.text
    for name in ("login", "password"):
        assert f'<label for="{name}">' in page.text and f'id="{name}"' in page.text
    assert page.text.count("<h1>") == 1
    assert "<script" not in page.text
    assert 'value="anna@mail.example"' in page.text
    assert "Дневник" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "no-referrer")
    style = re.search(r'href="(/op/[^"]+\.css)"', page.text)
    assert style is not None
    assert (await op.http.get(style[1])).headers["content-type"].startswith("text/css")


async def test_a_person_signs_in_with_the_gosuslugi_login(op: Op) -> None:
    person = op.person()
    assert person.phone and person.email and person.esia
    for login in (person.esia.login, person.email.upper(), f"8 ({person.phone[2:5]}) {person.phone[5:]}"):
        op.http.cookies.clear()
        page = await log_in(op, person, login)
        assert op.http.cookies.get("sandbox_op")
    assert "Доступ к вашим данным" in page.text
    assert "Фамилия, имя, отчество" in page.text and person.last_name in page.text
    back = await answered(op, page)
    assert (back["iss"], back["state"]) == (ISSUER, op.state)
    told = (await op.exchange(back["code"])).json()
    assert (await op.userinfo(told["access_token"])).json()["given_name"] == person.first_name


async def test_the_people_list_names_the_account(op: Op) -> None:
    listed = (await op.http.get("/_sandbox/people", params={"system": "op"})).json()["people"]
    assert listed
    for one in listed:
        if one["esia"] is not None:
            assert one["accounts"]["op"] == {"login": one["esia"]["login"], "password": one["esia"]["password"]}
    assert any(one["esia"] is None and one["role"] == "parent" for one in listed)


@pytest.mark.security("25")
async def test_a_parent_without_gosuslugi_has_a_simplified_account(op: Op) -> None:
    people = op.app.sandbox.town.people.values()
    person = next(one for one in people if one.esia is None and "op" in one.accounts)
    own = person.accounts["op"]
    page = await followed(op, await op.authorize(scope="openid profile email"))
    form = {"flow": flow_of(page), "login": own["login"], "password": own["password"]}
    back = await answered(op, await followed(op, await op.http.post("/op/login", data=form)))
    told = (await op.exchange(back["code"])).json()
    assert claims(told["id_token"])["acr"] == "urn:op:acr:simplified"
    found = (await op.userinfo(told["access_token"])).json()
    assert (found["given_name"], found["email_verified"]) == (person.first_name, False)


@pytest.mark.parametrize(("login", "password"), [("right", "wrong"), ("nobody@mail.example", "right"), ("right", ""), ("", "right")])
async def test_a_wrong_password_says_the_same_as_an_unknown_login(op: Op, login: str, password: str) -> None:
    person = op.person()
    assert person.esia is not None
    page = await followed(op, await op.authorize())
    form = {
        "flow": flow_of(page),
        "login": person.esia.login if login == "right" else login,
        "password": person.esia.password if password == "right" else password,
    }
    again = await op.http.post("/op/login", data=form)
    assert again.status_code == 200
    assert ("Неверный логин или пароль." in again.text) == bool(login and password)
    assert 'role="alert"' in again.text
    assert not op.http.cookies.get("sandbox_op")


async def test_refusing_and_going_back_are_access_denied_with_the_issuer(op: Op) -> None:
    back = await answered(op, await log_in(op, op.person()), "deny")
    assert (back["error"], back["state"], back["iss"]) == ("access_denied", op.state, ISSUER)
    op.http.cookies.clear()
    page = await followed(op, await op.authorize())
    found = re.search(r'href="(/op/cancel[^"]+)"', page.text)
    assert found is not None
    assert sent_back(await op.http.get(found[1]))["error"] == "access_denied"


async def test_consent_is_asked_once_unless_more_is_wanted(op: Op) -> None:
    person = op.person()
    await signed_in(op, person)
    assert sent_back(await op.authorize())["code"]
    more = await followed(op, await op.authorize(scope="openid profile email"))
    assert "Электронная почта" in more.text
    asked = await followed(op, await op.authorize(prompt="consent"))
    assert "Доступ к вашим данным" in asked.text
    await op.switch(always_ask_consent=True)
    assert "Доступ к вашим данным" in (await followed(op, await op.authorize())).text


async def test_a_consent_form_of_another_browser_is_refused(op: Op) -> None:
    page = await log_in(op, op.person())
    op.http.cookies.clear()
    answer = await op.http.post("/op/consent", data={"flow": flow_of(page), "answer": "allow"})
    assert (answer.status_code, "location" in answer.headers) == (400, False)


async def test_an_outdated_flow_is_told_on_a_page(op: Op) -> None:
    page = await followed(op, await op.authorize())
    op.pass_seconds(31 * 60)
    answer = await op.http.post("/op/login", data={"flow": flow_of(page), "login": "x", "password": "y"})
    assert answer.status_code == 400 and "устарел" in answer.text


@pytest.mark.security("27")
async def test_each_sign_in_has_a_session_of_its_own(op: Op) -> None:
    await signed_in(op, op.person())
    first = op.http.cookies["sandbox_op"]
    await log_in(op, op.person(), prompt="login")
    assert op.http.cookies["sandbox_op"] != first
    assert len(op.http.cookies) == 1


@pytest.mark.security("16")
async def test_prompt_none_needs_a_session_and_a_consent(op: Op) -> None:
    assert sent_back(await op.authorize(prompt="none"))["error"] == "login_required"
    await signed_in(op, op.person())
    op.pass_seconds(600)
    back = sent_back(await op.authorize(prompt="none"))
    told = claims((await op.exchange(back["code"])).json()["id_token"])
    assert told["iat"] - told["auth_time"] == 600
    back = sent_back(await op.authorize(prompt="none", scope="openid email"))
    assert (back["error"], back["iss"]) == ("consent_required", ISSUER)


@pytest.mark.security("16")
@pytest.mark.parametrize("changes", [{"prompt": "login"}, {"max_age": "300"}, {"max_age": "0"}, {"prompt": "select_account"}])
async def test_a_fresh_sign_in_asks_for_the_password_and_moves_auth_time(op: Op, changes: dict[str, str]) -> None:
    person = op.person()
    await signed_in(op, person)
    op.pass_seconds(301)
    page = await followed(op, await op.authorize(**changes))
    assert 'type="password"' in page.text
    assert person.esia is not None
    form = {"flow": flow_of(page), "login": person.esia.login, "password": person.esia.password}
    told = claims((await op.exchange(sent_back(await op.http.post("/op/login", data=form))["code"])).json()["id_token"])
    assert told["auth_time"] == told["iat"]


@pytest.mark.security("16")
async def test_a_young_enough_session_keeps_its_auth_time(op: Op) -> None:
    await signed_in(op, op.person())
    op.pass_seconds(200)
    told = claims((await op.exchange(sent_back(await op.authorize(max_age="300"))["code"])).json()["id_token"])
    assert told["iat"] - told["auth_time"] == 200
    assert sent_back(await op.authorize(max_age="100", prompt="none"))["error"] == "login_required"


@pytest.mark.security("16")
async def test_a_hint_at_someone_else_asks_for_that_person(op: Op) -> None:
    one, other = op.person(), op.person(number=1)
    hint = (await op.exchange((await signed_in(op, one))["code"])).json()["id_token"]
    op.http.cookies.clear()
    await signed_in(op, other)
    assert sent_back(await op.authorize(id_token_hint=hint, prompt="none"))["error"] == "login_required"
    page = await followed(op, await op.authorize(id_token_hint=hint))
    assert 'type="password"' in page.text and other.esia is not None
    form = {"flow": flow_of(page), "login": other.esia.login, "password": other.esia.password}
    assert sent_back(await op.http.post("/op/login", data=form))["error"] == "login_required"


async def test_sign_in_as_can_be_of_some_time_ago(op: Op) -> None:
    await op.switch(auth_age_s=1000)
    told = claims((await op.tokens(op.person()))["id_token"])
    assert told["iat"] - told["auth_time"] == 1000
    fresh = claims((await op.tokens(op.person(), max_age="300"))["id_token"])
    assert fresh["iat"] == fresh["auth_time"]
    op.sign_in_as(op.person(), 1)
    assert sent_back(await op.authorize(max_age="300", prompt="none"))["error"] == "login_required"


async def test_a_session_ends_by_itself(op: Op) -> None:
    await signed_in(op, op.person())
    op.pass_seconds(9 * 3600)
    assert sent_back(await op.authorize(prompt="none"), BACK)["error"] == "login_required"
