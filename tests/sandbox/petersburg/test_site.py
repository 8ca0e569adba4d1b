"""Sign-in by e-mail with tokens that renew themselves; the journal, where absences and period marks are estimates; faults."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.sandbox.petersburg.family import API, Family
from tests.sandbox.stand import Stand

WEEK = (date(2026, 11, 16), date(2026, 11, 21))


# Signing in
async def test_the_tokens_of_body_and_cookie_differ_and_both_are_good(site: Stand) -> None:
    family = Family(site)
    answer = await family.sign_in()
    cookie = answer.headers["set-cookie"].partition("X-JWT-Token=")[2].partition(";")[0]
    assert cookie != family.token
    assert family.token.startswith("eyJ")
    for token in (cookie, family.token):
        family.token = token
        assert (await family.ask("user/permission/get")).status_code == 200


async def test_a_get_with_a_body_and_a_body_called_text_sign_in_too(site: Stand) -> None:
    own = site.account()
    body = {"type": "email", "login": own["login"].upper(), "password": own["password"]}
    assert (await site.http.request("GET", f"{API}/user/auth/login", json=body)).status_code == 200
    answer = await site.http.post(f"{API}/user/auth/login", json=body, headers={"Content-Type": "text/plain"})
    assert answer.json()["data"]["token"]


async def test_wrong_and_unknown_are_one_400(site: Stand) -> None:
    family = Family(site)
    answers = [await family.sign_in(password="x"), await family.sign_in(login="nobody@x.example")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(400, answers[0].content)}
    assert (await family.sign_in(type="eisa")).status_code == 400


@pytest.mark.parametrize("known", [True, False])
async def test_ten_wrong_tries_make_wait_known_or_not(site: Stand, known: bool) -> None:
    family = Family(site)
    login = family.account["login"] if known else "nobody@x.example"
    for _ in range(10):
        assert (await family.sign_in(login=login, password="x")).status_code == 400
    waiting = await family.sign_in(login=login)
    assert (waiting.status_code, waiting.headers["retry-after"]) == (429, "900")
    await site.later(minutes=15)
    assert (await family.sign_in(login=login)).status_code == (200 if known else 400)


async def test_an_answer_brings_a_younger_token_once_this_one_is_ten_minutes_old(family: Family) -> None:
    assert "set-cookie" not in (await family.ask("user/permission/get")).headers
    await family.stand.later(minutes=10)
    answer = await family.ask("user/permission/get")
    family.token = answer.headers["set-cookie"].partition("X-JWT-Token=")[2].partition(";")[0]
    assert "set-cookie" not in (await family.ask("user/permission/get")).headers
    await family.stand.control("petersburg/switches", {"two_cookies": True})
    await family.stand.later(minutes=10)
    assert len((await family.ask("user/permission/get")).headers.get_list("set-cookie")) == 2


async def test_a_token_is_good_for_a_day_and_a_session_as_long_as_it_is_used(family: Family) -> None:
    first = family.token
    for _ in range(5):
        await family.stand.later(hours=20)
        answer = await family.ask("user/permission/get")
        assert answer.status_code == 200
        family.token = answer.headers["set-cookie"].partition("X-JWT-Token=")[2].partition(";")[0]
    family.token = first
    assert (await family.ask("user/permission/get")).status_code == 401


async def test_signed_out_is_401_or_a_page_with_200(family: Family) -> None:
    family.token = "eyJ.bad.token"
    assert (await family.ask("journal/person/related-child-list")).status_code == 401
    await family.stand.control("petersburg/switches", {"page_when_signed_out": True})
    page = await family.ask("journal/person/related-child-list")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")


async def test_the_request_log_hides_login_password_and_token(family: Family) -> None:
    await family.ask("user/permission/get")
    text = str(await family.stand.log())
    for secret in (family.account["login"], family.account["password"], family.token):
        assert secret not in text


# The journal
async def test_children_are_found_by_their_education(family: Family) -> None:
    [child] = (await family.get("journal/person/related-child-list", p_page="1"))["items"]
    assert (child["surname"], str(child["educations"][0]["education_id"])) == (family.stand.child.last_name, family.education)
    assert child["educations"][0]["push_subscribe"] == "true"


async def test_the_lessons_are_the_towns_own_without_cancelled_ones(family: Family) -> None:
    town, child = family.stand.town, family.stand.child
    shown = await family.lessons()
    own = [it for it in town.lessons_of(child.id, *WEEK) if it.status != "cancelled"]
    assert [(it["identity"]["id"], it["number"]) for it in shown] == [(it.number_id, it.number) for it in own]
    assert shown[0]["datetime_from"].endswith(" 09:00:00")
    tasks = {task["task_code"]: task["task_name"] for it in shown for task in it["tasks"]}
    assert tasks == {str(it.number_id): it.text for it in town.homework_of(child.id, *WEEK)}
    values = [estimate["estimate_value_name"] for it in shown for estimate in it["estimates"]]
    assert sorted(values) == sorted(
        [it.value for it in town.marks(child.id, *WEEK)] + [it.code.upper() for it in town.absences(child.id, *WEEK)]
    )


async def test_absences_lateness_marks_and_periods_are_told_apart_by_their_type(family: Family) -> None:
    town, child, found = family.stand.town, family.stand.child, await family.estimates()
    span = (date(2026, 9, 1), date(2026, 11, 20))

    def values(*codes: str) -> list[str]:
        return sorted(it["estimate_value_name"] for it in found if it["estimate_type_code"] in codes)

    assert values("30000", "30001") == sorted(it.code.upper() for it in town.absences(child.id, *span))
    assert values("30001") == sorted(it.code.upper() for it in town.absences(child.id, *span) if it.code == "оп")
    periods = [it for it in found if it["estimate_type_code"] == "20001"]
    assert all(it["lesson_id"] is None and it["estimate_type_name"] == "Оценка за период: 1 четверть" for it in periods)
    assert sorted(it["estimate_value_name"] for it in periods) == sorted(
        it.value for it in town.finals(child.id) if span[0] <= it.set_at.date() <= span[1]
    )
    marks = [it for it in found if it["estimate_type_code"].startswith("10")]
    assert sorted(it["estimate_value_name"] for it in marks) == sorted(it.value for it in town.marks(child.id, *span))
    assert all(it["estimate_type_code"].isdigit() for it in found)


async def test_a_correction_overwrites_under_the_same_id(family: Family) -> None:
    child = family.stand.child.id
    made = await family.stand.control(
        "world/marks", {"pupil": child, "subject": "Алгебра", "date": "2026-11-17", "number": 9, "value": "3"}
    )
    before = {it["id"]: it["estimate_value_name"] for it in await family.estimates("17.11.2026", "17.11.2026")}
    await family.stand.control("world/marks", {"pupil": child, "id": made["id"], "value": "4/5"})
    after = {it["id"]: it["estimate_value_name"] for it in await family.estimates("17.11.2026", "17.11.2026")}
    assert {key: (before[key], after[key]) for key in before if before[key] != after[key]} == {int(made["id"][1:]): ("3", "4/5")}


async def test_page_nought_is_the_first_page_and_pages_hold_the_whole_once(family: Family) -> None:
    query: dict[str, Any] = {"p_date_from": "01.09.2026", "p_date_to": "20.11.2026", "p_educations[]": family.education, "p_limit": "40"}
    pages = [await family.get("journal/estimate/table", **query, p_page=str(number)) for number in range(7)]
    assert pages[0]["items"] == pages[1]["items"]
    assert (pages[1]["total_pages"], pages[1]["before"], pages[1]["next"], pages[2]["before"]) == (5, 1, 2, 1)
    assert [it for page in pages[1:6] for it in page["items"]] == await family.estimates()
    assert pages[6]["items"] == []


@pytest.mark.parametrize(
    ("start", "end"),
    [("16.11.2026 00:00:00", "21.11.2026 23:59:59"), ("16.11.2026+00:00:00", "21.11.2026+23:59:59"), ("16.11.2026", "22.11.2026")],
)
async def test_dates_are_read_in_all_their_spellings(family: Family, start: str, end: str) -> None:
    query = {"p_datetime_from": start, "p_datetime_to": end, "p_educations[]": family.education, "p_limit": "500"}
    assert (await family.get("journal/lesson/list-by-education", **query))["items"] == await family.lessons()
    assert len((await family.get("journal/schedule/list-by-education", **query))["items"]) == len(await family.lessons())


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"p_date_from": "2026-11-16"}, 400), ({"p_date_from": "31.02.2026"}, 400), ({"p_date_to": "01.09.2025"}, 400),
        ({"p_limit": "0"}, 400), ({"p_limit": "1001"}, 400), ({"p_page": "x"}, 400),
        ({"p_educations[]": "1"}, 403), ({"p_educations[]": "x"}, 400), ({"p_educations[]": ""}, 400),
    ],
)  # fmt: skip
async def test_parameters_are_checked(family: Family, query: dict[str, str], status: int) -> None:
    good = {"p_date_from": "16.11.2026", "p_date_to": "21.11.2026", "p_educations[]": family.education}
    assert (await family.ask("journal/estimate/table", **(good | query))).status_code == status


async def test_another_familys_education_is_as_unknown_as_none(family: Family) -> None:
    theirs = str(family.stand.account(family.stand.families[-1][1])["education_id"])
    answers = [await family.ask("journal/acs/list", p_education=number) for number in (theirs, "1")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(403, answers[0].content)}
    assert (await family.ask("journal/person/get-classroom-teacher/1")).status_code == 403


async def test_the_rest_of_the_site_answers(family: Family) -> None:
    group = str(family.stand.account(family.stand.child)["group_id"])
    periods = (await family.get("group/group/get-list-period", **{"p_group_ids[]": group}))["items"]
    assert [it["education_period"]["id"] for it in periods][-1] == 23
    subjects = (
        await family.get("journal/subject/list-studied", **{"p_groups[]": group, "p_periods[]": str(periods[0]["identity"]["id"])})
    )["items"]
    assert "Алгебра" in {it["subject_name"] for it in subjects}
    assert (await family.get("journal/teacher/list", **{"p_educations[]": family.education}))["items"][0]["surname"]
    assert (await family.get(f"journal/person/get-classroom-teacher/{group}"))["surname"]
    gate = (await family.get("journal/acs/list", p_education=family.education, p_limit="2"))["items"]
    assert {it["direction"] for it in gate} <= {"input", "output"}
    assert (await family.get("journal/announcement/list-open"))["items"][0]["title"] == "Каток"
    uid = family.stand.account(family.stand.child)["hash_uid"]
    for name, status in ((uid, 200), ("0" * 32, 403)):
        answer = await family.stand.http.post(
            "/petersburg/fps/api/netrika/mobile/v1/accounts/", data={"RegId": name}, headers={"Cookie": f"X-JWT-Token={family.token}"}
        )
        assert answer.status_code == status


# Faults
async def test_faults_speak_the_sites_words(family: Family) -> None:
    for kind, value, status, text in (
        ("error", "Сервис перегружен", 200, "Сервис перегружен"), ("error", "page", 200, "<html"), ("rate_limit", 5, 429, "Слишком много"),
        ("auth_expired", None, 401, "авторизация"),
    ):  # fmt: skip
        await family.stand.fault(kind, value=value, times=1)
        answer = await family.ask("journal/person/related-child-list")
        assert (answer.status_code, text in answer.text) == (status, True)
    await family.stand.fault("auth_expired")
    assert (await family.sign_in()).status_code == 400


@pytest.mark.parametrize(
    "path", ["journal/person/related-child-list", "journal/estimate/table", "journal/lesson/list-by-education", "journal/teacher/list"]
)
async def test_drift_changes_every_answer_with_data(family: Family, path: str) -> None:
    query = {"p_date_from": "01.11.2026", "p_date_to": "20.11.2026", "p_datetime_from": "16.11.2026", "p_datetime_to": "20.11.2026"}
    before = await family.ask(path, **query, **{"p_educations[]": family.education})
    await family.stand.fault("drift")
    after = await family.ask(path, **query, **{"p_educations[]": family.education})
    assert (after.status_code, before.json() != after.json()) == (200, True)
