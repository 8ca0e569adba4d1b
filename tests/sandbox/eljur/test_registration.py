"""Registration by city and invitation code, the confirming letter, recovery by e-mail, the entry through Gosuslugi."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.sandbox.eljur.family import Family
from tests.sandbox.stand import Stand

FORM = {
    "city": "Нижний Новгород",
    "login": "novyj.papa",
    "password": "dlinnyj-parol",
    "lastname": "Новосёлов",
    "firstname": "Пётр",
    "middlename": "Ильич",
    "email": "novyj@mail.town.example",
}


class Newcomer:
    """Somebody at the journal's site, without a token."""

    def __init__(self, journal: Stand) -> None:
        journal.wrote = True
        self.stand = journal

    async def post(self, method: str, **form: str) -> tuple[int, str | None, Any]:
        answer = await self.stand.http.post(f"/eljur/apiv3/{method}", data=form)
        body = answer.json()["response"]
        return answer.status_code, body["error"], body["result"]

    async def code(self) -> str:
        found: str = (await self.stand.control("eljur/invitations", {"pupil": self.stand.child.id}))["code"]
        return found

    async def letter(self, to: str = FORM["email"]) -> dict[str, Any]:
        items = (await self.stand.http.get(f"/inbox?kind=mail&to={to}", headers={"Accept": "application/json"})).json()["items"]
        found: dict[str, Any] = items[0]
        return found

    async def registered(self) -> None:
        assert (await self.post("registeruser", **FORM, code=await self.code()))[0] == 200
        assert (await self.post("confirmemail", key=(await self.letter())["code"]))[2]["state"] == "active"

    async def sign_in(self, login: str = FORM["login"], password: str = FORM["password"]) -> httpx.Response:
        key = {"vendor": "shkola52", "devkey": self.stand.account()["devkey"]}
        return await self.stand.http.get("/eljur/api/auth", params=key | {"login": login, "password": password})


@pytest.fixture
def newcomer(journal: Stand) -> Newcomer:
    return Newcomer(journal)


async def test_a_code_a_form_and_a_letter_open_an_account_that_sees_the_pupil(newcomer: Newcomer) -> None:
    code = await newcomer.code()
    status, _, result = await newcomer.post("registeruser", **FORM, code=f"{code[:4]}-{code[4:].lower()}")
    assert (status, result) == (200, {"state": "wait_email", "email": "n***@mail.town.example"})
    assert (await newcomer.sign_in()).status_code == 403
    letter = await newcomer.letter()
    assert letter["system"] == "eljur" and f"/eljur/confirm?key={letter['code']}" in letter["text"] and "Новосёлов" not in letter["text"]
    assert (await newcomer.post("confirmemail", key=letter["code"]))[2] == {"state": "active", "login": "novyj.papa", "vendor": "shkola52"}
    assert (await newcomer.sign_in()).status_code == 200
    who = next(it for it in newcomer.stand.town.people.values() if it.last_name == "Новосёлов")
    family = Family(newcomer.stand, who)
    await family.sign_in()
    assert list((await family.get("getrules"))["relations"]["students"]) == [family.student]


async def test_a_link_and_a_code_are_good_once(newcomer: Newcomer) -> None:
    code = await newcomer.code()
    await newcomer.post("registeruser", **FORM, code=code)
    key = (await newcomer.letter())["code"]
    assert [(await newcomer.post("confirmemail", key=key))[0] for _ in range(2)] == [200, 400]
    assert (await newcomer.post("registeruser", **FORM | {"login": "another"}, code=code))[1] == "Wrong code"


