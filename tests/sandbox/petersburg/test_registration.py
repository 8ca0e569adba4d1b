"""A cabinet by e-mail and letter, an application to a school, its decision and the letter about it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sandbox.petersburg.family import API, Family
from tests.sandbox.stand import Stand

FORM = {
    "email": "Novyj@mail.town.example",
    "password": "dlinnyj-parol",
    "surname": "Новосёлова",
    "firstname": "Инга",
    "middlename": "Ильинична",
}


class Newcomer:
    """Somebody at the site: without a cabinet first, then signed in."""

    def __init__(self, site: Stand) -> None:
        site.wrote = True
        self.stand = site
        self.token = ""

    async def send(self, method: str, path: str, **body: Any) -> httpx.Response:
        headers = {"Cookie": f"X-JWT-Token={self.token}"} if self.token else {}
        answer = await self.stand.http.request(method, f"{API}/{path}", json=body or None, headers=headers)
        self.stand.http.cookies.clear()
        return answer

    async def letters(self, to: str = FORM["email"]) -> list[dict[str, Any]]:
        answer = await self.stand.http.get(f"/inbox?kind=mail&to={to}", headers={"Accept": "application/json"})
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def sign_in(self, code: str | None = None) -> httpx.Response:
        body = {"type": "email", "login": FORM["email"], "activation_code": code, "password": FORM["password"], "_isEmpty": False}
        answer = await self.send("POST", "user/auth/login", **body)
        self.token = answer.json()["data"]["token"] if answer.status_code == 200 else self.token
        return answer

    async def apply(self, **changes: Any) -> httpx.Response:
        child = self.stand.child
        own = {"surname": child.last_name, "firstname": child.first_name, "middlename": child.middle_name}
        place = {"birth_date": f"{child.birth_date:%d.%m.%Y}", "institution_id": child.accounts["petersburg"]["institution_id"]}
        return await self.send("POST", "journal/application", **own | place | {"relation": "guardian"} | changes)

    async def children(self) -> list[Any]:
        found: list[Any] = (await self.send("GET", "journal/person/related-child-list")).json()["data"]["items"]
        return found


@pytest.fixture
def newcomer(site: Stand) -> Newcomer:
    return Newcomer(site)


@pytest.fixture
async def settled(newcomer: Newcomer) -> Newcomer:
    """Signed in to a cabinet without children."""
    await newcomer.send("POST", "user/auth/register", **FORM)
    assert (await newcomer.sign_in((await newcomer.letters())[0]["code"])).status_code == 200
    return newcomer


async def test_a_letter_an_application_and_an_approval_open_the_diary(newcomer: Newcomer) -> None:
    answer = await newcomer.send("POST", "user/auth/register", **FORM)
    assert (answer.status_code, answer.json()["data"]) == (200, {"state": "wait_email"})
    assert (await newcomer.sign_in()).status_code == 400
    (letter,) = await newcomer.letters()
    assert f"/petersburg/activate?code={letter['code']}" in letter["text"] and FORM["surname"] not in letter["text"]
    assert (await newcomer.sign_in(letter["code"])).status_code == 200 and await newcomer.children() == []
    asked = (await newcomer.apply()).json()["data"]
    assert (asked["state"], asked["state_name"], asked["reason"]) == ("submitted", "Подано: принесите паспорт в школу", None)
    assert await newcomer.children() == []
    decided = await newcomer.stand.control(f"petersburg/applications/{asked['identity']['id']}/approve", {})
    assert decided["state"] == "approved"
    assert [it["firstname"] for it in await newcomer.children()] == [newcomer.stand.child.first_name]
    assert (
        "одобрено" in (await newcomer.letters())[0]["text"] and newcomer.stand.child.last_name not in (await newcomer.letters())[0]["text"]
    )


async def test_a_rejection_says_why_and_a_new_application_may_follow(settled: Newcomer) -> None:
    first = (await settled.apply()).json()["data"]["identity"]["id"]
    await settled.stand.control(f"petersburg/applications/{first}/reject", {"reason": "Нет паспорта"})
    (shown,) = (await settled.send("GET", "journal/application/list")).json()["data"]["items"]
    assert (shown["state"], shown["reason"], shown["decided_at"]) == ("rejected", "Нет паспорта", "20.11.2026 12:00:00")
    assert "Нет паспорта" in (await settled.letters())[0]["text"]
    assert (await settled.apply()).json()["data"]["identity"]["id"] != first


async def test_the_same_application_twice_is_one(settled: Newcomer) -> None:
    numbers = {(await settled.apply()).json()["data"]["identity"]["id"] for _ in range(2)}
    assert len(numbers) == 1


async def test_an_application_may_be_withdrawn_once(settled: Newcomer) -> None:
    number = (await settled.apply()).json()["data"]["identity"]["id"]
    answers = [await settled.send("POST", f"journal/application/{number}/withdraw") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 400]
    assert (await settled.stand.http.post(f"/_sandbox/petersburg/applications/{number}/approve")).status_code == 409


async def test_a_child_that_the_school_does_not_have_can_only_be_rejected(settled: Newcomer) -> None:
    number = (await settled.apply(birth_date="01.01.2012")).json()["data"]["identity"]["id"]
    assert (await settled.stand.http.post(f"/_sandbox/petersburg/applications/{number}/approve")).status_code == 409
    assert (await settled.stand.http.post("/_sandbox/petersburg/applications/99/approve")).status_code == 404
    shown = (await settled.stand.http.get("/_sandbox/petersburg/applications")).json()["applications"]
    assert [it["state"] for it in shown] == ["submitted"] and await settled.children() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"surname": ""}, "surname"),
        ({"firstname": 5}, "firstname"),
        ({"birth_date": "2012-01-01"}, "birth_date"),
        ({"institution_id": 1}, "institution_id"),
        ({"institution_id": "x"}, "institution_id"),
        ({"relation": "friend"}, "relation"),
    ],
)
async def test_a_wrong_application_names_the_field(settled: Newcomer, changes: dict[str, Any], field: str) -> None:
    answer = await settled.apply(**changes)
    assert (answer.status_code, [it["field"] for it in answer.json()["validations"]]) == (400, [field])


@pytest.mark.parametrize(
    ("changes", "field"), [({"email": "nobody"}, "email"), ({"password": "short"}, "password"), ({"surname": " "}, "surname")]
)
async def test_a_wrong_form_names_the_field(newcomer: Newcomer, changes: dict[str, str], field: str) -> None:
    answer = await newcomer.send("POST", "user/auth/register", **FORM | changes)
    assert (answer.status_code, [it["field"] for it in answer.json()["validations"]]) == (400, [field])


async def test_a_known_address_is_answered_alike_and_its_password_stays(newcomer: Newcomer) -> None:
    login = newcomer.stand.account()["login"]
    answer = await newcomer.send("POST", "user/auth/register", **FORM | {"email": login})
    assert answer.json()["data"] == {"state": "wait_email"} and "уже есть" in (await newcomer.letters(login))[0]["text"]
    assert (await Family(newcomer.stand).sign_in()).status_code == 200


async def test_a_code_is_good_for_a_day_for_its_own_address_once(newcomer: Newcomer) -> None:
    await newcomer.send("POST", "user/auth/register", **FORM)
    code = (await newcomer.letters())[0]["code"]
    stolen = {"type": "email", "login": newcomer.stand.account()["login"], "activation_code": code, "password": FORM["password"]}
    assert (await newcomer.send("POST", "user/auth/login", **stolen)).status_code == 400
    await newcomer.stand.later(days=1)
    assert (await newcomer.sign_in(code)).status_code == 400


async def test_the_link_is_a_page_with_a_button(newcomer: Newcomer) -> None:
    await newcomer.send("POST", "user/auth/register", **FORM)
    code = (await newcomer.letters())[0]["code"]
    assert 'action="/petersburg/activate"' in (await newcomer.stand.http.get(f"/petersburg/activate?code={code}")).text
    answers = [await newcomer.stand.http.post("/petersburg/activate", data={"code": code}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 400]
    assert (await newcomer.sign_in()).status_code == 200


async def test_applications_are_seen_by_their_own_parent_only(settled: Newcomer) -> None:
    number = (await settled.apply()).json()["data"]["identity"]["id"]
    family = Family(settled.stand)
    await family.sign_in()
    settled.token = family.token
    assert (await settled.send("GET", "journal/application/list")).json()["data"]["items"] == []
    assert (await settled.send("POST", f"journal/application/{number}/withdraw")).status_code == 403
    settled.token = ""
    assert [(await settled.apply()).status_code, (await settled.send("GET", "journal/application/list")).status_code] == [401, 401]


async def test_schools_are_listed_for_everybody(newcomer: Newcomer) -> None:
    (school,) = (await newcomer.send("GET", "journal/institution/list-open")).json()["data"]["items"]
    assert school["identity"]["id"] == newcomer.stand.child.accounts["petersburg"]["institution_id"]


async def test_the_request_log_shows_no_name_code_or_password(settled: Newcomer) -> None:
    await settled.apply()
    shown = str(await settled.stand.log())
    assert not [word for word in (FORM["surname"], FORM["password"], FORM["email"], settled.stand.child.last_name) if word in shown]
