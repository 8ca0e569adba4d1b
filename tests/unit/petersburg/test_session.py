"""The sign-in, the cookie, the children by their class, the pages, and refusals behind every status."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from connectors.kit.diary import Datum
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.secret import Secret
from tests.unit.petersburg.stub import (
    CHILD,
    CHILDREN,
    CREDENTIALS,
    EDUCATION,
    LESSONS,
    LOGIN,
    TABLE,
    WEEK,
    Bench,
    child,
    envelope,
    lesson,
    page,
    said,
)

PAGE = b"<!doctype html><title>x</title>"


async def test_the_sign_in_posts_what_the_portals_own_page_posts(bench: Bench) -> None:
    bench.show()
    await bench.port.sign_in(CREDENTIALS)
    (asked,) = bench.stub.of(LOGIN)
    assert asked.method == "POST"
    assert json.loads(asked.content) == {
        "type": "email",
        "login": "Orlova@mail.example",
        "activation_code": None,
        "password": "пароль7",
        "_isEmpty": False,
    }
    assert bench.stub.of(CHILDREN)[0].headers["cookie"] == "X-JWT-Token=first-token"


async def test_a_child_is_known_by_the_place_in_its_class(bench: Bench) -> None:
    bench.show()
    (found,) = (await bench.port.sign_in(CREDENTIALS)).children
    assert (found.key, found.last_name, found.first_name, found.middle_name) == ("160014", "Орлов", "Пётр", "Иванович")
    assert found.ids == {"education_id": "160014", "person_id": "99014", "hash_uid": CHILD["hash_uid"]}
    assert found.school is not None
    assert (found.school.name, found.school.origin.id, found.school.tz) == ("ГБОУ СОШ № 5", "7806", "Europe/Moscow")
    assert found.group is not None
    assert (found.group.id, found.group.name, found.group.parallel) == ("780007", "6А", 6)


@pytest.mark.rule("C5")
async def test_the_original_of_a_child_holds_nothing_of_the_parents(bench: Bench) -> None:
    bench.show()
    (found,) = (await bench.port.sign_in(CREDENTIALS)).children
    assert found.raw is not None
    assert b"parent" not in bytes(found.raw)


@pytest.mark.parametrize(
    ("educations", "keys"),
    [
        ([EDUCATION, EDUCATION | {"education_id": 2, "is_active": False}], ["160014"]),
        ([EDUCATION, EDUCATION | {"education_id": 2}], ["160014", "2"]),
        ([EDUCATION | {"is_active": None}], ["160014"]),
        ([], []),
    ],
)
async def test_a_class_that_is_left_is_not_shown(bench: Bench, educations: Any, keys: list[str]) -> None:
    bench.show(others={CHILDREN: page([CHILD | {"educations": educations}])})
    assert [one.key for one in (await bench.port.sign_in(CREDENTIALS)).children] == keys


@pytest.mark.rule("C8")
@pytest.mark.parametrize("items", [[CHILD, CHILD], [CHILD] * 11])
async def test_more_children_than_a_family_has_or_one_twice_are_not_believed(bench: Bench, items: Any) -> None:
    bench.show(others={CHILDREN: page(items)})
    with pytest.raises(Drifted):
        await bench.port.sign_in(CREDENTIALS)


@pytest.mark.rule("C8")
async def test_another_accounts_children_are_not_taken_for_these(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    bench.show(others={CHILDREN: page([CHILD | {"educations": [EDUCATION | {"education_id": 2}]}])})
    with pytest.raises(Drifted):
        await bench.port.account(access)


@pytest.mark.rule("C8")
async def test_a_child_of_another_account_is_refused_without_being_asked_for(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    asked = len(bench.stub.asked)
    with pytest.raises(AccessDenied):
        await bench.port.read(access, child("2"), frozenset({Datum.MARKS}), WEEK)
    assert len(bench.stub.asked) == asked


@pytest.mark.security("32")
async def test_neither_login_nor_password_nor_token_is_in_an_address_or_printed(bench: Bench) -> None:
    bench.show()
    await bench.read(*Datum)
    told = repr(await bench.port.sign_in(CREDENTIALS)) + " ".join(str(one.url) for one in bench.stub.asked)
    assert not [word for word in ("rlova", "пароль7", "first-token") if word in told]


@pytest.mark.rule("C6")
async def test_a_session_that_ended_is_opened_anew_with_the_password(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    bench.show(others={LOGIN: {"token": "second-token"}})
    renewed = await bench.port.refresh(access)
    assert (renewed.token.reveal(), renewed.owner, renewed.extra) == ("second-token", access.owner, access.extra)


@pytest.mark.rule("C6")
@pytest.mark.parametrize("status", [400, 503])
async def test_a_password_is_sent_once_whatever_comes_back(bench: Bench, status: int) -> None:
    bench.show()
    access = await bench.access()
    bench.show(others={LOGIN: said(status, envelope(None, "Ошибка"))})
    with pytest.raises(ConnectorError):
        await bench.port.refresh(access)
    assert len(bench.stub.of(LOGIN)) == 2


@pytest.mark.parametrize(
    ("answer", "error", "text"),
    [
        (said(400, envelope(None, "Неверный логин или пароль")), Rejected, "Неверный логин или пароль"),
        (said(429, envelope(None), **{"Retry-After": "900"}), RateLimited, ""),
        (said(200, PAGE), Unavailable, ""),
        (said(200, envelope(None)), Drifted, ""),
        (said(200, envelope({})), Drifted, ""),
        (said(200, envelope({"token": "a b"})), Drifted, ""),
        (said(200, envelope({"token": ""})), Drifted, ""),
    ],
)
async def test_a_refused_sign_in_is_one_of_the_eight(bench: Bench, answer: Any, error: type[ConnectorError], text: str) -> None:
    bench.show(others={LOGIN: answer})
    with pytest.raises(ConnectorError) as told:
        await bench.port.sign_in(CREDENTIALS)
    assert (type(told.value), told.value.text) == (error, text)


@pytest.mark.parametrize(
    ("answer", "error", "text"),
    [
        (said(200, PAGE), AuthExpired, ""),
        (said(401, envelope(None, "Не авторизован")), AuthExpired, "Не авторизован"),
        (said(401, PAGE), AuthExpired, ""),
        (said(403, envelope(None, "Нет прав")), AccessDenied, "Нет прав"),
        (said(404), NotFound, ""),
        (said(502, PAGE), Unavailable, ""),
        (said(400, {"data": None, "validations": [{"field": "p_date_to", "message": "Неверная дата"}]}), Rejected, "Неверная дата"),
        (said(200, envelope(None, "Неверные <b>параметры</b>")), Rejected, "Неверные параметры"),
        (said(200, envelope(None, "Ведутся технические работы")), Unavailable, "Ведутся технические работы"),
        (said(200, envelope(None, "Доступ запрещён")), AccessDenied, "Доступ запрещён"),
        (said(200, envelope(None, "Необходима авторизация")), AuthExpired, "Необходима авторизация"),
        (said(200, envelope(None)), Drifted, ""),
        (said(200, {"items": []}), Drifted, ""),
        (said(200, b"{"), Drifted, ""),
    ],
)
async def test_a_refusal_is_one_of_the_eight(bench: Bench, answer: Any, error: type[ConnectorError], text: str) -> None:
    bench.show()
    access = await bench.access()
    bench.show(others={CHILDREN: answer})
    with pytest.raises(ConnectorError) as told:
        await bench.port.account(access)
    assert (type(told.value), told.value.text) == (error, text)


async def test_what_cannot_be_a_cookie_is_not_sent(bench: Bench) -> None:
    bench.show()
    access = replace(await bench.access(), token=Secret("a; X-Other=1"))
    asked = len(bench.stub.asked)
    with pytest.raises(AuthExpired):
        await bench.port.account(access)
    assert len(bench.stub.asked) == asked


async def test_all_pages_are_read_and_a_lesson_that_slid_to_the_next_page_is_one(bench: Bench) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params["p_page"])
        shown = [lesson(identity={"id": number}), lesson(identity={"id": number + 1})]
        return httpx.Response(200, json=envelope(page(shown, pages=3)))

    bench.show(others={LESSONS: answer})
    found = (await bench.read(Datum.LESSONS)).lessons or ()
    assert sorted(one.origin.id for one in found) == ["1", "2", "3", "4"]
    assert sorted(one.url.params["p_page"] for one in bench.stub.of(LESSONS)) == ["1", "2", "3"]


async def test_a_list_without_end_is_a_drift(bench: Bench) -> None:
    bench.show(others={LESSONS: page([], pages=10**6)})
    with pytest.raises(Drifted):
        await bench.read(Datum.LESSONS)


async def test_the_span_reaches_to_the_last_second_and_the_parameters_are_spelt_as_the_portal_wants(bench: Bench) -> None:
    bench.show()
    await bench.read(*Datum)
    (asked,) = bench.stub.of(LESSONS)
    params = asked.url.params
    assert (params["p_datetime_from"], params["p_datetime_to"]) == ("16.11.2026 00:00:00", "22.11.2026 23:59:59")
    assert params["p_educations[]"] == "160014"
    spans = sorted((one.url.params["p_date_from"], one.url.params["p_date_to"]) for one in bench.stub.of(TABLE))
    assert spans == [("01.08.2026", "31.07.2027"), ("16.11.2026", "22.11.2026")]