async def test_who_has_an_account_keeps_it_and_gets_the_pupil_too(newcomer: Newcomer) -> None:
    parent, other = newcomer.stand.parent, newcomer.stand.families[1][1]
    code = (await newcomer.stand.control("eljur/invitations", {"pupil": other.id}))["code"]
    name = {"lastname": parent.last_name.upper(), "firstname": parent.first_name, "middlename": parent.middle_name}
    await newcomer.post("registeruser", **FORM | name, code=code)
    done = (await newcomer.post("confirmemail", key=(await newcomer.letter())["code"]))[2]
    assert done["login"] == newcomer.stand.account()["login"] and other.id in parent.cares_for


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"code": "NOTACODE"}, 400, "Wrong code"),
        ({"code": ""}, 400, "Wrong code"),
        ({"city": "Омск"}, 400, "Wrong vendor"),
        ({"city": "", "vendor": "shkola99"}, 400, "Wrong vendor"),
        ({"login": "a b"}, 400, "Wrong login"),
        ({"login": "{parent}"}, 409, "Login is taken"),
        ({"password": "short"}, 400, "Wrong password"),
        ({"email": "nobody"}, 400, "Wrong email"),
        ({"lastname": " "}, 400, "Empty name"),
    ],
)
async def test_a_wrong_form_says_what_is_wrong(newcomer: Newcomer, changed: dict[str, str], status: int, error: str) -> None:
    login = newcomer.stand.account()["login"]
    form = FORM | {"code": await newcomer.code()} | {name: value.replace("{parent}", login) for name, value in changed.items()}
    assert (await newcomer.post("registeruser", **form))[:2] == (status, error)


async def test_ten_wrong_codes_bring_a_pause_for_the_right_one_too(newcomer: Newcomer) -> None:
    code = await newcomer.code()
    for _ in range(10):
        await newcomer.post("registeruser", **FORM, code="WRONG")
    assert (await newcomer.post("registeruser", **FORM, code=code))[0] == 429
    await newcomer.stand.later(seconds=61)
    assert (await newcomer.post("registeruser", **FORM, code=code))[0] == 200


async def test_an_unconfirmed_account_ends_after_three_days(newcomer: Newcomer) -> None:
    await newcomer.post("registeruser", **FORM, code=await newcomer.code())
    await newcomer.stand.later(days=3)
    assert (await newcomer.post("confirmemail", key=(await newcomer.letter())["code"]))[1] == "Wrong key"


async def test_recovery_by_a_letter_ends_the_old_sign_ins(newcomer: Newcomer, family: Family) -> None:
    parent = newcomer.stand.parent
    assert (await newcomer.post("recoverpassword", vendor="shkola52", email=str(parent.email).upper()))[2] == {"state": "letter_sent"}
    letter = await newcomer.letter(str(parent.email))
    assert family.account["login"] in letter["text"] and family.account["password"] not in letter["text"]
    assert (await newcomer.post("setpassword", key=letter["code"], password="short"))[1] == "Wrong password"
    assert (await newcomer.post("setpassword", key=letter["code"], password="sovsem-drugoj"))[0] == 200
    assert (await family.ask("getrules")).status_code == 401
    assert (await newcomer.sign_in(family.account["login"], "sovsem-drugoj")).status_code == 200
    assert (await newcomer.post("setpassword", key=letter["code"], password="esche-odin-raz"))[1] == "Wrong key"


async def test_an_unknown_address_is_answered_alike_and_gets_no_letter(newcomer: Newcomer) -> None:
    assert (await newcomer.post("recoverpassword", vendor="shkola52", email="nobody@mail.town.example"))[2] == {"state": "letter_sent"}
    assert newcomer.stand.app.sandbox.inbox.found("mail", "nobody@mail.town.example") == []


async def test_the_links_of_the_letters_are_pages_with_a_button(newcomer: Newcomer) -> None:
    await newcomer.post("registeruser", **FORM, code=await newcomer.code())
    key = (await newcomer.letter())["code"]
    page = await newcomer.stand.http.get(f"/eljur/confirm?key={key}")
    assert 'action="/eljur/confirm"' in page.text and (await newcomer.sign_in()).status_code == 403
    assert "логин novyj.papa" in (await newcomer.stand.http.post("/eljur/confirm", data={"key": key})).text
    again = await newcomer.stand.http.post("/eljur/confirm", data={"key": key})
    assert (again.status_code, "устарела" in again.text) == (400, True)
    assert 'type="password"' in (await newcomer.stand.http.get("/eljur/recover?key=x")).text


