"""A family gets into the town's diaries by itself: letters, applications, invitations, and what it hears while it waits."""

from __future__ import annotations

import pytest

from hub.deps import Deps
from hub.flows import choose_region
from hub.regions import registry
from tests.conftest import SANDBOX_URL, OpenBrowser
from tests.flows.town_kit import MAIL, PASSWORD, application, at_eljur, at_home, by_browser, childless, signed_in, watched


@pytest.mark.feature("F220")
@pytest.mark.feature("F221")
async def test_a_code_of_the_school_and_a_letter_open_eljur(open_browser: OpenBrowser) -> None:
    home = await at_home(open_browser(), "eljur")
    form, _ = await at_eljur(home)
    status, made = await home.send("/links/eljur/registration", {"fields": form})
    assert (status, made["state"]) == (201, "waiting_letter"), made
    assert made["sent_to"].startswith("на почту o***")
    (waiting,) = [one for one in await home.links() if one["system"] == "eljur"]
    assert (waiting["state"], waiting["waiting"]["code"], waiting["waiting"]["phones"][0]["number"]) == (
        "waiting_letter", True, "8 (800) 555-22-50",
    )  # fmt: skip
    assert (await home.send(f"/links/{made['id']}/check"))[1] == {"id": made["id"], "state": "waiting_letter"}
    assert (await home.send(f"/links/{made['id']}/code", {"code": "0000-wrong"}))[0] == 422
    status, opened = await home.send(f"/links/{made['id']}/code", {"code": await home.letter(MAIL)})
    assert (status, opened["state"]) == (200, "active"), opened
    (link,) = [one for one in await home.links() if one["system"] == "eljur"]
    assert (link["id"], link["state"], len(link["children"])) == (opened["id"], "active", 1)
    assert (await home.send(f"/links/{made['id']}/code", {"code": "again-1"}))[0] == 404


@pytest.mark.feature("F190")
async def test_in_petersburg_a_letter_then_an_application_then_the_schools_approval_open_the_diary(open_browser: OpenBrowser) -> None:
    home = await at_home(open_browser(), "petersburg")
    form = {"email": MAIL, "surname": "Новосёлова", "firstname": "Дарья", "password": PASSWORD}
    status, made = await home.send("/links/petersburg/registration", {"form": "email", "fields": form})
    assert (status, made["state"]) == (201, "waiting_letter"), made
    status, opened = await home.send(f"/links/{made['id']}/code", {"code": await home.letter(MAIL)})
    assert (status, opened["state"]) == (200, "waiting_application"), opened
    link = opened["id"]
    joining = (await home.send(f"/links/{link}/joining", method="GET"))[1]
    schools = next(one for one in joining["forms"][0]["fields"] if one["name"] == "institution_id")["choices"]
    fields = application(home) | {"institution_id": schools[0]["value"]}
    assert (await home.send(f"/links/{link}/joining", {"form": "application", "fields": fields | {"institution_id": "1"}}))[0] == 400
    assert (await home.send(f"/links/{link}/joining", {"form": "application", "fields": fields}))[0] == 204
    assert (await home.send(f"/links/{link}/check"))[1]["state"] == "waiting_approval"
    (asked,) = (await home.send(f"/links/{link}/joining", method="GET"))[1]["items"]
    assert (asked["state"], asked["answers"], asked["child"]) == ("open", ["withdraw"], home.pupil["first_name"])
    await home.control(f"/petersburg/applications/{asked['key']}/approve", {})
    assert (await home.send(f"/links/{link}/check"))[1]["state"] == "active"
    assert await home.children_of("petersburg") == 1
    assert await home.notices() == ["diary_opened"]


