"""The salted password, the cookies, the school by its name, the choice of a role, and a session that is opened anew."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from connectors.diaries.netschool.client.sign_in import hashed
from connectors.kit.config import BadSetting, ConnectorConfig
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, RateLimited, Rejected, Unavailable
from connectors.kit.registry import connect
from connectors.kit.secret import Secret
from tests.unit.netschool.stub import CREDENTIALS, NOW, STUDENT, Bench, said

CHOICE = {
    "at": None,
    "entryPoint": "/asp/SelectRole/choose-session-role",
    "accountInfo": {"userRoles": [{"role": {"id": 2, "name": "Учитель"}}, {"role": {"id": 7, "name": "Родитель"}}]},
}


def test_the_password_is_hashed_in_windows_1251_with_the_salt_of_this_try() -> None:
    # As `echo -n 0123456789$(echo -n пароль7 | iconv -t cp1251 | md5sum) | md5sum` says.
    whole = "208bdbc100b9c5cedc5233609210cabb"
    assert hashed("netschool", "пароль7", "0123456789") == (whole[:7], whole)


def test_a_password_that_windows_1251_cannot_hold_is_no_password_here() -> None:
    with pytest.raises(AuthExpired):
        hashed("netschool", "пароль😀", "1")


async def test_the_form_carries_salted_hashes_and_what_the_server_gave(bench: Bench) -> None:
    bench.show()
    account = await bench.port.sign_in(CREDENTIALS)
    (form,) = bench.stub.forms()
    assert (form["un"], form["scid"], form["lt"], form["ver"], form["loginType"]) == ("Orlova.M", "55", "1234", "98765", "1")
    assert form["pw2"].startswith(form["pw"])
    assert len(form["pw"]) == 7
    assert bench.stub.of("login")[0].headers["cookie"] == "NSSESSIONID=abc"
    asked = bench.stub.of("student/diary/init")[0]
    assert (asked.headers["at"], asked.headers["cookie"]) == ("4" * 40, "NSSESSIONID=abc")
    (found,) = account.children
    assert (found.last_name, found.first_name, found.middle_name, found.key) == ("Орлов", "Пётр", "Иванович", "6301")
    assert found.school is not None
    assert (found.school.name, found.school.tz, found.school.tz_assumed) == ("Школа № 5", "Europe/Samara", True)


@pytest.mark.security("32")
async def test_neither_password_nor_login_is_sent_in_the_clear_in_an_address_or_printed(bench: Bench) -> None:
    bench.show()
    account = await bench.port.sign_in(CREDENTIALS)
    sent = " ".join(str(one.url) + one.content.decode() for one in bench.stub.asked)
    assert "пароль7" not in sent + repr(account)
    assert "rlova" not in repr(account) + " ".join(str(one.url) for one in bench.stub.asked)


@pytest.mark.parametrize("named", ["МБОУ «Школа № 5»", 'мбоу  "школа № 5"', "муниципальное…", "55"])
async def test_a_school_is_found_by_its_name_or_number(bench: Bench, named: str) -> None:
    bench.show()
    await bench.port.sign_in(CREDENTIALS | {"school": Secret(named)})
    assert bench.stub.forms()[0]["scid"] == "55"


@pytest.mark.parametrize("found", [[], [{"id": 1, "shortName": "Другая"}], [{"id": 1, "shortName": "МБОУ «Школа № 5»"}] * 2])
async def test_a_school_that_is_not_surely_the_one_is_refused_before_a_password_is_sent(bench: Bench, found: Any) -> None:
    bench.show(schools__search=found)
    with pytest.raises(Rejected) as told:
        await bench.port.sign_in(CREDENTIALS)
    assert told.value.reason == "school"
    assert not bench.stub.of("login")


async def test_of_several_roles_the_parents_is_taken(bench: Bench) -> None:
    answers = iter([CHOICE, {"at": "5" * 40}])
    bench.show(login=lambda request: httpx.Response(200, json=next(answers), request=request))
    await bench.port.sign_in(CREDENTIALS)
    assert [form.get("rolegroup") for form in bench.stub.forms()] == [None, "7"]
    assert len(bench.stub.of("auth/logout")) == 1
    assert len(bench.stub.of("auth/getdata")) == 2


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Неправильный пароль или имя пользователя", Rejected),
        ("Неверный логин. Осталось попыток: 2", Rejected),
        ("Вы совершили 3 неудачные попытки входа. Следующая попытка не ранее чем через минуту", RateLimited),
        ("Учётная запись заблокирована", RateLimited),
        ("Осталось попыток: 0. Проверьте пароль", RateLimited),
        ("Технические работы", Unavailable),
        ("Нет доступа в эту школу", AccessDenied),
        ("Ошибка входа в систему", Unavailable),
        ("", Unavailable),
    ],
)
async def test_a_conflict_means_what_its_words_say(bench: Bench, words: str, expected: type[ConnectorError]) -> None:
    bench.show(login=said(409, {"message": words}))
    with pytest.raises(ConnectorError) as told:
        await bench.port.sign_in(CREDENTIALS)
    assert (type(told.value), told.value.text) == (expected, words)
    assert len(bench.stub.of("login")) == 1


async def test_an_answer_without_a_token_is_a_refusal(bench: Bench) -> None:
    bench.show(login={"errorMessage": "Школа закрыта"})
    with pytest.raises(Rejected) as told:
        await bench.port.sign_in(CREDENTIALS)
    assert told.value.text == "Школа закрыта"


async def test_a_token_that_would_break_a_header_has_drifted(bench: Bench) -> None:
    bench.show(login={"at": "x\r\ny: z"})
    with pytest.raises(Drifted) as told:
        await bench.port.sign_in(CREDENTIALS)
    assert told.value.where == "$.at"


@pytest.mark.rule("C6")
async def test_a_renewal_signs_in_again(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    bench.show(login={"at": "6" * 40})
    renewed = await bench.port.refresh(access)
    assert renewed.token != access.token
    assert (renewed.owner, renewed.credentials, renewed.extra) == (access.owner, access.credentials, access.extra)
    bench.show(login=said(409, {"message": "Неправильный пароль"}))
    for kept in (access, replace(access, credentials={})):
        with pytest.raises(AuthExpired):
            await bench.port.refresh(kept)


@pytest.mark.rule("C8")
@pytest.mark.parametrize(
    ("students", "where"),
    [
        ([STUDENT | {"studentId": number} for number in range(11)], "$.students"),
        ([STUDENT, STUDENT], "$.students"),
        ([{"nickName": "x"}], "$.students[0]"),
        ("нет", "$.students"),
    ],
)
async def test_pupils_in_another_shape_have_drifted(bench: Bench, students: Any, where: str) -> None:
    bench.show(student__diary__init={"students": students})
    with pytest.raises(Drifted) as told:
        await bench.port.sign_in(CREDENTIALS)
    assert told.value.where == where


async def test_another_accounts_pupils_are_not_taken(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    bench.show(student__diary__init={"students": [STUDENT | {"studentId": 9}]})
    for ask in (bench.port.account, bench.port.refresh):
        with pytest.raises(Drifted):
            await ask(access)


@pytest.mark.parametrize("current", [0, 6301, "0", None])
async def test_pupils_are_a_list_or_an_object_whatever_the_current_one_is_called(bench: Bench, current: Any) -> None:
    for students in ([STUDENT], {"0": STUDENT}):
        bench.show(student__diary__init={"students": students, "currentStudentId": current})
        assert [one.key for one in (await bench.port.sign_in(CREDENTIALS)).children] == ["6301"]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Орлов Пётр Иванович", ("Орлов", "Пётр", "Иванович")),
        ("Орлов Пётр", ("Орлов", "Пётр", "")),
        ("Пётр", ("", "Пётр", "")),
        ("Орлов П. И.", ("Орлов", "", "")),
        (None, ("", "", "")),
    ],
)
async def test_names_are_told_apart_and_initials_are_none(bench: Bench, written: str | None, names: tuple[str, str, str]) -> None:
    bench.show(student__diary__init={"students": [STUDENT | {"nickName": written}]})
    (found,) = (await bench.port.sign_in(CREDENTIALS)).children
    assert (found.last_name, found.first_name, found.middle_name) == names


def test_a_zone_that_is_none_stops_the_start() -> None:
    config = ConnectorConfig(instance="netschool", base_urls={"netschool": "http://stub/netschool"}, options={"ZONE": "Самара"})
    with pytest.raises(BadSetting, match="HUB_NETSCHOOL_ZONE"):
        connect([config], now=lambda: NOW)
