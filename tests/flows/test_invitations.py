"""The office enters its own pupils and prints codes; a guardian redeems one, and nobody guesses one (RULES A7, A8, B5, B6)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from quart import Response

from hub.app import create_app
from hub.store import schools
from hub.store.schools import OfficerCard, SchoolCard
from identity.claims import Level
from tests.flows.kit import Browser, Hub, kid, parent

OGRN, OTHER = "1027700000001", "1027700000002"
PUPIL = {"last_name": "Соколов-Ёлкин", "first_name": "Артём", "middle_name": "", "birth_date": "2014-02-03", "class": "6 «А»"}
ADMIN, ADMIN2, VERA = kid(0, "").snils, kid(2, "").snils, kid(3, "").snils
assert ADMIN and ADMIN2 and VERA


@pytest.fixture
async def held() -> list[float]:
    return []


@pytest.fixture
async def office(hub: Hub, held: list[float]) -> Browser:
    """An administrator of the first school, signed in; the answers' delays are noted instead of waited for."""
    assert ADMIN and ADMIN2

    async def note(seconds: float) -> None:
        held.append(seconds)

    hub.deps = replace(hub.deps, pause=note)
    hub.app = create_app(hub.deps)
    now = hub.clock()

    def load() -> None:
        for ogrn in (OGRN, OTHER):
            schools.put_school(
                SchoolCard(ogrn=ogrn, inn="7701000001", legal_name=f"Школа {ogrn}", short_name="Школа 5", zone="Asia/Omsk"), now=now
            )
        cards = [(OGRN, "school_admin", ADMIN.digits), (OTHER, "school_admin", ADMIN2.digits), (OGRN, "guard", VERA.digits if VERA else "")]
        officers = [OfficerCard(school=school, role=role, snils=snils, names=("Ким", "Нина", "")) for school, role, snils in cards]
        schools.put_officers(hub.deps.keys, officers, now=now)

    await hub.deps.db.write(load)
    for code, snils in (("nina", ADMIN), ("oleg", ADMIN2), ("vera", VERA)):
        hub.esia.claims[code] = parent(f"of {code}", last_name="Ким", first_name=code, snils=snils, children=())
    return await signed(hub, "nina")


async def signed(hub: Hub, code: str) -> Browser:
    browser = hub.browser()
    await browser.sign_in(code)
    return browser


async def enter(office: Browser, **changes: Any) -> str:
    answer = await office.send("POST", "/api/v1/office/pupils", json=PUPIL | changes)
    assert answer.status_code == 201, await answer.get_data(as_text=True)
    return str((await answer.get_json())["id"])


async def code_for(office: Browser, pupil: str) -> str:
    answer = await office.send("POST", f"/api/v1/office/pupils/{pupil}/invitations")
    assert answer.status_code == 201, await answer.get_data(as_text=True)
    return str((await answer.get_json())["code"])


async def redeem(browser: Browser, code: str, last: str = "Соколов-Ёлкин", first: str = "Артём", **headers: str) -> Response:
    body = {"last_name": last, "first_name": first, "code": code}
    return await browser.send("POST", "/api/v1/invitations/redeem", json=body, **headers)


@pytest.mark.rule("A7")
@pytest.mark.feature("F067")
async def test_a_code_from_the_school_gives_the_guardian_the_child(hub: Hub, office: Browser) -> None:
    pupil = await enter(office)
    answer = await office.send("POST", f"/api/v1/office/pupils/{pupil}/invitations")
    slip = await answer.get_json()
    assert slip["expires_at"] == "2026-12-18T09:00:00Z" and slip["shown_name"] == "Артём С."
    anna = await signed(hub, "anna")
    done = await redeem(anna, slip["code"])
    assert (done.status_code, await done.get_json()) == (200, {"state": "active", "child": pupil})
    child = next(one for one in (await anna.me())["children"] if one["id"] == pupil)
    assert child["school"] == {"ogrn": OGRN, "class": "6 «А»", "name": "Школа 5"}
    guardians = (await (await anna.get(f"/api/v1/children/{pupil}/guardians")).get_json())["items"]
    assert [one["evidence"] for one in guardians] == ["invitation_code"]