@pytest.mark.feature("F190")
async def test_the_school_says_no_and_an_application_can_be_withdrawn(open_browser: OpenBrowser) -> None:
    home = await at_home(open_browser(), "petersburg")
    form = {"email": MAIL, "surname": "Новосёлова", "firstname": "Дарья", "password": PASSWORD}
    made = (await home.send("/links/petersburg/registration", {"fields": form}))[1]
    link = (await home.send(f"/links/{made['id']}/code", {"code": await home.letter(MAIL)}))[1]["id"]
    joining = (await home.send(f"/links/{link}/joining", method="GET"))[1]
    school = next(one for one in joining["forms"][0]["fields"] if one["name"] == "institution_id")["choices"][0]["value"]
    for ends, state in (("withdraw", "withdrawn"), ("reject", "refused")):
        assert (await home.send(f"/links/{link}/joining", {"fields": application(home) | {"institution_id": school}}))[0] == 204
        asked = (await home.send(f"/links/{link}/joining", method="GET"))[1]["items"][0]
        if ends == "withdraw":
            assert (await home.send(f"/links/{link}/joining/answer", {"key": asked["key"], "answer": ends}))[0] == 204
        else:
            await home.control(f"/petersburg/applications/{asked['key']}/reject", {"reason": "Нет паспорта"})
        items = (await home.send(f"/links/{link}/joining", method="GET"))[1]["items"]
        assert next(one for one in items if one["key"] == asked["key"])["state"] == state
        assert (await home.send(f"/links/{link}/check"))[1]["state"] == "waiting_application"
        assert (await home.send(f"/links/{link}/joining/answer", {"key": asked["key"], "answer": "withdraw"}))[0] == 404


@pytest.mark.feature("F058")
async def test_kiasuo_opens_through_gosuslugi_and_shows_the_children(open_browser: OpenBrowser) -> None:
    home = await at_home(open_browser(), "kiasuo")
    await by_browser(home, "kiasuo", home.parent["id"])
    (link,) = [one for one in await home.links() if one["system"] == "kiasuo"]
    assert (link["state"], len(link["children"])) == ("active", len(home.parent["children"]))


@pytest.mark.feature("F192")
@pytest.mark.parametrize("way", ["invitation", "snils"])
async def test_in_kiasuo_a_child_comes_by_a_code_or_by_the_snils_in_its_card(open_browser: OpenBrowser, hub_deps: Deps, way: str) -> None:
    browser = open_browser()
    people = (await browser.get(f"{SANDBOX_URL}/_sandbox/people", params={"system": "kiasuo"})).json()["people"]
    home = await signed_in(browser, await childless(browser, "kiasuo"), next(one for one in people if one["role"] == "pupil"))
    await by_browser(home, "kiasuo", home.parent["id"])
    (link,) = [one for one in await home.links() if one["system"] == "kiasuo"]
    assert (link["state"], link["waiting"]["joining"]) == ("waiting_invitation", True)
    if way == "invitation":
        made = await home.control("/kiasuo/invitations", {"pupil": home.pupil["id"]})
        fields = {"last_name": home.pupil["last_name"], "first_name": home.pupil["first_name"], "code": made["code"]}
        assert (await home.send(f"/links/{link['id']}/joining", {"fields": fields | {"code": "no-such"}}))[0] == 422
        assert (await home.send(f"/links/{link['id']}/joining", {"fields": fields}))[0] == 204
        assert (await home.send(f"/links/{link['id']}/check"))[1]["state"] == "active"
    else:
        await home.control("/kiasuo/cards", {"pupil": home.pupil["id"], "snils": home.parent["snils"]})
        await watched(hub_deps)
    (link,) = [one for one in await home.links() if one["system"] == "kiasuo"]
    assert (link["state"], link["waiting"], len(link["children"])) == ("active", None, 1)
    assert "diary_opened" in await home.notices()


