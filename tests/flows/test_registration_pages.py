"""The pages of registering: the form, the waiting, another child, the letter about a password."""

from __future__ import annotations

import pytest

from connectors.kit.errors import Rejected, Unavailable
from tests.flows.kit import Browser, Clock, Hub
from tests.flows.registration_kit import FIELDS, LetterDiary, invitation, link_of, post, register, send, with_letters


@pytest.fixture
def home(hub: Hub, clock: Clock) -> tuple[Hub, LetterDiary]:
    return with_letters(hub, clock)


@pytest.fixture
async def anna(home: tuple[Hub, LetterDiary]) -> Browser:
    browser = home[0].browser()
    await browser.sign_in()
    return browser


@pytest.mark.feature("F192")
async def test_a_code_or_an_invitation_brings_a_child_by_the_pages(home: tuple[Hub, LetterDiary], anna: Browser) -> None:
    id_ = await register(anna)
    link = (await send(anna, f"{id_}/code", {"code": "key-of-the-letter"}))[1]["id"]
    home[1].asks = [invitation()]
    text = await (await anna.get(f"/connect/done/{link}", Accept="text/html")).get_data(as_text=True)
    assert "Приглашение: Мария" in text and "Принять" in text and "Отклонить" in text and 'name="code"' in text
    for given in ({"form": "invitation", "code": "wrong"}, {"key": "8", "answer": "accept"}, {"key": "7", "answer": "withdraw"}):
        answer = await post(anna, f"/connect/child/{link}", **given)
        assert answer[0] in (404, 422), answer
    assert home[1].answered == []
    assert (await post(anna, f"/connect/child/{link}", key="7", answer="decline"))[0] == 303
    assert home[1].answered == [("7", "decline")]
    assert (await post(anna, f"/connect/child/{link}", form="invitation", code="right"))[0] == 303
    assert (await link_of(anna))["state"] == "active"
    assert f'href="/connect/child/{link}"' in await (await anna.get("/family", Accept="text/html")).get_data(as_text=True)
    text = await (await anna.get(f"/connect/child/{link}", Accept="text/html")).get_data(as_text=True)
    assert "ещё один ребёнок" in text and 'name="code"' in text


async def test_the_page_of_waiting_does_without_a_diary_that_is_down(home: tuple[Hub, LetterDiary], anna: Browser) -> None:
    id_ = await register(anna)
    link = (await send(anna, f"{id_}/code", {"code": "key-of-the-letter"}))[1]["id"]
    home[1].fails = Unavailable("letter")
    answer = await anna.get(f"/connect/done/{link}", Accept="text/html")
    text = await answer.get_data(as_text=True)
    assert (answer.status_code, "сейчас не отвечает" in text, "Проверить сейчас" in text) == (200, True, True)


async def test_the_pages_register_and_recover_without_showing_a_secret_again(home: tuple[Hub, LetterDiary], anna: Browser) -> None:
    text = await (await anna.get("/connect/letter", Accept="text/html")).get_data(as_text=True)
    assert 'href="/connect/letter/register' in text and 'href="/connect/letter/recover"' in text
    home[1].fails = Rejected("letter", "bad", "Такая почта уже занята.")
    status, _, text = await post(anna, "/connect/letter/register", form="email", **FIELDS)
    assert (status, "Такая почта уже занята" in text, "anna@example.ru" in text, "a-new-password" in text) == (422, True, True, False)
    home[1].fails = None
    status, there, _ = await post(anna, "/connect/letter/register", form="email", **FIELDS)
    assert (status, there.startswith("/connect/done/")) == (303, True)
    status, _, text = await post(anna, there.replace("done", "waiting"), code="wrong")
    assert (status, "Код из письма не подошёл" in text) == (422, True)
    status, again, _ = await post(anna, there.replace("done", "waiting"), check="1")
    assert (status, again) == (303, f"{there}?checked=1")
    assert (await post(anna, there.replace("done", "waiting"), cancel="1"))[:2] == (303, "/connect")
    status, _, text = await post(anna, "/connect/letter/recover", form="recovery", email="anna@example.ru")
    assert (status, "Запрос отправлен" in text) == (200, True)
