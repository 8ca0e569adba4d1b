"""Browsers that take pushes, messengers' profiles, test messages, and the page of all ways (RULES F2, F4; F132)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from connectors.kit.channel import Gone
from connectors.kit.errors import Unavailable
from hub.store import preferences
from hub.store.preferences import Preferences
from hub.store.reach import addresses, of_person
from hub.store.reach.addresses import ContactState
from identity.claims import Contact
from identity.model import Evidence, EvidenceKind, LinkUse, PersonId, Strength
from identity.snils import Snils
from identity.store import NewLink, links
from identity.store.tables import LinkRow
from tests.flows.channel_kit import FakeChannel, with_channels
from tests.flows.family_kit import parents
from tests.flows.kit import Browser, Hub, parent
from tests.flows.pupil_kit import enter, make
from tests.flows.vk import by_vk, plug_in

HEADERS = {"Host": "localhost:8000", "Origin": "http://localhost:8000", "Accept": "text/html"}


@dataclass
class FakePush(FakeChannel):
    name: str = "push"
    application_key: str = "BKEY"

    def accepts(self, endpoint: str, p256dh: str, auth: str) -> bool:
        return endpoint.startswith("https://push.example/") and (p256dh, auth) == ("p", "a")


@dataclass
class FakeTalk(FakeChannel):
    trouble: Exception | None = None
    address: str = field(default="https://max.ru/hub_bot")

    async def opens_at(self) -> str:
        if self.trouble:
            raise self.trouble
        return self.address


@dataclass
class Stand:
    hub: Hub
    browser: Browser
    push: FakePush
    max: FakeTalk
    mail: FakeChannel

    async def subscribe(self, number: int = 1, browser: Browser | None = None, **change: Any) -> Any:
        body = {"endpoint": f"https://push.example/{number}", "expirationTime": None, "keys": {"p256dh": "p", "auth": "a"}, **change}
        return await (browser or self.browser).send("POST", "/api/v1/me/push-subscriptions", json=body)

    async def person(self, browser: Browser | None = None) -> str:
        found: str = (await (await (browser or self.browser).get("/api/v1/me")).get_json())["person"]["id"]
        return found

    async def ways(self, browser: Browser | None = None) -> list[str]:
        who = await self.person(browser)
        return [one.channel.value for one in await self.hub.deps.db.read(lambda: of_person(self.hub.deps.keys, who))]

    async def bind(self, system: str = "max", subject: str = "501") -> None:
        who = PersonId(await self.person())
        now = self.hub.clock()
        evidence = Evidence(kind=EvidenceKind.BOTH_SIDES_LOGIN, at=now, by=who, source=system, strength=Strength.WEAK)
        new = NewLink(system=system, subject=subject, person=who, opened_by=who, evidence=evidence, use=LinkUse.SIGN_IN)
        await self.hub.deps.db.write(lambda: links.add(self.hub.deps.keys, new, now=now))

    async def switch(self, channel: str, *, enabled: bool = True) -> Any:
        return await self.browser.send("PUT", f"/api/v1/me/contacts/{channel}", json={"enabled": enabled})

    async def page(self) -> str:
        found: str = await (await self.browser.get("/contacts", Accept="text/html")).get_data(as_text=True)
        return found

    async def post(self, path: str, **form: str) -> Any:
        return await self.browser.client.post(path, form={"csrf_token": self.browser.csrf, **form}, headers=HEADERS)


@pytest.fixture
async def mine(hub: Hub) -> Stand:
    push, talk, mail = FakePush(), FakeTalk(name="max"), FakeChannel(name="email")
    hub.change(channels=with_channels(push, talk, mail))
    hub.esia.claims["anna"] = parent(emails=(Contact(value="anna@mail.example", verified=True),))
    made = Stand(hub=hub, browser=hub.browser(), push=push, max=talk, mail=mail)
    await made.browser.sign_in()
    return made


@pytest.mark.feature("F132")
async def test_a_browser_takes_pushes_until_it_is_switched_off(mine: Stand) -> None:
    answer = await mine.subscribe()
    made = await answer.get_json()
    assert answer.status_code == 201 and await mine.ways() == ["push", "email"]
    assert (await mine.subscribe()).status_code == 201, "a repeat is harmless"
    listed = (await (await mine.browser.get("/api/v1/me/push-subscriptions")).get_json())["items"]
    assert len(listed) == 1 and "push.example" not in str(listed)
    made = listed[0]
    assert (await mine.browser.send("DELETE", f"/api/v1/me/push-subscriptions/{made['id']}")).status_code == 204
    assert (await mine.browser.send("DELETE", f"/api/v1/me/push-subscriptions/{made['id']}")).status_code == 404
    assert await mine.ways() == ["email"]


@pytest.mark.parametrize(
    "change",
    [{"endpoint": "http://127.0.0.1:22/"}, {"endpoint": "https://evil.example/x"}, {"keys": {"p256dh": "", "auth": "a"}},
     {"endpoint": "https://push.example/" + "x" * 3000}],
)  # fmt: skip
async def test_an_address_that_is_no_push_service_is_refused(mine: Stand, change: dict[str, Any]) -> None:
    assert (await mine.subscribe(**change)).status_code == 400
    assert await mine.ways() == ["email"]


async def test_a_foreign_browser_is_nobodys_to_switch_off(mine: Stand) -> None:
    id_ = (await (await mine.subscribe()).get_json())["id"]
    mine.hub.esia.claims["boris"] = parent("3000", last_name="Иванов", first_name="Борис", snils=None, children=())
    other = mine.hub.browser()
    await other.sign_in("boris")
    answers = [await other.send("DELETE", f"/api/v1/me/push-subscriptions/{one}") for one in (id_, "nothing")]
    assert [one.status_code for one in answers] == [404, 404] and "push" in await mine.ways()
    assert (await mine.subscribe(browser=other)).status_code == 201
    assert await mine.ways() == ["email"] and await mine.ways(other) == ["push"], "whoever signed in there last has it"


@pytest.mark.rule("F2")
async def test_a_messenger_is_switched_on_by_a_message_that_arrives(mine: Stand) -> None:
    refused = await mine.switch("max")
    assert (refused.status_code, (await refused.get_json())["type"]) == (409, "/problems/cannot_reach")
    await mine.bind()
    mine.max.fails = [Gone("max", "dialog.not.found")]
    refused = await mine.switch("max")
    body = await refused.get_json()
    assert (refused.status_code, body["opens_at"]) == (409, "https://max.ru/hub_bot") and "Начать" in body["detail"]
    assert await mine.ways() == ["email"]
    assert (await mine.switch("max")).status_code == 200
    assert mine.max.told[0][0] == "501" and await mine.ways() == ["max", "email"]
    assert (await mine.switch("max", enabled=False)).status_code == 200
    assert await mine.ways() == ["email"]


async def test_a_profile_that_is_unlinked_is_no_way_any_more(mine: Stand) -> None:
    await mine.bind()
    await mine.switch("max")
    await mine.hub.deps.db.write(lambda: LinkRow.update(state="closed").where(LinkRow.system == "max").execute())
    assert await mine.ways() == ["email"]


async def test_a_way_that_is_not_configured_says_so(mine: Stand) -> None:
    assert (await mine.switch("vk")).status_code == 409
    mine.hub.change(channels={})
    assert (await mine.subscribe()).status_code == 409
    page = await mine.page()
    assert "Пуш сейчас не подключён" in page and "Сообщения в MAX сейчас не подключены" in page
    found = await (await mine.browser.get("/api/v1/me/contacts")).get_json()
    assert found["push_key"] == "" and {one["state"] for one in found["talks"]} == {"unavailable"}


@pytest.mark.feature("F132")
async def test_a_test_message_goes_by_the_way_that_was_asked_for(mine: Stand) -> None:
    answer = await mine.browser.send("POST", "/api/v1/me/contacts/test", json={"channel": "email"})
    assert (answer.status_code, (await answer.get_json())["state"]) == (200, "sent")
    assert mine.mail.sent[0].event == "test" and not mine.push.sent
    assert (await mine.browser.send("POST", "/api/v1/me/contacts/test", json={"channel": "push"})).status_code == 409
    for _ in range(5):
        await mine.browser.send("POST", "/api/v1/me/contacts/test", json={"channel": "email"})
    assert (await mine.browser.send("POST", "/api/v1/me/contacts/test", json={"channel": "email"})).status_code == 429


async def test_a_test_message_finds_out_that_a_browser_is_gone(mine: Stand) -> None:
    await mine.subscribe(1)
    await mine.subscribe(2)
    mine.push.fails = [Gone("webpush", "410")]
    assert (await mine.browser.send("POST", "/api/v1/me/contacts/test", json={"channel": "push"})).status_code == 200
    assert len((await (await mine.browser.get("/api/v1/me/push-subscriptions")).get_json())["items"]) == 1
    mine.push.fails = [Unavailable("webpush")]
    assert (await mine.browser.send("POST", "/api/v1/me/contacts/test", json={"channel": "push"})).status_code in (502, 503)


async def test_the_page_shows_every_way_with_its_state(mine: Stand) -> None:
    page = await mine.page()
    for words in (
        "a•••@mail.example",
        "Телефона пока нет",
        'data-push="BKEY"',
        "Сначала подключите профиль MAX",
        "Тихие часы",
        "22:00",
        "JavaScript",
    ):
        assert words in page
    await mine.bind()
    mine.max.trouble = Unavailable("max")
    assert "Выключено. Откройте бота" in await mine.page(), "a messenger that is silent leaves the page whole"
    assert "anna@mail.example" not in await mine.page()


async def test_forms_work_without_scripts(mine: Stand) -> None:
    answer = await mine.post("/contacts/new/email", value="нет")
    text = await answer.get_data(as_text=True)
    assert answer.status_code == 422 and "не похоже на адрес" in text and 'value="нет"' in text
    answer = await mine.post("/contacts/new/email", value="b@mail.example")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/contacts#code")
    page = await mine.page()
    assert "b•••@mail.example" in page
    id_ = page.split('name="id" value="')[1].split('"')[0]
    wrong = await mine.post("/contacts/confirm", id=id_, kind="email", code="1")
    assert wrong.status_code == 422 and "Код не подошёл" in await wrong.get_data(as_text=True)
    code = "".join(sign for sign in mine.mail.told[-1][1].split("\n")[0] if sign.isdigit())
    assert (await mine.post("/contacts/confirm", id=id_, kind="email", code=code)).headers["Location"] == "/contacts?done=email"
    assert (await mine.post("/contacts/switch/email", enabled="no")).headers["Location"] == "/contacts?done=off"
    assert "Письма выключены" in await mine.page()
    assert (await mine.post("/contacts/nights", **{"from": "21:30", "to": "06:30", "zone": "Asia/Krasnoyarsk"})).status_code == 303
    bad = await mine.post("/contacts/nights", **{"from": "25:00", "to": "06:30", "zone": ""})
    assert bad.status_code == 422 and "22:00" in await bad.get_data(as_text=True)
    assert 'value="21:30"' in await mine.page()
    await mine.subscribe()
    id_ = (await (await mine.browser.get("/api/v1/me/push-subscriptions")).get_json())["items"][0]["id"]
    assert (await mine.post(f"/contacts/browsers/{id_}/off")).status_code == 303
    assert (await mine.post("/contacts/test", channel="email")).status_code == 409
    assert (await mine.browser.client.post("/contacts/test", form={"channel": "email"}, headers=HEADERS)).status_code == 403


async def test_a_stale_sign_in_is_offered_anew_and_the_form_is_kept(mine: Stand) -> None:
    mine.hub.clock.go(minutes=6)
    answer = await mine.post("/contacts/new/phone", value="+79137654321")
    text = await answer.get_data(as_text=True)
    assert answer.status_code == 403 and "Войдите ещё раз" in text


@pytest.mark.rule("A10")
async def test_what_a_weak_account_put_in_is_not_written_to_after_a_strong_sign_in(mine: Stand) -> None:
    vk = plug_in(mine.hub)
    thief = mine.hub.browser()
    await by_vk(thief)
    await mine.subscribe(7, thief)
    now, who = mine.hub.clock(), await mine.person(thief)
    keys = mine.hub.deps.keys

    def his_own() -> None:
        addresses.put(keys, who, "email", "thief@mail.example", ContactState.CONFIRMED, now=now)
        preferences.save(keys, who, Preferences(email="thief@mail.example", no_phone=True), now=now)

    await mine.hub.deps.db.write(his_own)
    assert await mine.ways(thief) == ["push", "email"] and vk is not None
    mine.hub.esia.claims["olga"] = parent(
        "4000", last_name="Иванова", first_name="Ольга", snils=Snils("200-300-400 48"), children=(),
        phones=(Contact(value="+79160000009", verified=True),),
    )  # fmt: skip
    await thief.sign_in("olga")
    assert await mine.person(thief) == who, "the same account, strong now"
    assert await mine.ways(thief) == ["sms"]
    kinds = [one["kind"] for one in (await (await thief.get("/api/v1/me/notices")).get_json())["items"]]
    assert "contacts_anew" in kinds


@pytest.mark.rule("A6")
async def test_a_pupil_with_a_login_of_its_own_sets_pushes_and_nights_and_nothing_else(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    hub.change(channels=with_channels(FakePush(), FakeChannel(name="email")))
    pupil = await enter(hub, await make(anna, child))
    await pupil.me()
    text = await (await pupil.get("/contacts", Accept="text/html")).get_data(as_text=True)
    assert "Пуш в браузер" in text and "Тихие часы" in text and "Телефон для СМС" not in text and "Сменить почту" not in text
    body = {"endpoint": "https://push.example/9", "keys": {"p256dh": "p", "auth": "a"}}
    assert (await pupil.send("POST", "/api/v1/me/push-subscriptions", json=body)).status_code == 201
    refused = await pupil.send("POST", "/api/v1/me/contacts/email", json={"value": "kid@mail.example"})
    assert (refused.status_code, (await refused.get_json())["type"]) == (403, "/problems/pupil_views_only")
