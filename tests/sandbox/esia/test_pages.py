"""What a person sees in a browser without JavaScript: login, consent, refusal, signing out."""

from __future__ import annotations

import re

import httpx
import pytest

from sandbox.world.model import Person
from tests.sandbox.esia.conftest import BACK, Esia, claims, sent_back


def flow_of(page: httpx.Response) -> str:
    found = re.search(r'name="flow" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


async def followed(esia: Esia, answer: httpx.Response) -> httpx.Response:
    """Goes on inside ESIA, as a browser does, but not back to the information system."""
    while answer.status_code in {302, 303} and answer.headers["location"].startswith("/"):
        answer = await esia.http.get(answer.headers["location"])
    return answer


async def login_page(esia: Esia, **changes: str | None) -> httpx.Response:
    page = await followed(esia, await esia.authorize(**changes))
    assert page.status_code == 200
    return page


async def log_in(esia: Esia, person: Person, login: str | None = None, **changes: str | None) -> httpx.Response:
    assert person.esia is not None
    form = {"flow": flow_of(await login_page(esia, **changes)), "login": login or person.esia.login, "password": person.esia.password}
    return await followed(esia, await esia.http.post("/esia/login", data=form))


async def answer(esia: Esia, page: httpx.Response, word: str) -> httpx.Response:
    return await esia.http.post("/esia/login/consent", data={"flow": flow_of(page), "answer": word})


async def test_the_login_page_can_be_used_without_sight_and_script(esia: Esia) -> None:
    page = await login_page(esia)
    assert '<html lang="ru">' in page.text
    for name in ("login", "password"):
        assert f'<label for="{name}">' in page.text
        assert f'id="{name}"' in page.text
    assert "Телефон / Email / СНИЛС" in page.text
    assert page.text.count("<h1>") == 1
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    style = re.search(r'href="(/esia/[^"]+\.css)"', page.text)
    assert style is not None
    assert (await esia.http.get(style[1])).headers["content-type"].startswith("text/css")


def spellings(person: Person) -> list[str]:
    assert person.phone and person.email and person.snils
    bare = person.phone[2:]
    return [
        person.phone,
        f"8{bare}",
        f"+7 ({bare[:3]}) {bare[3:6]}-{bare[6:8]}-{bare[8:]}",
        bare,
        person.email.upper(),
        person.snils,
        re.sub(r"\D", "", person.snils),
    ]


@pytest.mark.parametrize("number", range(7))
async def test_phone_mail_and_snils_in_any_spelling_let_in(esia: Esia, number: int) -> None:
    person = esia.person()
    page = await log_in(esia, person, spellings(person)[number])
    assert "Предоставление прав доступа" in page.text
    assert person.last_name in page.text


async def test_the_consent_page_names_the_scopes_in_russian_and_the_level(esia: Esia) -> None:
    await esia.register(title="Школьный дневник")
    page = await log_in(esia, esia.person())
    for words in ("Школьный дневник", "Фамилия, имя и отчество ребёнка", "СНИЛС ребёнка", "Дата рождения", "Подтверждённая"):
        assert words in page.text
    assert "kid_fullname" not in page.text
    back = sent_back(await answer(esia, page, "allow"))
    assert (await esia.exchange(back["code"])).status_code == 200


@pytest.mark.parametrize(("level", "word"), [("simplified", "Упрощённая"), ("standard", "Стандартная"), ("confirmed", "Подтверждённая")])
async def test_the_three_levels_have_their_names(esia: Esia, level: str, word: str) -> None:
    person = esia.person(level)
    assert word in (await log_in(esia, person, person.phone or person.email)).text


async def test_refusing_is_access_denied(esia: Esia) -> None:
    page = await log_in(esia, esia.person(), state="s-1")
    back = sent_back(await answer(esia, page, "deny"))
    assert back == {
        "error_description": "ESIA-007004: The resource owner or authorization server denied the request.",
        "state": "s-1",
        "error": "access_denied",
    }


async def test_cancelling_before_the_password_is_access_denied(esia: Esia) -> None:
    page = await login_page(esia, state="s-2")
    found = re.search(r'href="(/esia/login/cancel[^"]+)"', page.text)
    assert found is not None
    back = sent_back(await esia.http.get(found[1]))
    assert (back["error_description"][:11], back["state"]) == ("ESIA-007004", "s-2")


@pytest.mark.parametrize(
    ("login", "password", "words"),
    [
        ("right", "wrong", "Введён неверный логин или пароль"),
        ("nobody@mail.example", "right", "Введён неверный логин или пароль"),
        ("+79990000000", "", "Введите телефон, почту или СНИЛС и пароль"),
        ("", "right", "Введите телефон, почту или СНИЛС и пароль"),
        ("nobody@mail.example", "", "Введите телефон, почту или СНИЛС и пароль"),
    ],
)
async def test_a_wrong_password_is_told_and_the_login_kept(esia: Esia, login: str, password: str, words: str) -> None:
    own = esia.person().esia
    assert own is not None
    flow = flow_of(await login_page(esia))
    form = {"flow": flow, "login": own.login if login == "right" else login, "password": own.password if password == "right" else password}
    page = await esia.http.post("/esia/login", data=form)
    assert page.status_code == 200
    assert words in page.text
    assert 'role="alert"' in page.text
    assert form["login"].replace("+", "&#43;") in page.text or form["login"] in page.text
    assert not page.cookies
    assert flow_of(page) == flow


async def test_what_was_typed_is_shown_as_text(esia: Esia) -> None:
    form = {"flow": flow_of(await login_page(esia)), "login": '"><script>alert(1)</script>', "password": "x"}
    assert "<script>" not in (await esia.http.post("/esia/login", data=form)).text


async def test_signed_in_once_a_browser_needs_the_consent_only_and_then_nothing(esia: Esia) -> None:
    person = esia.person()
    page = await log_in(esia, person, scope="openid fullname")
    first = claims((await esia.exchange(sent_back(await answer(esia, page, "allow"))["code"])).json()["id_token"])
    esia.pass_seconds(600)
    wider = await followed(esia, await esia.authorize(scope="openid fullname snils"))
    assert "Предоставление прав доступа" in wider.text
    again = sent_back(await esia.authorize(scope="openid fullname"))
    second = claims((await esia.exchange(again["code"])).json()["id_token"])
    assert second["auth_time"] == first["auth_time"]
    assert second["iat"] == first["iat"] + 600


async def test_another_system_asks_for_its_own_consent(esia: Esia) -> None:
    await answer(esia, await log_in(esia, esia.person()), "allow")
    await esia.register(mnemonic="OTHER")
    page = await followed(esia, await esia.authorize(client_id="OTHER"))
    assert "Предоставление прав доступа" in page.text


async def test_the_consent_can_be_asked_each_time_by_a_switch(esia: Esia) -> None:
    await answer(esia, await log_in(esia, esia.person()), "allow")
    await esia.switch(always_ask_consent=True)
    assert "Предоставление прав доступа" in (await followed(esia, await esia.authorize())).text


async def test_the_session_ends_after_three_hours(esia: Esia) -> None:
    await answer(esia, await log_in(esia, esia.person()), "allow")
    esia.pass_seconds(3 * 3600 - 1)
    assert "code" in sent_back(await esia.authorize())
    esia.pass_seconds(2)
    assert "Войти" in (await login_page(esia)).text


async def test_a_level_that_is_too_low_is_explained_and_sent_back_as_007055(esia: Esia) -> None:
    await esia.register(confirmed_only=True, title="Дневник")
    person = esia.person("standard")
    page = await log_in(esia, person, person.phone)
    assert "Подтвердите личность" in page.text
    assert "Предоставить" not in page.text
    assert sent_back(await answer(esia, page, "deny"))["error_description"].startswith("ESIA-007055")


async def test_a_refused_person_cannot_allow_by_hand(esia: Esia) -> None:
    await esia.register(confirmed_only=True)
    person = esia.person("standard")
    page = await log_in(esia, person, person.phone)
    assert sent_back(await answer(esia, page, "allow"))["error_description"].startswith("ESIA-007055")


async def test_an_old_or_foreign_page_is_a_page_with_a_way_on(esia: Esia) -> None:
    for path in ("/esia/login", "/esia/login/consent", "/esia/login/cancel"):
        page = await esia.http.get(path, params={"flow": "foreign"})
        assert page.status_code == 400
        assert "начните вход заново" in page.text
    page = await login_page(esia)
    esia.pass_seconds(31 * 60)
    late = await esia.http.post("/esia/login", data={"flow": flow_of(page), "login": "a", "password": "b"})
    assert late.status_code == 400


async def test_consent_belongs_to_the_browser_that_signed_in(esia: Esia) -> None:
    page = await log_in(esia, esia.person())
    esia.http.cookies.clear()
    assert (await answer(esia, page, "allow")).status_code == 400


async def test_a_consent_is_answered_once(esia: Esia) -> None:
    page = await log_in(esia, esia.person())
    assert "code" in sent_back(await answer(esia, page, "allow"))
    assert (await answer(esia, page, "allow")).status_code == 400


async def test_signing_out_ends_the_session_and_goes_to_registered_addresses_only(esia: Esia) -> None:
    await answer(esia, await log_in(esia, esia.person()), "allow")
    out = await esia.http.get("/esia/idp/ext/Logout", params={"client_id": esia.mnemonic, "redirect_url": BACK})
    assert (out.status_code, out.headers["location"]) == (302, BACK)
    assert "Войти" in (await login_page(esia)).text


@pytest.mark.parametrize("target", ["https://evil.example/", f"{BACK}.evil.example", "//evil.example", "http://localhost:8000/"])
async def test_signing_out_never_leads_elsewhere(esia: Esia, target: str) -> None:
    out = await esia.http.get("/esia/idp/ext/Logout", params={"client_id": esia.mnemonic, "redirect_url": target})
    assert out.status_code == 400
    assert "location" not in out.headers
    assert "ESIA-007023" in out.text


async def test_signing_out_to_an_address_registered_for_it(esia: Esia) -> None:
    await esia.register(logout_uris=["http://localhost:8000/"])
    out = await esia.http.get("/esia/idp/ext/Logout", params={"client_id": esia.mnemonic, "redirect_url": "http://localhost:8000/"})
    assert out.headers["location"] == "http://localhost:8000/"


async def test_signing_out_without_an_address_shows_a_page(esia: Esia) -> None:
    out = await esia.http.get("/esia/idp/ext/Logout", params={"client_id": esia.mnemonic})
    assert out.status_code == 200
    assert "Вы вышли" in out.text
    unknown = await esia.http.get("/esia/idp/ext/Logout", params={"client_id": "NOBODY", "redirect_url": BACK})
    assert unknown.status_code == 400


async def test_the_session_cookie_is_closed_to_scripts(esia: Esia) -> None:
    own = esia.person().esia
    assert own is not None
    form = {"flow": flow_of(await login_page(esia)), "login": own.login, "password": own.password}
    cookie = (await esia.http.post("/esia/login", data=form)).headers["set-cookie"]
    assert cookie.startswith("sandbox_esia=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=10800" in cookie


async def test_permissions_are_shown_and_always_asked(esia: Esia) -> None:
    import base64
    import json

    wanted = [{"sysname": "CREDIT", "expire": 10, "actions": [{}], "purposes": [{}], "scopes": []}]
    text = base64.urlsafe_b64encode(json.dumps(wanted).encode()).rstrip(b"=").decode()
    page = await log_in(esia, esia.person(), permissions=text)
    assert "CREDIT" in page.text
    await answer(esia, page, "allow")
    assert "CREDIT" in (await followed(esia, await esia.authorize(permissions=text))).text
