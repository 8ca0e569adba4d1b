"""The control interface of CONTRACT.md: people, reset, clock, sign_in_as, world, health."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from sandbox.app import SandboxApp, create_app

PUPIL = "p003"


async def test_health_and_readiness_are_json(client: httpx.AsyncClient) -> None:
    health, ready = await client.get("/healthz"), await client.get("/readyz")
    assert (health.status_code, health.json()["status"]) == (200, "ok")
    assert health.json()["version"]
    assert (ready.status_code, ready.json()["status"]) == (200, "ok")


@pytest.mark.parametrize("path", ["/nope", "/rbs/payment/rest/register.do", "/_sandbox/nope", "/echo/nope", "/_sandbox/rbs/orders"])
async def test_an_address_that_is_not_there_is_404(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_a_wrong_method_on_the_control_interface_is_told_in_json(client: httpx.AsyncClient) -> None:
    answer = await client.put("/_sandbox/clock", json={})
    assert (answer.status_code, answer.json()["error"], answer.headers["Allow"]) == (405, "not_allowed", "GET, HEAD, OPTIONS, POST")


async def test_people_come_with_schools_and_the_week(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/_sandbox/people")).json()
    assert answer["week"] == {"from": "2026-11-09", "to": "2026-11-14"}
    assert {"id", "legal_name", "short_name", "inn", "ogrn", "tz", "accounts"} <= answer["schools"][0].keys()
    person = answer["people"][0]
    assert {
        "id",
        "role",
        "last_name",
        "first_name",
        "middle_name",
        "birth_date",
        "snils",
        "phone",
        "email",
        "esia",
        "vkid",
    } <= person.keys()
    assert {"children", "accounts", "school", "class"} <= person.keys()
    assert {"oid", "login", "password", "level"} <= person["esia"].keys()


@pytest.mark.parametrize("role", ["parent", "pupil", "teacher", "school_admin"])
async def test_people_are_filtered_by_role(client: httpx.AsyncClient, role: str) -> None:
    people = (await client.get("/_sandbox/people", params={"role": role})).json()["people"]
    assert {person["role"] for person in people} == {role}


@pytest.mark.parametrize(("system", "field"), [("esia", "esia"), ("vkid", "vkid")])
async def test_esia_and_vkid_count_as_accounts(client: httpx.AsyncClient, system: str, field: str) -> None:
    people = (await client.get("/_sandbox/people", params={"system": system})).json()["people"]
    assert people
    assert all(person[field] for person in people)


async def test_role_and_system_filter_together(client: httpx.AsyncClient) -> None:
    people = (await client.get("/_sandbox/people", params={"role": "parent", "system": "kiasuo"})).json()["people"]
    assert people
    assert all(person["role"] == "parent" and "kiasuo" in person["accounts"] for person in people)


async def test_the_clock_is_set_shifted_and_let_go(app: SandboxApp, client: httpx.AsyncClient) -> None:
    answer = (await client.post("/_sandbox/clock", json={"now": "2027-01-15T10:00:00+03:00"})).json()
    assert answer["now"] == "2027-01-15T07:00:00+00:00"
    assert answer["offset_s"] == (datetime(2027, 1, 15, 7, tzinfo=UTC) - datetime(2026, 11, 21, 12, tzinfo=UTC)).total_seconds()
    assert (await client.get("/_sandbox/clock")).json() == answer
    assert (await client.post("/_sandbox/clock", json={"offset_s": -60})).json() == {"now": "2026-11-21T11:59:00+00:00", "offset_s": -60}
    assert (await client.post("/_sandbox/clock", json={})).json() == {"now": "2026-11-21T12:00:00+00:00", "offset_s": 0}
    assert (await client.post("/_sandbox/clock")).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"now": "yesterday"},
        {"now": "2027-01-15T10:00:00"},
        {"now": "0001-01-02T00:00:00Z"},
        {"now": "9999-12-31T23:59:59Z"},
        {"offset_s": "x"},
        {"offset_s": 1e300},
        {"offset_s": 251_606_940_839},
        {"offset_s": [1]},
    ],
)
async def test_a_clock_that_makes_no_sense_is_refused(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    answer = await client.post("/_sandbox/clock", json=body)
    assert answer.status_code == 400
    assert answer.json()["text"]
    assert (await client.get("/_sandbox/people")).status_code == 200, "the town stands as before"


async def test_another_school_year_brings_another_town_with_the_same_people(client: httpx.AsyncClient) -> None:
    before = (await client.get("/_sandbox/people")).json()
    await client.post("/_sandbox/clock", json={"now": "2029-02-01T10:00:00Z"})
    after = (await client.get("/_sandbox/people")).json()
    assert [p["id"] for p in before["people"]] == [p["id"] for p in after["people"]]
    assert before["people"][0]["snils"] == after["people"][0]["snils"]
    assert int(after["people"][0]["birth_date"][:4]) - int(before["people"][0]["birth_date"][:4]) == 2
    assert after["week"]["to"] < "2029-02-01"


async def test_within_one_year_the_clock_keeps_what_was_written(client: httpx.AsyncClient) -> None:
    await client.post("/_sandbox/world/marks", json={"pupil": PUPIL, "subject": "Физика", "date": "2026-12-06", "value": "5-"})
    await client.post("/_sandbox/clock", json={"now": "2027-02-01T10:00:00Z"})
    diary = (await client.get("/_sandbox/world/diary", params={"pupil": PUPIL, "from": "2026-12-06", "to": "2026-12-06"})).json()
    assert [mark["value"] for mark in diary["marks"]] == ["5-"]


async def test_reset_forgets_writings_requests_faults_and_sign_ins_and_keeps_clients(client: httpx.AsyncClient) -> None:
    await client.post("/_sandbox/world/marks", json={"pupil": PUPIL, "subject": "Физика", "date": "2026-12-06", "value": "5-"})
    await client.post("/_sandbox/faults", json={"system": "echo", "kind": "status"})
    await client.post("/_sandbox/echo/sign_in_as", json={"person": PUPIL})
    await client.post("/_sandbox/echo/clients")
    await client.get("/echo/data")
    assert (await client.post("/_sandbox/reset")).status_code == 200
    day = {"pupil": PUPIL, "from": "2026-12-06", "to": "2026-12-06"}
    assert (await client.get("/_sandbox/world/diary", params=day)).json()["marks"] == []
    assert (await client.get("/_sandbox/faults")).json() == {"faults": []}
    assert (await client.get("/_sandbox/requests")).json() == {"requests": []}
    assert (await client.get("/echo-login/start")).json() == {"person": None}
    assert (await client.get("/echo/effects")).json() == {"effects": []}
    assert (await client.post("/_sandbox/echo/clients")).json() == {"kept": 2}


async def test_reset_takes_another_seed_and_the_same_seed_brings_the_same_town(client: httpx.AsyncClient) -> None:
    first = (await client.get("/_sandbox/people")).json()["people"]
    await client.post("/_sandbox/reset", json={"seed": 7})
    other = (await client.get("/_sandbox/people")).json()["people"]
    await client.post("/_sandbox/reset", json={"seed": 1})
    assert (await client.get("/_sandbox/people")).json()["people"] == first != other
    assert (await client.post("/_sandbox/reset", json={"seed": "x"})).status_code == 400
    assert (await client.post("/_sandbox/reset", json=[1])).status_code == 400


async def test_sign_in_as_holds_until_it_is_taken_back(client: httpx.AsyncClient) -> None:
    await client.post("/_sandbox/echo/sign_in_as", json={"person": PUPIL})
    assert [(await client.get("/echo-login/start")).json()["person"] for _ in range(3)] == [PUPIL] * 3
    await client.post("/_sandbox/echo/sign_in_as", json={})
    assert (await client.get("/echo-login/start")).json()["person"] is None


async def test_sign_in_as_counts_its_times(client: httpx.AsyncClient) -> None:
    answer = await client.post("/_sandbox/echo-login/sign_in_as", json={"person": PUPIL, "times": 2})
    assert answer.status_code == 200
    assert [(await client.get("/echo-login/start")).json()["person"] for _ in range(3)] == [PUPIL, PUPIL, None]


@pytest.mark.parametrize(
    ("system", "body", "status"),
    [("echo", {"person": "nobody"}, 404), ("nope", {"person": PUPIL}, 404), ("echo", {"person": PUPIL, "times": 0}, 400)],
)
async def test_a_sign_in_that_cannot_be_is_refused(client: httpx.AsyncClient, system: str, body: dict[str, object], status: int) -> None:
    assert (await client.post(f"/_sandbox/{system}/sign_in_as", json=body)).status_code == status


async def test_the_diary_of_the_town_has_the_shape_of_api_md(client: httpx.AsyncClient) -> None:
    answer = (await client.get("/_sandbox/world/diary", params={"pupil": PUPIL, "from": "2026-11-09", "to": "2026-11-14"})).json()
    assert all({"id", "date", "number", "subject", "status"} <= lesson.keys() for lesson in answer["lessons"])
    assert any(lesson.get("replaces") for lesson in answer["lessons"])
    assert all({"id", "date", "subject", "value"} <= mark.keys() for mark in answer["marks"])
    assert {"н", "б", "уп", "оп"} & {mark["value"] for mark in answer["marks"]}
    for item in answer["homework"]:
        assert {"id", "subject", "text", "assigned", "due"} <= item.keys()
        assert "2026-11-09" <= item["due"]["date"] <= "2026-11-14"
        assert isinstance(item["assigned"]["number"], int)
    assert all({"subject", "period", "value"} == final.keys() for final in answer["finals"])
    assert "1 четверть" in {final["period"] for final in answer["finals"]}


async def test_a_homework_text_that_means_none_is_not_homework(app: SandboxApp, client: httpx.AsyncClient) -> None:
    town = app.sandbox.town
    pupil = town.classes["kry-8А"].pupils[0]
    start, end = (day.isoformat() for day in town.year)
    assert any(item.is_empty for item in town.homework_of(pupil, *town.year))
    answer = (await client.get("/_sandbox/world/diary", params={"pupil": pupil, "from": start, "to": end})).json()
    assert not any(item["text"] == "Без задания" for item in answer["homework"])


async def test_marks_are_written_corrected_and_seen_at_once(client: httpx.AsyncClient) -> None:
    body = {
        "pupil": PUPIL,
        "subject": "Физика",
        "date": "2026-12-06",
        "number": 3,
        "value": "3",
        "weight": 2,
        "work": "Тест",
        "comment": "!",
    }
    mark = (await client.post("/_sandbox/world/marks", json=body)).json()["id"]
    again = (await client.post("/_sandbox/world/marks", json={"pupil": PUPIL, "id": mark, "value": "4/5"})).json()["id"]
    diary = (await client.get("/_sandbox/world/diary", params={"pupil": PUPIL, "from": "2026-12-06", "to": "2026-12-06"})).json()
    assert again == mark
    assert diary["marks"] == [{"id": mark, "date": "2026-12-06", "number": 3, "subject": "Физика", "value": "4/5"}]


async def test_lessons_and_homework_are_written(client: httpx.AsyncClient) -> None:
    lesson = await client.post(
        "/_sandbox/world/lessons",
        json={"pupil": PUPIL, "date": "2026-12-06", "number": 0, "subject": "Химия", "status": "moved", "moved_from": "2026-12-04"},
    )
    spots = {"assigned": {"date": "2026-12-06", "number": 0}, "due": {"date": "2026-12-13", "number": 12}}
    homework = await client.post("/_sandbox/world/homework", json={"pupil": PUPIL, "subject": "Химия", "text": "§ 1", **spots})
    assert lesson.json()["id"]
    assert homework.json()["id"]
    diary = (await client.get("/_sandbox/world/diary", params={"pupil": PUPIL, "from": "2026-12-06", "to": "2026-12-13"})).json()
    assert [(x["date"], x["number"], x["status"]) for x in diary["lessons"] if x["id"] == lesson.json()["id"]] == [
        ("2026-12-06", 0, "moved")
    ]
    assert [x for x in diary["homework"] if x["text"] == "§ 1"] == [
        {"id": homework.json()["id"], "subject": "Химия", "text": "§ 1", **spots}
    ]


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("marks", {}),
        ("marks", {"pupil": "p001", "subject": "Физика", "date": "2026-12-06", "value": "5"}),
        ("marks", {"pupil": PUPIL, "subject": "Физика", "date": "soon", "value": "5"}),
        ("marks", {"pupil": PUPIL, "subject": "Физика", "date": "2026-12-06"}),
        ("marks", {"pupil": PUPIL, "subject": "Физика", "date": "2026-12-06", "value": "5", "number": 13}),
        ("marks", {"pupil": PUPIL, "subject": "Физика", "date": "2026-12-06", "value": "5", "weight": "x"}),
        ("marks", {"pupil": PUPIL, "id": "m1", "value": "5"}),
        ("lessons", {"pupil": PUPIL, "subject": "Физика", "date": "2026-12-06"}),
        ("lessons", {"pupil": PUPIL, "subject": "Физика", "date": "2026-12-06", "number": 1, "status": "odd"}),
        ("homework", {"pupil": PUPIL, "subject": "Физика", "text": "§ 1", "assigned": {"date": "2026-12-06", "number": 1}}),
        ("homework", {"pupil": PUPIL, "subject": " ", "text": "§ 1"}),
    ],
)
async def test_writings_that_make_no_sense_are_refused(client: httpx.AsyncClient, call: str, body: dict[str, object]) -> None:
    answer = await client.post(f"/_sandbox/world/{call}", json=body)
    assert answer.status_code == 400
    assert answer.json()["text"]


async def test_the_diary_wants_a_pupil_who_is_at_school(client: httpx.AsyncClient) -> None:
    assert (await client.get("/_sandbox/world/diary")).status_code == 400
    assert (await client.get("/_sandbox/world/diary", params={"pupil": PUPIL, "from": "x"})).status_code == 400


async def test_a_start_time_ticks_on() -> None:
    start = datetime.now(UTC) + timedelta(days=1)
    clock = create_app(now=start, builders=[]).sandbox.clock
    assert timedelta(0) <= clock.now() - start < timedelta(seconds=30)


async def test_two_sandboxes_share_nothing() -> None:
    one, other = create_app(builders=[]), create_app(builders=[])
    one.sandbox.town.add_mark(PUPIL, "Физика", one.sandbox.town.year[0], "5-")
    assert other.sandbox.town is not one.sandbox.town
    assert "5-" not in [m.value for m in other.sandbox.town.marks(PUPIL, other.sandbox.town.year[0], other.sandbox.town.year[0])]
