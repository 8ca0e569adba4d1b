"""What a person meets: password, code by SMS or dropped call, a new account, consent, silent return, prompts, cancel."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.sandbox.vkid.browser import followed, submit
from tests.sandbox.vkid.conftest import BACK, VkId, sent_back

NEW_PHONE = "+7 (912) 345-67-89"


async def opened(vkid: VkId, **changes: str | None) -> httpx.Response:
    """The first page of a sign-in."""
    page = await followed(vkid.http, await vkid.authorize(**changes))
    assert page.status_code == 200, page.text
    return page


async def with_password(vkid: VkId, page: httpx.Response, role: str = "parent") -> httpx.Response:
    account = vkid.person(role).vkid
    assert account is not None
    return await submit(vkid.http, page, "/vkid/auth", login=account["login"], password=account["password"])


async def allowed(vkid: VkId, page: httpx.Response, **values: str | list[str]) -> dict[str, str]:
    return sent_back(await submit(vkid.http, page, "/vkid/auth/consent", answer="allow", **values))


async def last_code(vkid: VkId, phone: str) -> dict[str, str]:
    found: dict[str, str] = (await vkid.http.get("/_sandbox/vkid/codes", params={"phone": phone})).json()["codes"][-1]
    return found


async def signed_up(vkid: VkId, kind: str = "sms", **changes: str) -> httpx.Response:
    """Through phone and code to the form about oneself, and that form sent."""
    page = await submit(vkid.http, await opened(vkid), "/vkid/auth/phone", phone=NEW_PHONE, kind=kind)
    page = await submit(vkid.http, page, "/vkid/auth/code", one_time=(await last_code(vkid, NEW_PHONE))["code"])
    given = {"first_name": "Вера", "last_name": "Новикова", "birthday": "1990-02-03", "sex": "F"} | changes
    return await submit(vkid.http, page, "/vkid/auth/profile", **given)


async def test_a_person_signs_in_with_a_password_and_agrees(vkid: VkId) -> None:
    page = await with_password(vkid, await opened(vkid))
    assert "Разрешить доступ к данным" in page.text
    back = await allowed(vkid, page)
    assert (await vkid.exchange(back)).json()["scope"] == "vkid.personal_info email phone"


@pytest.mark.parametrize("spelling", ["{}", "8{}", "+7 {}", "7{}"])
async def test_a_phone_in_any_spelling_is_a_login(vkid: VkId, spelling: str) -> None:
    account = vkid.person().vkid
    assert account is not None
    login = spelling.format(account["phone"][-10:])
    page = await submit(vkid.http, await opened(vkid), "/vkid/auth", login=login, password=account["password"])
    assert "Разрешить доступ" in page.text


@pytest.mark.parametrize(("login", "password"), [("p001@mail.town.example", "wrong"), ("nobody@x.example", "Vk-parol-1")])
async def test_a_wrong_login_and_a_wrong_password_look_alike(vkid: VkId, login: str, password: str) -> None:
    page = await submit(vkid.http, await opened(vkid), "/vkid/auth", login=login, password=password)
    assert "Неверный логин или пароль." in page.text
    assert 'role="alert"' in page.text
    assert "set-cookie" not in page.headers


async def test_empty_fields_are_asked_for(vkid: VkId) -> None:
    page = await submit(vkid.http, await opened(vkid), "/vkid/auth", login="", password="")
    assert "Введите телефон или почту и пароль." in page.text


async def test_unticked_rights_are_not_given(vkid: VkId) -> None:
    page = await with_password(vkid, await opened(vkid))
    told = (await vkid.exchange(await allowed(vkid, page, scope=["phone"]))).json()
    assert told["scope"] == "vkid.personal_info phone"
    assert "email" not in await vkid.user(told["access_token"])


async def test_a_ticked_right_that_was_not_asked_is_not_given(vkid: VkId) -> None:
    page = await with_password(vkid, await opened(vkid, scope="email"))
    told = (await vkid.exchange(await allowed(vkid, page, scope=["email", "phone"]))).json()
    assert told["scope"] == "vkid.personal_info email"


async def test_a_refusal_goes_back_as_access_denied(vkid: VkId) -> None:
    page = await with_password(vkid, await opened(vkid))
    back = sent_back(await submit(vkid.http, page, "/vkid/auth/consent", answer="deny"))
    assert back == {"error": "access_denied", "error_description": "User denied access", "state": "s" * 40}


async def test_cancelling_before_signing_in_does_too(vkid: VkId) -> None:
    page = await opened(vkid)
    link = re.search(r'href="(/vkid/auth/cancel\?flow=[^"]+)"', page.text)
    assert link is not None
    assert sent_back(await vkid.http.get(link[1]))["error"] == "access_denied"
    again = await vkid.http.get(link[1])
    assert (again.status_code, "слишком давно" in again.text) == (400, True)


async def test_the_next_time_the_browser_comes_back_without_a_page(vkid: VkId) -> None:
    await allowed(vkid, await with_password(vkid, await opened(vkid)))
    assert "code" in sent_back(await vkid.authorize())
    assert "code" in sent_back(await vkid.authorize(prompt="none"))


async def test_a_wider_request_asks_again(vkid: VkId) -> None:
    await allowed(vkid, await with_password(vkid, await opened(vkid, scope="email")))
    assert "Разрешить доступ" in (await opened(vkid, scope="email phone")).text
    assert sent_back(await vkid.authorize(scope="email phone", prompt="none"))["error"] == "interaction_required"


async def test_after_revoke_the_person_is_asked_again(vkid: VkId) -> None:
    back = await allowed(vkid, await with_password(vkid, await opened(vkid)))
    told = (await vkid.exchange(back)).json()
    await vkid.ask("revoke", told["access_token"])
    assert "Разрешить доступ" in (await opened(vkid)).text


async def test_the_memory_of_the_browser_ends(vkid: VkId) -> None:
    await allowed(vkid, await with_password(vkid, await opened(vkid)))
    vkid.pass_seconds(31 * 86400)
    assert "Вход в VK ID" in (await opened(vkid)).text


async def test_prompt_none_without_a_session_is_login_required(vkid: VkId) -> None:
    back = sent_back(await vkid.authorize(prompt="none"))
    assert (back["error"], back["state"]) == ("login_required", "s" * 40)


async def test_prompt_login_asks_the_password_again(vkid: VkId) -> None:
    await allowed(vkid, await with_password(vkid, await opened(vkid)))
    page = await opened(vkid, prompt="login")
    assert "Вход в VK ID" in page.text
    assert "code" in sent_back(await with_password(vkid, page))


async def test_prompt_consent_asks_the_consent_again(vkid: VkId) -> None:
    await allowed(vkid, await with_password(vkid, await opened(vkid)))
    assert "Разрешить доступ" in (await opened(vkid, prompt="consent")).text
    await vkid.switch(always_ask_consent=True)
    assert "Разрешить доступ" in (await opened(vkid)).text


async def test_prompt_select_account_lets_another_person_in(vkid: VkId) -> None:
    await allowed(vkid, await with_password(vkid, await opened(vkid)))
    page = await opened(vkid, prompt="select_account")
    assert f"Продолжить как {vkid.person().first_name}" in page.text
    assert "code" in sent_back(await submit(vkid.http, page, "/vkid/auth/account", answer="continue"))
    page = await submit(vkid.http, await opened(vkid, prompt="select_account"), "/vkid/auth/account", answer="other")
    told = (await vkid.exchange(await allowed(vkid, await with_password(vkid, page, "pupil")))).json()
    pupil = vkid.person("pupil").vkid
    assert pupil is not None
    assert told["user_id"] == pupil["user_id"]


async def test_a_joined_prompt_asks_both(vkid: VkId) -> None:
    await allowed(vkid, await with_password(vkid, await opened(vkid)))
    page = await opened(vkid, prompt="login consent")
    assert "Разрешить доступ" in (await with_password(vkid, page)).text


async def test_a_consent_is_given_only_in_the_browser_that_signed_in(vkid: VkId) -> None:
    page = await with_password(vkid, await opened(vkid))
    vkid.http.cookies.clear()
    answer = await submit(vkid.http, page, "/vkid/auth/consent", answer="allow")
    assert answer.status_code == 400


async def test_a_flow_too_old_is_told_in_words(vkid: VkId) -> None:
    page = await opened(vkid)
    vkid.pass_seconds(1801)
    answer = await with_password(vkid, page)
    assert (answer.status_code, "начните сначала" in answer.text) == (400, True)


@pytest.mark.feature("F056")
@pytest.mark.feature("F062")
@pytest.mark.parametrize(("kind", "digits"), [("sms", 6), ("call", 4)])
async def test_a_new_number_makes_an_account(vkid: VkId, kind: str, digits: int) -> None:
    page = await signed_up(vkid, kind)
    assert len((await last_code(vkid, NEW_PHONE))["code"]) == digits
    told = (await vkid.exchange(await allowed(vkid, page))).json()
    user = await vkid.user(told["access_token"])
    assert (user["user_id"], user["phone"], user["birthday"], user["sex"]) == (str(told["user_id"]), "79123456789", "03.02.1990", 1)
    assert (user["first_name"], user["last_name"], "email" in user) == ("Вера", "Новикова", False)


async def test_the_code_is_written_on_the_page_itself(vkid: VkId) -> None:
    page = await submit(vkid.http, await opened(vkid), "/vkid/auth/phone", phone=NEW_PHONE, kind="sms")
    assert (await last_code(vkid, NEW_PHONE))["code"] in page.text


async def test_a_known_number_signs_its_person_in(vkid: VkId) -> None:
    person = vkid.person()
    assert person.vkid is not None
    page = await submit(vkid.http, await opened(vkid), "/vkid/auth/phone", phone=person.vkid["phone"], kind="sms")
    page = await submit(vkid.http, page, "/vkid/auth/code", one_time=(await last_code(vkid, person.vkid["phone"]))["code"])
    told = (await vkid.exchange(await allowed(vkid, page))).json()
    assert told["user_id"] == person.vkid["user_id"]


async def test_a_second_sign_up_with_a_number_finds_the_first_account(vkid: VkId) -> None:
    first = (await vkid.exchange(await allowed(vkid, await signed_up(vkid)))).json()
    vkid.http.cookies.clear()
    page = await submit(vkid.http, await opened(vkid), "/vkid/auth/phone", phone="89123456789", kind="call")
    page = await submit(vkid.http, page, "/vkid/auth/code", one_time=(await last_code(vkid, NEW_PHONE))["code"])
    assert (await vkid.exchange(sent_back(page))).json()["user_id"] == first["user_id"]


async def test_a_wrong_code_is_taken_five_times(vkid: VkId) -> None:
    page = await submit(vkid.http, await opened(vkid), "/vkid/auth/phone", phone=NEW_PHONE, kind="sms")
    right = (await last_code(vkid, NEW_PHONE))["code"]
    for left in range(4, -1, -1):
        page = await submit(vkid.http, page, "/vkid/auth/code", one_time="x")
        assert f"Осталось попыток: {left}." in page.text
    page = await submit(vkid.http, page, "/vkid/auth/code", one_time=right)
    assert "Код устарел. Запросите новый." in page.text


async def test_a_code_lives_five_minutes_and_works_once(vkid: VkId) -> None:
    page = await submit(vkid.http, await opened(vkid), "/vkid/auth/phone", phone=NEW_PHONE, kind="sms")
    code = (await last_code(vkid, NEW_PHONE))["code"]
    vkid.pass_seconds(301)
    assert "Код устарел" in (await submit(vkid.http, page, "/vkid/auth/code", one_time=code)).text
    assert (await submit(vkid.http, page, "/vkid/auth/code", one_time=code)).status_code == 400


@pytest.mark.parametrize("phone", ["", "12345", "+7 999", "letters"])
async def test_a_phone_must_have_ten_digits(vkid: VkId, phone: str) -> None:
    page = await submit(vkid.http, await opened(vkid), "/vkid/auth/phone", phone=phone, kind="sms")
    assert "Введите номер телефона" in page.text


@pytest.mark.parametrize(
    "changes", [{"first_name": " "}, {"last_name": ""}, {"birthday": "вчера"}, {"birthday": "2999-01-01"}, {"sex": "X"}, {"sex": ""}]
)
async def test_a_profile_must_be_whole(vkid: VkId, changes: dict[str, str]) -> None:
    page = await signed_up(vkid, "sms", **changes)
    assert "Заполните имя, фамилию, дату рождения и пол." in page.text


async def test_nobody_reaches_the_profile_form_without_a_proven_number(vkid: VkId) -> None:
    page = await opened(vkid)
    flow = re.search(r'name="flow" value="([^"]+)"', page.text)
    assert flow is not None
    given = {"flow": flow[1], "first_name": "A", "last_name": "B", "birthday": "1990-01-01", "sex": "F"}
    assert (await vkid.http.post("/vkid/auth/profile", data=given)).status_code == 400
    assert (await vkid.http.get("/vkid/auth/profile", params={"flow": flow[1]})).status_code == 400


async def test_pages_run_no_script_and_name_their_language(vkid: VkId) -> None:
    page = await opened(vkid)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text
    assert '<html lang="ru">' in page.text
    assert page.headers["cache-control"] == "no-store"
    assert (await vkid.http.get("/vkid/res/vkid.css")).status_code == 200
    assert '<html lang="ru" class="dark">' in (await opened(vkid, scheme="dark")).text


async def test_a_name_from_outside_is_shown_as_text(vkid: VkId) -> None:
    await vkid.register(title="<b>Школа</b>")
    assert "«&lt;b&gt;Школа&lt;/b&gt;»" in (await opened(vkid)).text
    assert BACK not in (await opened(vkid)).text