@pytest.mark.rule("A7")
@pytest.mark.parametrize(
    ("last", "first", "respell"),
    [
        ("соколов елкин", "АРТЕМ", str.lower),
        (" Соколов - Ёлкин ", "Артём", lambda code: code.replace("-", " ")),
        ("Соколов-Ёлкин", "Артём", lambda code: code.replace("-", "")),
    ],
    ids=["case and ё", "spaces", "no hyphens"],
)
async def test_a_code_is_read_however_it_is_spelt(hub: Hub, office: Browser, last: str, first: str, respell: Any) -> None:
    code = await code_for(office, await enter(office))
    assert (await redeem(await signed(hub, "anna"), respell(code), last, first)).status_code == 200


@pytest.mark.rule("A7")
@pytest.mark.security("30")
async def test_every_failure_gets_one_equal_answer(hub: Hub, office: Browser) -> None:
    pupil = await enter(office)
    killed = await code_for(office, pupil)
    live = await code_for(office, pupil)
    used = await code_for(office, await enter(office, first_name="Лев"))
    anna, boris = await signed(hub, "anna"), await signed(hub, "vera")
    assert (await redeem(anna, used, first="Лев")).status_code == 200
    tries = [
        await redeem(boris, killed),
        await redeem(boris, live, last="Другой"),
        await redeem(boris, used, first="Лев"),
        await redeem(boris, "AAAA-AAAA-AAAA"),
        await redeem(boris, "нет"),
        await redeem(boris, "", last="", first=""),
    ]
    hub.clock.go(days=31)
    boris = await signed(hub, "vera")
    tries.append(await redeem(boris, live))
    bodies = [{key: value for key, value in (await answer.get_json()).items() if key != "request_id"} for answer in tries]
    assert bodies == [bodies[0]] * 7 and bodies[0]["type"] == "/problems/invitation_refused"
    assert {answer.status_code for answer in tries} == {422}
    assert (await boris.me())["children"] == []


@pytest.mark.rule("A7")
@pytest.mark.security("29")
async def test_after_ten_wrong_tries_the_right_code_is_refused_too(hub: Hub, office: Browser, held: list[float]) -> None:
    code = await code_for(office, await enter(office))
    anna = await signed(hub, "anna")
    for _ in range(10):
        assert (await redeem(anna, "AAAA-AAAA-AAAA")).status_code == 422
    assert held == [], "one guardian who errs is not made to wait"
    answer = await redeem(anna, code)
    assert (answer.status_code, (await answer.get_json())["type"]) == (429, "/problems/too_many")
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600
    forged = await redeem(anna, code, **{"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9", "X-Real-IP": "203.0.113.9"})
    assert forged.status_code == 429
    other = await signed(hub, "vera")
    assert (await redeem(other, code)).status_code == 429, "the network is counted as well"
    hub.clock.go(hours=1)
    assert (await redeem(await signed(hub, "anna"), code)).status_code == 200


@pytest.mark.rule("A7")
@pytest.mark.security("29")
async def test_a_name_tried_from_everywhere_only_slows_down(hub: Hub, office: Browser, held: list[float]) -> None:
    for number in range(2):
        anna = await signed(hub, "anna")
        for _ in range(8):
            assert (await redeem(anna, "AAAA-AAAA-AAAA", last="Никто", first="Нигде")).status_code == (422 if number == 0 or _ < 2 else 429)
    assert held and held == sorted(held) and held[-1] <= 2


