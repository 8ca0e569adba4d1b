"""A guardian redeems a school's code, and nobody guesses one (RULES A7)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.store.process.repeats import Repeat
from identity.claims import Level
from tests.flows.kit import Browser, Hub, parent
from tests.flows.office_kit import OGRN, code_for, enter, open_office, redeem, signed


@pytest.fixture
def held() -> list[float]:
    return []


@pytest.fixture
async def office(hub: Hub, held: list[float]) -> Browser:
    return await open_office(hub, held)


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
    log = (await (await anna.get(f"/api/v1/children/{pupil}/access-log")).get_json())["items"]
    assert [one["who"] for one in log if one["action"] == "invitation.issued"] == ["Ким nina Игоревна, сотрудник школы"]


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
async def test_a_repeated_request_gets_the_same_code_that_nobody_kept(hub: Hub, office: Browser) -> None:
    pupil = await enter(office)
    path = f"/api/v1/office/pupils/{pupil}/invitations"
    answers = [await office.send("POST", path, **{"Idempotency-Key": "slip"}) for _ in range(2)]
    first, again = [await answer.get_json() for answer in answers]
    assert [answer.status_code for answer in answers] == [201, 201] and first == again
    assert len((await (await office.get(path)).get_json())["items"]) == 1
    other = await enter(office, first_name="Пётр")
    reused = await office.send("POST", f"/api/v1/office/pupils/{other}/invitations", **{"Idempotency-Key": "slip"})
    assert (reused.status_code, (await reused.get_json())["type"]) == (422, "/problems/repeat_other")
    new = await (await office.send("POST", path, **{"Idempotency-Key": "another"})).get_json()
    assert new["code"] != first["code"]
    kept = await hub.deps.db.read(lambda: [hub.deps.keys.open("repeat", "body", row.id, row.body or "") for row in Repeat.select()])
    assert kept and not any(first["code"] in body or new["code"] in body for body in kept)
    assert (await redeem(await signed(hub, "anna"), new["code"])).status_code == 200


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


@pytest.mark.rule("A12")
async def test_the_page_takes_a_code_without_a_script(hub: Hub, office: Browser) -> None:
    code = await code_for(office, await enter(office))
    anna = await signed(hub, "anna")
    page = str(await (await anna.get("/invitation", Accept="text/html")).get_data(as_text=True))
    assert 'action="/invitation"' in page and "Подключить ребёнка" in page
    own = {"Host": "localhost:8000", "Origin": "http://localhost:8000", "Accept": "text/html"}
    typed = {"csrf_token": anna.csrf, "last_name": "Соколов-Ёлкин", "first_name": "Артём"}
    wrong = await anna.client.post("/invitation", form=typed | {"code": "AAAA-AAAA-AAAA"}, headers=own)
    page = str(await wrong.get_data(as_text=True))
    assert wrong.status_code == 422
    assert "Проверьте фамилию" in page and 'value="Артём"' in page and "AAAA-AAAA-AAAA" not in page
    done = await anna.client.post("/invitation", form=typed | {"code": code}, headers=own)
    assert (done.status_code, done.headers["Location"]) == (303, "/")
    assert "Артём" in [child["first_name"] for child in (await anna.me())["children"]]
    foreign = await anna.client.post("/invitation", form=typed | {"code": code}, headers={"Host": "localhost:8000"})
    assert foreign.status_code == 403