@pytest.mark.parametrize("method", ["registeruser", "confirmemail", "recoverpassword", "setpassword"])
async def test_changing_wants_post(newcomer: Newcomer, method: str) -> None:
    assert (await newcomer.stand.http.get(f"/eljur/api/{method}")).status_code == 405


async def test_the_schools_of_a_city_can_be_found(newcomer: Newcomer) -> None:
    found = (await newcomer.stand.http.get("/eljur/apiv3/getvendors", params={"city": "нижний новгород"})).json()["response"]["result"]
    assert [it["vendor"] for it in found["vendors"]] == ["shkola52"]
    assert (await newcomer.stand.http.post("/_sandbox/eljur/invitations", json={"pupil": "p001"})).status_code == 404


async def test_the_request_log_shows_no_name_password_or_key(newcomer: Newcomer) -> None:
    await newcomer.registered()
    shown = str(await newcomer.stand.log())
    assert not [word for word in (FORM["lastname"], FORM["password"], FORM["email"], FORM["login"]) if word in shown]


# Through Gosuslugi
async def entered(journal: Stand, person: str) -> str:
    await journal.control("eljur/sign_in_as", {"person": person, "times": 1})
    answer = await journal.http.get(
        "/eljur/journal-esia-region-action", params={"flow": "v2", "return_url": "http://localhost:8000/back?a=1"}
    )
    target = urlsplit(answer.headers["location"])
    assert (answer.status_code, target.netloc, parse_qs(target.query)["a"]) == (302, "localhost:8000", ["1"])
    return parse_qs(target.query)["v_token"][0]


async def test_gosuslugi_gives_a_ticket_for_one_token_of_each_school(journal: Stand) -> None:
    ticket = await entered(journal, journal.parent.id)
    answers = [await journal.http.get(f"/eljur/apiv3/getusersvendors?v_token={ticket}") for _ in range(2)]
    (row,) = answers[0].json()["result"]
    assert set(row) == {"token", "vendor", "vendor_id", "vendor_title", "user_title", "login", "expires"}
    key = {"vendor": row["vendor"], "devkey": journal.account()["devkey"], "auth_token": row["token"]}
    assert (await journal.http.get("/eljur/apiv3/getrules", params=key)).status_code == 200
    assert (answers[1].status_code, answers[1].json()["response"]["error"]) == (401, "Wrong v_token")


async def test_a_person_without_an_account_gets_no_school(journal: Stand) -> None:
    stranger = next(who for who in journal.town.people.values() if who.esia and "eljur" not in who.accounts)
    ticket = await entered(journal, stranger.id)
    assert (await journal.http.get(f"/eljur/apiv3/getusersvendors?v_token={ticket}")).json() == {"result": []}


async def test_the_page_asks_for_the_gosuslugi_password(journal: Stand) -> None:
    esia = journal.parent.esia
    assert esia is not None
    page = await journal.http.get("/eljur/journal-esia-region-action?flow=v2")
    assert 'name="password"' in page.text and "default-src 'none'" in page.headers["content-security-policy"]
    wrong = await journal.http.post("/eljur/journal-esia-region-action", data={"login": esia.login, "password": "x"})
    assert (wrong.status_code, "Неверный логин" in wrong.text) == (401, True)
    done = await journal.http.post("/eljur/journal-esia-region-action", data={"login": esia.login, "password": esia.password})
    assert re.fullmatch(r"http://localhost:9000/eljur/journal-esia-region-action/done\?v_token=\S+", done.headers["location"])
    assert (await journal.http.get(done.headers["location"])).status_code == 200


@pytest.mark.parametrize("address", ["https://example.org/", "//example.org", "javascript:alert(1)", "http://localhost@example.org/"])
async def test_a_ticket_goes_to_this_machine_only(journal: Stand, address: str) -> None:
    answer = await journal.http.get("/eljur/journal-esia-region-action", params={"flow": "v2", "return_url": address})
    assert answer.status_code == 400
