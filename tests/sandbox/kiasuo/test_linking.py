"""Signing in through Gosuslugi in a browser; a child by the SNILS in its card, or by surname, name and invitation code."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.world.model import Person
from tests.sandbox.kiasuo.family import ROOT
from tests.sandbox.stand import Stand

BACK = "http://localhost:8000/back?a=1"


class Newcomer:
    """A person with Gosuslugi and without a diary here."""

    def __init__(self, diary: Stand) -> None:
        diary.wrote = True
        self.stand = diary
        people = diary.town.people.values()
        self.who: Person = next(it for it in people if it.role == "parent" and it.esia and it.snils and "kiasuo" not in it.accounts)
        self.token = ""

    async def enter(self, person: str | None = None, **query: str) -> httpx.Response:
        await self.stand.control("kiasuo/sign_in_as", {"person": person or self.who.id, "times": 1})
        return await self.stand.http.get("/kiasuo/login/esia", params={"redirect_url": BACK, "state": "s-1", **query})

    async def sign_in(self) -> None:
        target = urlsplit((await self.enter()).headers["location"])
        self.token = parse_qs(target.fragment)["token"][0]

    async def user(self) -> Any:
        answer = await self.stand.http.get(f"{ROOT}/api/user?id=0", headers={"Authorization": f"Bearer {self.token}"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def children(self) -> list[str]:
        return [it["first_name"] for it in (await self.user())["children"]]

    async def code(self) -> str:
        found: str = (await self.stand.control("kiasuo/invitations", {"pupil": self.stand.child.id}))["code"]
        return found

    async def invited(self, **changes: str) -> httpx.Response:
        child = self.stand.child
        body = {"last_name": child.last_name, "first_name": child.first_name} | changes
        return await self.stand.http.post(f"{ROOT}/api/invitations?id=0", json=body, headers={"Authorization": f"Bearer {self.token}"})


@pytest.fixture
def newcomer(diary: Stand) -> Newcomer:
    return Newcomer(diary)


async def test_the_browser_comes_back_with_a_pair_of_tokens_in_the_fragment(newcomer: Newcomer) -> None:
    answer = await newcomer.enter()
    target = urlsplit(answer.headers["location"])
    given = parse_qs(target.fragment)
    assert (answer.status_code, target.netloc, target.query, given["state"]) == (302, "localhost:8000", "a=1", ["s-1"])
    assert answer.headers["cache-control"] == "no-store"
    newcomer.token = given["token"][0]
    assert (await newcomer.user())["children"] == []
    renewed = await newcomer.stand.http.post(f"{ROOT}/refresh", data={"refresh-token": given["refresh_token"][0]})
    assert renewed.status_code == 200


async def test_an_application_on_a_server_takes_a_code_instead(newcomer: Newcomer) -> None:
    target = urlsplit((await newcomer.enter(mode="code")).headers["location"])
    given = parse_qs(target.query)
    assert (target.fragment, given["state"], "token" in given) == ("", ["s-1"], False)
    answers = [await newcomer.stand.http.post(f"{ROOT}/login", json={"code": given["code"][0]}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 401]
    newcomer.token = answers[0].json()["accessToken"]
    assert (await newcomer.user())["parent"] is True


async def test_a_code_lives_a_minute(newcomer: Newcomer) -> None:
    given = parse_qs(urlsplit((await newcomer.enter(mode="code")).headers["location"]).query)
    await newcomer.stand.later(seconds=60)
    assert (await newcomer.stand.http.post(f"{ROOT}/login", json={"code": given["code"][0]})).status_code == 401


async def test_a_family_of_the_diary_comes_to_its_own_children(newcomer: Newcomer) -> None:
    newcomer.who = newcomer.stand.parent
    await newcomer.sign_in()
    assert await newcomer.children() == [newcomer.stand.child.first_name]


@pytest.mark.parametrize("first", ["card", "sign_in"])
async def test_the_snils_in_the_childs_card_links_by_itself(newcomer: Newcomer, first: str) -> None:
    if first == "sign_in":
        await newcomer.sign_in()
    written = await newcomer.stand.control("kiasuo/cards", {"pupil": newcomer.stand.child.id, "snils": newcomer.who.snils})
    assert written["linked"] is (first == "sign_in")
    if first == "card":
        await newcomer.sign_in()
    assert await newcomer.children() == [newcomer.stand.child.first_name]


async def test_surname_name_and_code_link_a_child_once(newcomer: Newcomer) -> None:
    await newcomer.sign_in()
    code = await newcomer.code()
    answer = await newcomer.invited(code=f"{code[:5]}-{code[5:].lower()}", last_name=newcomer.stand.child.last_name.upper())
    assert [it["id"] for it in answer.json()["children"]] == [newcomer.stand.child.accounts["kiasuo"]["id"]]
    assert (await newcomer.invited(code=code)).status_code == 400


async def test_every_wrong_invitation_is_refused_alike_and_ten_bring_a_pause(newcomer: Newcomer) -> None:
    await newcomer.sign_in()
    code = await newcomer.code()
    wrong: tuple[dict[str, str], ...] = (
        {"code": "AAAAAAAAAA"},
        {"code": ""},
        {"code": code, "first_name": "Никто"},
        {"code": code, "last_name": ""},
        {},
    )
    answers = [await newcomer.invited(**changes) for changes in wrong * 2]
    assert {(answer.status_code, answer.text) for answer in answers} == {
        (400, '{"msg":"Ученик с такими фамилией, именем и кодом не найден"}')
    }
    paused = await newcomer.invited(code=code)
    assert (paused.status_code, paused.headers["retry-after"]) == (429, "60")
    await newcomer.stand.later(seconds=61)
    assert (await newcomer.invited(code=code)).status_code == 200


async def test_an_invitation_needs_a_sign_in(newcomer: Newcomer) -> None:
    assert (await newcomer.invited(code=await newcomer.code())).status_code == 401


async def test_a_pupils_gosuslugi_is_told_to_come_as_a_parent(newcomer: Newcomer) -> None:
    pupil = next(it for it in newcomer.stand.town.people.values() if it.role == "pupil" and it.esia)
    answer = await newcomer.enter(pupil.id)
    assert (answer.status_code, "родитель" in answer.text) == (403, True)


async def test_the_page_asks_for_the_gosuslugi_password(newcomer: Newcomer) -> None:
    esia = newcomer.who.esia
    assert esia is not None
    page = await newcomer.stand.http.get("/kiasuo/login/esia", params={"redirect_url": BACK, "mode": "code"})
    assert 'name="password"' in page.text and 'value="code"' in page.text
    body = {"redirect_url": BACK, "mode": "code", "login": esia.login, "password": "wrong"}
    assert (await newcomer.stand.http.post("/kiasuo/login/esia", data=body)).status_code == 401
    done = await newcomer.stand.http.post("/kiasuo/login/esia", data=body | {"password": esia.password})
    assert done.status_code == 302 and "code=" in done.headers["location"]
    assert esia.password not in str(await newcomer.stand.log())


@pytest.mark.parametrize(
    "query",
    [
        {"redirect_url": "https://example.org/"},
        {"redirect_url": ""},
        {"redirect_url": "javascript:x"},
        {"redirect_url": BACK, "mode": "query"},
    ],
)
async def test_tokens_go_to_this_machine_only(newcomer: Newcomer, query: dict[str, str]) -> None:
    assert (await newcomer.stand.http.get("/kiasuo/login/esia", params=query)).status_code == 400


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [("cards", {"pupil": "p001", "snils": "1"}, 404), ("cards", {"pupil": "p012", "snils": "1"}, 400), ("invitations", {}, 404)],
)
async def test_a_senseless_control_call_is_refused(diary: Stand, path: str, body: dict[str, str], status: int) -> None:
    assert (await diary.http.post(f"/_sandbox/kiasuo/{path}", json=body)).status_code == status
