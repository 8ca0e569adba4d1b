"""The pages of class chats: whole without a script, with a way on from every state, and nothing of them in an address."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest

from connectors.kit.class_chat import Happening
from hub.flows.class_chats.bots import hear
from hub.store.school.chats import carriers
from tests.flows.chat_kit import KLASS, Class, PlayedChat, open_class, with_chat
from tests.flows.kit import Browser, Hub
from tests.flows.office_kit import OGRN


@pytest.fixture
async def made(hub: Hub) -> Class:
    return await open_class(hub)


async def text(browser: Browser, path: str, *, expect: int = 200) -> str:
    answer = await browser.get(path)
    found = await answer.get_data(as_text=True)
    assert answer.status_code == expect, found
    return str(found)


async def post(browser: Browser, path: str, **form: str) -> Any:
    headers = {"Host": "localhost:8000", "Origin": "http://localhost:8000"}
    return await browser.client.post(path, form={"csrf_token": browser.csrf, **form}, headers=headers)


async def test_a_family_goes_from_no_chat_to_the_link_and_out_again_by_forms(made: Class) -> None:
    made.vk.reachable = {"ivan"}
    path = f"/children/{made.desk.petya}/chats"
    assert "пока нет такого чата" in await text(made.desk.anna, path)
    await made.connect()
    await made.make()
    page = await text(made.desk.anna, path)
    assert "нужно согласие" in page and "работает как обычно" in page
    href = re.search(r'href="(/consents/[^"]+/chat)"', page)
    assert href and "Я разрешаю школе" in await text(made.desk.anna, href.group(1))
    await made.agree(made.desk.anna)
    assert "/family/sign-ins/add/vkid?person=" in await text(made.desk.anna, path)
    await made.bind(await made.desk.person(made.desk.anna), "anna")
    (chat,) = await made.due()
    await made.look(chat)
    assert 'href="https://chat.test/join/1"' in await text(made.desk.anna, path)
    await made.desk.anna.me()
    answer = await post(made.desk.anna, f"{path}/parents", wanted="0")
    assert answer.status_code == 303
    assert "отказались" in await text(made.desk.anna, answer.headers["Location"])
    assert (await post(made.desk.anna, f"{path}/teachers", wanted="1")).status_code == 404


async def test_the_max_profile_is_shown_to_the_bot_in_three_steps(made: Class) -> None:
    await made.connect("max")
    path = f"/children/{made.desk.petya}/chats/max"
    assert "за три шага" in await text(made.desk.anna, path)
    await made.desk.anna.me()
    answer = await post(made.desk.anna, path)
    page = await answer.get_data(as_text=True)
    code = re.search(r"start=([\w-]+)", page)
    intent = re.search(r"/chats/profile/([\w-]+)", page)
    assert code and intent and answer.headers["Cache-Control"] == "no-store"
    step = f"/children/{made.desk.petya}/chats/profile/{intent.group(1)}"
    assert code.group(1) not in step and "ещё никого не видел" in await text(made.desk.anna, step)
    made.tell(Happening.STARTED, member="60001", payload=code.group(1), name="<b>Анна</b>")
    deps = made.desk.hub.deps
    card = await deps.db.read(lambda: carriers.by_account(deps.keys, "max", OGRN))
    assert card is not None
    await hear(deps, card.id)
    seen = await text(made.desk.anna, step)
    assert "&lt;b&gt;Анна&lt;/b&gt;" in seen and "Это он?" in seen
    done = await post(made.desk.anna, step, mine="1")
    assert done.status_code == 303 and "подключён" in await text(made.desk.anna, done.headers["Location"])


async def test_the_office_connects_makes_looks_and_moves_by_forms(made: Class) -> None:
    nina = made.desk.nina
    assert "ещё не подключён" in await text(nina, "/office/chats")
    await nina.me()
    refused = await post(nina, "/office/chats/messengers/vkapi", token="wrong", strangers="tell")
    assert refused.status_code == 422 and "wrong" not in await refused.get_data(as_text=True)
    assert (await post(nina, "/office/chats/messengers/vkapi", token="good", strangers="tell")).status_code == 303
    assert (await post(nina, "/office/chats/messengers/max", token="good", strangers="tell")).status_code == 303
    page = await text(nina, "/office/chats/messengers")
    assert "good" not in page and page.count("подключён") >= 2
    answer = await post(nina, "/office/chats", **{"class": KLASS, "audience": "parents", "carrier": "vkapi"})
    chat = answer.headers["Location"].partition("?")[0]
    made.vk.chats_["1"].come("guest")
    assert (await post(nina, f"{chat}/look")).status_code == 303
    room = await text(nina, chat)
    assert "Незнакомые участники" in room and "Участник guest" in room and "чат заведён" in room
    guest = re.search(r"/guests/([\w-]+)", room)
    assert guest and (await post(nina, f"{chat}/guests/{guest.group(1)}", keep="0")).status_code == 303
    assert "guest" not in made.vk.chats_["1"].members
    made.max.chats_["-7"] = PlayedChat(title="Родители")
    plan = await text(nina, f"/office/chats/move?class={quote(KLASS)}&to=max")
    assert "Пока ничего не сделано" in plan
    moved = await post(nina, "/office/chats/move", **{"class": KLASS, "to": "max", "parents": "-7"})
    assert "переехал" in await moved.get_data(as_text=True)
    again = await post(nina, "/office/chats", **{"class": KLASS, "audience": "parents", "carrier": "vkapi"})
    assert again.status_code == 409 and "уже есть" in await again.get_data(as_text=True)


async def test_a_teacher_sees_one_class_and_no_messenger_forms(made: Class) -> None:
    chat = await with_chat(made)
    assert KLASS in await text(made.olga, "/office/chats")
    assert "Проверить сейчас" in await text(made.olga, f"/office/chats/{chat}")
    assert "<form" not in (await text(made.olga, "/office/chats/messengers")).partition("<main")[2]
    assert (await made.desk.oleg.get(f"/office/chats/{chat}")).status_code == 404
    assert (await made.desk.anna.get("/office/chats")).status_code == 404