@pytest.mark.rule("A7")
async def test_one_code_redeemed_by_twenty_at_once_is_used_once(hub: Hub, office: Browser) -> None:
    code = await code_for(office, await enter(office))
    anna = await signed(hub, "anna")
    statuses = sorted([answer.status_code for answer in await asyncio.gather(*(redeem(anna, code) for _ in range(20)))])
    assert statuses.count(200) == 1 and set(statuses) <= {200, 422, 429}


@pytest.mark.rule("A5")
async def test_a_code_waits_for_a_confirmed_account_and_shows_nothing_till_then(hub: Hub, office: Browser) -> None:
    code = await code_for(office, await enter(office))
    hub.esia.claims["new"] = parent("7000", level=Level.STANDARD, snils=None, children=None)
    browser = await signed(hub, "new")
    done = await redeem(browser, code)
    assert (done.status_code, await done.get_json()) == (200, {"state": "waiting", "child": None})
    assert (await browser.me())["children"] == []


@pytest.mark.rule("A7")
async def test_the_office_sees_later_which_codes_there_were_but_not_the_codes(hub: Hub, office: Browser) -> None:
    pupil = await enter(office)
    codes = [await code_for(office, pupil), await code_for(office, pupil)]
    await redeem(await signed(hub, "anna"), codes[1])
    answer = await office.get(f"/api/v1/office/pupils/{pupil}/invitations")
    text = str(await answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert {one["state"] for one in (await answer.get_json())["items"]} == {"killed", "used"}
    assert not any(code in text or code.replace("-", "") in text for code in codes)
    kept = {hashed for (hashed,) in await hub.rows("SELECT code_hash FROM invitation_code")}
    assert len(kept) == 2 and not kept & {spelt for code in codes for spelt in (code, code.replace("-", ""))}


@pytest.mark.rule("A7")
async def test_a_child_with_a_guardian_gets_a_code_for_ten_days(hub: Hub, office: Browser) -> None:
    pupil = await enter(office)
    await redeem(await signed(hub, "anna"), await code_for(office, pupil))
    answer = await office.send("POST", f"/api/v1/office/pupils/{pupil}/invitations")
    assert (await answer.get_json())["expires_at"] == "2026-11-28T09:00:00Z"


@pytest.mark.rule("B6")
async def test_only_the_pupils_own_school_works_with_its_card(hub: Hub, office: Browser) -> None:
    pupil = await enter(office)
    path = f"/api/v1/office/pupils/{pupil}/invitations"
    oleg, guard, anna = [await signed(hub, code) for code in ("oleg", "vera", "anna")]
    for foreign in (path, "/api/v1/office/pupils/nobody/invitations"):
        assert [(await oleg.send("POST", foreign)).status_code, (await oleg.get(foreign)).status_code] == [404, 404]
    for other in (guard, anna):
        for answer in (
            await other.send("POST", path),
            await other.get(path),
            await other.send("POST", "/api/v1/office/pupils", json=PUPIL),
        ):
            assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/not_office")
    assert (await hub.browser().get(path)).status_code == 401


@pytest.mark.rule("A4")
async def test_an_officer_whose_account_is_not_confirmed_any_more_does_nothing(hub: Hub, office: Browser) -> None:
    hub.esia.claims["nina"] = replace(parent("of nina", last_name="Ким", first_name="nina", snils=ADMIN, children=()), level=Level.STANDARD)
    browser = await signed(hub, "nina")
    assert (await browser.send("POST", "/api/v1/office/pupils", json=PUPIL)).status_code == 403


@pytest.mark.rule("B5")
async def test_nobody_enters_or_invites_for_the_own_family(hub: Hub, office: Browser) -> None:
    assert ADMIN
    mine = kid(1, "Пётр")
    hub.esia.claims["nina"] = parent("of nina", last_name="Ким", first_name="nina", snils=ADMIN, children=(mine,))
    nina = await signed(hub, "nina")
    own = {"last_name": mine.last_name, "first_name": mine.first_name, "birth_date": "2014-05-06"}
    answer = await nina.send("POST", "/api/v1/office/pupils", json=PUPIL | own)
    assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/own_family")
    guardian = [{"snils": ADMIN.canonical, "last_name": "Ким", "first_name": "nina"}]
    answer = await nina.send("POST", "/api/v1/office/pupils", json=PUPIL | {"guardians": guardian})
    assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/own_family")
    assert await hub.rows("SELECT count(*) FROM school_card") == [(0,)], "nothing of it stays"
    pupil = await enter(nina)
    assert (await redeem(nina, await code_for(nina, pupil))).status_code == 200
    assert (await nina.send("POST", f"/api/v1/office/pupils/{pupil}/invitations")).status_code == 403


@pytest.mark.rule("A3")
@pytest.mark.rule("A8")
@pytest.mark.feature("F070")
async def test_a_guardian_whose_snils_is_in_the_card_needs_no_code(hub: Hub, office: Browser) -> None:
    pupil = await enter(office, guardians=[{"snils": "12345678964", "last_name": "ОРЛОВА", "first_name": "анна"}])
    anna = await signed(hub, "anna")
    assert pupil in [child["id"] for child in (await anna.me())["children"]]
    guardians = (await (await anna.get(f"/api/v1/children/{pupil}/guardians")).get_json())["items"]
    assert [(one["evidence"], one["state"]) for one in guardians] == [("snils_in_school_card", "active")]


@pytest.mark.rule("A3")
@pytest.mark.parametrize(
    ("typed", "level"),
    [
        ({"snils": "12345678964", "last_name": "Другая", "first_name": "Анна"}, Level.CONFIRMED),
        ({"snils": "12345678964", "last_name": "Орлова", "first_name": "Анна"}, Level.STANDARD),
    ],
    ids=["another surname", "an account that is not confirmed"],
)
async def test_a_snils_in_a_card_alone_attaches_nobody(hub: Hub, office: Browser, typed: dict[str, str], level: Level) -> None:
    pupil = await enter(office, guardians=[typed])
    hub.esia.claims["anna"] = parent(level=level)
    anna = await signed(hub, "anna")
    assert pupil not in [child["id"] for child in (await anna.me())["children"]]


@pytest.mark.rule("A8")
async def test_a_card_with_a_fault_is_refused_and_says_nothing_of_anybody(hub: Hub, office: Browser) -> None:
    faults: list[dict[str, Any]] = [
        {"last_name": " "},
        {"class": ""},
        {"birth_date": "2030-01-01"},
        {"birth_date": "вчера"},
        {"guardians": [{"snils": "12345678900", "last_name": "Орлова", "first_name": "Анна"}]},
    ]
    for fault in faults:
        answer = await office.send("POST", "/api/v1/office/pupils", json=PUPIL | fault)
        assert answer.status_code == 400, fault
    assert await hub.rows("SELECT count(*) FROM school_card") == [(0,)]


@pytest.mark.security("27")
async def test_writes_of_the_office_need_our_own_page(hub: Hub, office: Browser) -> None:
    for answer in (
        await office.send("POST", "/api/v1/office/pupils", json=PUPIL, csrf="wrong"),
        await office.send("POST", "/api/v1/invitations/redeem", json={}, origin="https://evil.test"),
    ):
        assert answer.status_code == 403


@pytest.mark.rule("A7")
@pytest.mark.feature("F069")
async def test_each_further_child_needs_its_own_code_and_none_is_asked_again(hub: Hub, office: Browser) -> None:
    first, second = await enter(office), await enter(office, first_name="Лев")
    anna = await signed(hub, "anna")
    assert (await redeem(anna, await code_for(office, first))).status_code == 200
    assert second not in [child["id"] for child in (await anna.me())["children"]]
    assert (await redeem(anna, await code_for(office, second), first="Лев")).status_code == 200
    again = await signed(hub, "anna")
    assert {first, second} <= {child["id"] for child in (await again.me())["children"]}
