"""The connecting pages without scripts: forms, the code, the choice of children; each refusal stays on the page and says what to do."""

from __future__ import annotations

import re

import pytest

from tests.flows.connect_kit import PASSWORD_OF_PETYA, SNILS_OF_PETYA, Connecting, connecting
from tests.flows.kit import PUBLIC, Browser, Clock, Hub, parent


@pytest.fixture
def found(hub: Hub, clock: Clock) -> Connecting:
    return connecting(hub, clock)


@pytest.fixture
async def anna(found: Connecting) -> Browser:
    browser = found.hub.browser()
    await browser.sign_in()
    return browser


async def post(browser: Browser, path: str, **fields: str) -> tuple[int, str, str]:
    headers = {"Host": "localhost:8000", "Origin": PUBLIC, "Accept": "text/html"}
    answer = await browser.client.post(path, form={"csrf_token": browser.csrf, **fields}, headers=headers)
    return answer.status_code, answer.headers.get("Location", ""), await answer.get_data(as_text=True)


async def page(browser: Browser, path: str) -> str:
    answer = await browser.get(path, Accept="text/html")
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    return await answer.get_data(as_text=True)


@pytest.mark.feature("F004")
async def test_the_form_is_drawn_from_the_manifest_and_leads_to_the_child(found: Connecting, anna: Browser) -> None:
    text = await page(anna, "/connect/iv-edu")
    assert "СНИЛС ребёнка" in text and 'inputmode="numeric"' in text and 'type="password"' in text
    assert "Пароль даёт школа." in text
    petya = (await anna.me())["children"][0]["id"]
    status, there, _ = await post(anna, "/connect/iv-edu", form="password", snils=SNILS_OF_PETYA, password=PASSWORD_OF_PETYA, child=petya)
    assert (status, there.split("?")[0].rsplit("/", 1)[0]) == (303, "/connect/done")
    answer = await anna.get(there, Accept="text/html")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/children/{petya}/diary")


async def test_a_refused_form_keeps_what_is_no_secret_and_says_what_to_do(found: Connecting, anna: Browser) -> None:
    status, _, text = await post(anna, "/connect/iv-edu", form="password", snils=SNILS_OF_PETYA, password="not-the-password")
    assert status == 422
    assert 'role="alert"' in text and "Дневник не принял эти данные" in text and "новый пароль даст школа" in text
    assert SNILS_OF_PETYA in text and "not-the-password" not in text
    for _ in range(10):
        status, _, text = await post(anna, "/connect/iv-edu", form="password", snils=SNILS_OF_PETYA, password="wrong")
    assert status == 429 and "Подождите" in text


async def test_the_second_form_is_taken_by_its_name(found: Connecting, anna: Browser) -> None:
    text = await page(anna, "/connect/digital-school")
    assert "Вхожу в первый раз" in text and "Придумайте пароль" in text
    status, _, text = await post(
        anna, "/connect/digital-school", form="first_time", account="2700000017", auth_code="481516", password="short"
    )
    assert (status, "не меньше 8 знаков" in text) == (400, True)
    status, there, _ = await post(
        anna, "/connect/digital-school", form="first_time", account="2700000017", auth_code="481516", password="long-enough"
    )
    assert (status, there.rsplit("/", 1)[0]) == (303, "/connect/done")


@pytest.mark.rule("A15")
async def test_a_diary_without_names_asks_whose_it_is(found: Connecting, anna: Browser) -> None:
    found.contract.set_password = "a-password"
    _, there, _ = await post(anna, "/connect/digital-school", form="password", account="2700000017", password="a-password")
    text = await page(anna, there)
    for path in ("/", "/family"):
        assert "Ребёнок без имени" in await page(anna, path)
    assert f'href="{there}"' in await page(anna, "/")
    assert "Кто это из ваших детей?" in text and "6А, Школа 5" in text and "Пётр" in text
    petya = (await anna.me())["children"]
    own = next(child["id"] for child in petya if child["first_name"] == "Пётр")
    status, _, text = await post(anna, there, **{"child-k1": own, "child-k2": own})
    assert (status, "выбран дважды" in text) == (400, True)
    assert (await post(anna, there, **{"child-k1": own, "child-k2": "somebody"}))[0] == 404
    assert (await post(anna, there, **{"child-other": own}))[0] == 404
    status, home, _ = await post(anna, there, **{"child-k1": own, "child-k2": ""})
    assert (status, home) == (303, "/")
    assert "Назвать ребёнка" in await page(anna, "/family"), "the second one may be named later"


async def test_the_code_has_a_page_of_its_own(found: Connecting, anna: Browser) -> None:
    status, there, _ = await post(anna, "/connect/mes", form="password", login="79001234567", password="secret")
    assert (status, there.rsplit("/", 1)[0]) == (303, "/connect/code")
    text = await page(anna, there)
    assert "Код отправлен в СМС на номер …12" in text and "Осталось 3 попытки" in text and 'autocomplete="one-time-code"' in text
    assert "/connect/code/" in await page(anna, "/family")
    status, _, text = await post(anna, there, code="000000")
    assert (status, "Проверьте код" in text) == (422, True)
    status, done, _ = await post(anna, there, code="135790")
    assert status == 303
    answer = await anna.get(done, Accept="text/html")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "/connect/code/" not in await page(anna, "/family")


async def test_a_code_that_is_over_leads_back(found: Connecting, anna: Browser) -> None:
    found.code.tries = 1
    _, there, _ = await post(anna, "/connect/mes", form="password", login="79001234567", password="secret")
    status, _, text = await post(anna, there, code="000000")
    assert (status, "Начните подключение заново" in text) == (409, True)
    assert re.search(r'href="/[^"]*"', text)
    _, there, _ = await post(anna, "/connect/mes", form="password", login="79001234567", password="secret")
    assert (await post(anna, there, cancel="1"))[:2] == (303, "/connect")
    assert (await anna.get(there)).status_code == 404


async def test_every_form_needs_our_own_page(found: Connecting, anna: Browser) -> None:
    anna.csrf = "wrong"
    for path in ("/connect/iv-edu", "/connect/code/x", "/connect/done/x", "/region"):
        assert (await post(anna, path, form="password"))[0] == 403, path


async def test_the_address_of_a_sign_in_leads_to_the_form_where_the_diary_has_no_page_of_its_own(found: Connecting, anna: Browser) -> None:
    answer = await anna.get("/auth/iv-edu/start?next=/family")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/connect/iv-edu")
    visitor = await found.hub.browser().get("/auth/iv-edu/start", Accept="text/html")
    assert (visitor.status_code, visitor.headers["Location"]) == (303, "/?next=%2Fconnect%2Fiv-edu")


@pytest.mark.rule("A12")
async def test_an_account_of_somebody_else_shows_three_ways_out(found: Connecting, anna: Browser) -> None:
    await post(anna, "/connect/dnevnik", login="anna", password="secret")
    found.hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=None, children=())
    boris = found.hub.browser()
    await boris.sign_in("boris")
    status, _, text = await post(boris, "/connect/dnevnik", login="anna", password="secret")
    assert status == 409
    for href in ("/auth/dnevnik/start", "/invitation", "/help#school"):
        assert f'href="{href}"' in text