@pytest.mark.feature("F192")
@pytest.mark.rule("A15")
@pytest.mark.parametrize("where", ["here", "there"])
async def test_a_second_child_comes_into_the_account_by_the_schools_invitation(
    open_browser: OpenBrowser, hub_deps: Deps, where: str
) -> None:
    home = await at_home(open_browser(), "dnevnik")
    account = home.parent["accounts"]["dnevnik"]
    status, made = await home.send("/links/dnevnik", {"credentials": {"login": account["login"], "password": account["password"]}})
    assert (status, made["state"]) == (201, "active"), made
    before, link = await home.children_of("dnevnik"), made["id"]
    people = (await home.browser.get(f"{SANDBOX_URL}/_sandbox/people", params={"system": "dnevnik"})).json()["people"]
    other = next(one for one in people if one["role"] == "pupil" and one["id"] not in home.parent["children"])
    assert (await home.send(f"/links/{link}/joining", method="GET"))[1]["items"] == []
    if where == "here":
        invited = await home.control("/dnevnik/invitations", {"person": home.parent["id"], "pupil": other["id"]})
        (asked,) = (await home.send(f"/links/{link}/joining", method="GET"))[1]["items"]
        assert (asked["key"], asked["child"], asked["answers"]) == (invited["id"], other["first_name"], ["accept", "decline"])
        assert (await home.send(f"/links/{link}/joining/answer", {"key": "1", "answer": "accept"}))[0] == 404
        assert (await home.send(f"/links/{link}/joining/answer", {"key": invited["id"], "answer": "accept"}))[0] == 204
        assert (await home.send(f"/links/{link}/check"))[1]["state"] == "active"
    else:
        await home.control("/dnevnik/kinships", {"person": home.parent["id"], "pupil": other["id"]})
        for _ in range(2):
            await watched(hub_deps)
    assert await home.children_of("dnevnik") == before + 1
    assert (await home.notices()).count("diary_new_child") == 1


NOT_HERE = {
    ("eljur", "gosuslugi"): "only at regional hosts, with a ticket for their own addresses",
    ("mes", "gosuslugi"): "in Moscow the hub opens it by the password of mos.ru and the code of its SMS",
    ("netschool", "gosuslugi"): "the region's own page of sign-in",
    ("petersburg", "gosuslugi"): "the portal keeps a cookie in the browser and gives none to a server",
    ("ruobr", "gosuslugi"): "the cabinet keeps its session in the browser",
}
"""What the registry says a family can do at the system itself, and why the hub does not offer it."""


@pytest.mark.rule("C4")
@pytest.mark.feature("F169")
async def test_the_registrys_sign_ins_are_those_that_work_here(hub_deps: Deps) -> None:
    missing = set()
    for system in registry().systems.values():
        for region in registry().regions.values():
            for placed in region.on(region.today(hub_deps.now())):
                port = hub_deps.diaries.get(placed.system)
                if placed.system == system.system and port is not None:
                    shown = next(one for one in choose_region.show_region(hub_deps, region.code).systems if one.system == placed.system)
                    missing |= {(placed.system, one.value) for one in registry().logins(placed) if one.value not in shown.logins}
                    assert shown.connected
    assert missing <= set(NOT_HERE), missing


@pytest.mark.feature("F169")
async def test_the_page_of_krasnoyarsk_offers_kiasuo_through_gosuslugi(open_browser: OpenBrowser) -> None:
    home = await at_home(open_browser(), "kiasuo")
    form = {"region": "24", "csrf_token": home.headers["X-CSRF-Token"]}
    assert (await home.browser.post("/region", data=form, headers=home.headers)).status_code == 303
    text = (await home.browser.get("/connect")).text
    assert 'href="/auth/kiasuo/start?next=/"' in text and "Токен" not in text
    assert "Токен" not in (await home.browser.get("/connect/kiasuo")).text


@pytest.mark.feature("F222")
async def test_eljur_opens_by_city_login_and_password(open_browser: OpenBrowser) -> None:
    home = await at_home(open_browser(), "eljur")
    account = home.parent["accounts"]["eljur"]
    _, city = await at_eljur(home)
    given = {name: str(account[name]) for name in ("login", "password", "devkey")} | {"vendor": city}
    status, made = await home.send("/links/eljur", {"credentials": given})
    assert (status, made["state"]) == (201, "active"), made
    assert (await home.send("/links/eljur", {"credentials": given | {"vendor": "Тьмутаракань"}}))[0] == 422


@pytest.mark.feature("F223")
async def test_eljurs_letter_about_a_password_is_asked_for_from_here(open_browser: OpenBrowser) -> None:
    home = await at_home(open_browser(), "eljur")
    account = home.parent["accounts"]["eljur"]
    answers = [
        await home.send("/links/eljur/recovery", {"fields": {"vendor": account["vendor"], "email": email}})
        for email in (home.parent["email"], "nobody@example.ru")
    ]
    assert answers == [(202, {"state": "letter_sent"})] * 2
    assert await home.letter(home.parent["email"])
