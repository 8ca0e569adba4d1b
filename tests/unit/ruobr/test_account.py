"""Signing in with every call, whose account it is, and what an empty answer means."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, Rejected
from connectors.kit.ports import Access
from connectors.kit.secret import Secret
from tests.unit.ruobr.stub import CHILD, CREDENTIALS, PARENT, WEEK, Bench, child


async def test_the_login_goes_upper_case_and_both_go_as_base64(bench: Bench) -> None:
    bench.show()
    await bench.port.sign_in(CREDENTIALS)
    assert bench.stub.said("username") == ["RODITEL042"]
    assert bench.stub.said("password") == ["пароль-7"]


async def test_a_parent_sees_the_children(bench: Bench) -> None:
    bench.show()
    account = await bench.port.sign_in(CREDENTIALS)
    (found,) = account.children
    assert (found.key, found.last_name, found.first_name, found.middle_name) == ("4694228", "Орлова", "Мария", "Петровна")
    assert (found.birth_date, found.sex, found.is_self, found.is_depersonalised) == (date(2014, 10, 10), "F", False, False)
    assert found.school is not None
    assert found.group is not None
    assert (found.school.name, found.school.tz) == ('МБОУ "СОШ №69"', "Asia/Novokuznetsk")
    assert (found.group.name, found.group.parallel) == ("6А", 6)
    assert account.roles == ("applicant",)


async def test_a_pupil_sees_the_pupil_alone(bench: Bench) -> None:
    bench.show(user=CHILD)
    account = await bench.port.sign_in(CREDENTIALS)
    assert [one.is_self for one in account.children] == [True]
    assert (account.subject, account.last_name, account.birth_date) == ("115654529", "Орлова", date(2014, 10, 10))


async def test_a_parent_without_an_id_is_known_by_the_login_whatever_its_case_and_not_by_its_letters(bench: Bench) -> None:
    bench.show()
    one = await bench.port.sign_in(CREDENTIALS)
    other = await bench.port.sign_in(CREDENTIALS | {"login": Secret("RODITEL042 ")})
    assert one.subject == other.subject
    assert "roditel" not in one.subject.casefold()


async def test_a_parent_without_children_is_an_account_too(bench: Bench) -> None:
    bench.show(user={"status": "applicant", "childs": []})
    assert (await bench.port.sign_in(CREDENTIALS)).children == ()


@pytest.mark.parametrize("body", [b"{}", b"[]", b'""', b"null", b"false", b"0", b" {}\n"])
async def test_an_empty_answer_means_wrong_credentials(bench: Bench, body: bytes) -> None:
    bench.show(user=body)
    with pytest.raises(Rejected) as told:
        await bench.port.sign_in(CREDENTIALS)
    assert told.value.reason == "credentials"
    assert "не подошли" in told.value.text
    with pytest.raises(AuthExpired):
        await bench.port.account(Access(token=Secret("QQ== QQ==")))


@pytest.mark.parametrize("path", ["timetable2", "controlmark"])
@pytest.mark.parametrize("body", [b"{}", b"null", b"false"])
async def test_a_password_that_changed_midway_is_told_as_such(bench: Bench, path: str, body: bytes) -> None:
    bench.show(**{path: body})
    with pytest.raises(AuthExpired):
        await bench.read(*bench.port.manifest.data)


@pytest.mark.rule("C6")
async def test_there_is_nothing_to_renew(bench: Bench) -> None:
    bench.show()
    with pytest.raises(AuthExpired):
        await bench.port.refresh(await bench.access())


@pytest.mark.rule("A15")
@pytest.mark.rule("C8")
async def test_a_child_that_the_account_no_longer_shows_is_refused_whatever_else_is_answered(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    answers: list[Any] = [{"lessons": []}, {"success": False, "error": "Ошибка"}, b"garbage"]
    for answer in answers:
        bench.show(timetable2=answer)
        with pytest.raises(AccessDenied):
            await bench.port.read(access, child(key="1"), bench.port.manifest.data, WEEK)


@pytest.mark.rule("C8")
@pytest.mark.parametrize(
    ("user", "where"),
    [
        (PARENT | {"childs": [CHILD | {"id": n} for n in range(11)]}, "$.childs"),
        (PARENT | {"childs": [CHILD, CHILD]}, "$.childs"),
        (PARENT | {"status": "director"}, "$.status"),
        ({"status": "applicant"}, "$"),
        ({"childs": []}, "$"),
        (PARENT | {"childs": [{**CHILD, "id": None}]}, "$.childs[0].id"),
        (PARENT | {"childs": [{**CHILD, "birth_date": "10.10.2014"}]}, "$.childs[0].birth_date"),
        (PARENT | {"childs": [{key: value for key, value in CHILD.items() if key != "last_name"}]}, "$.childs[0]"),
    ],
)
async def test_an_account_in_another_shape_has_drifted(bench: Bench, user: object, where: str) -> None:
    bench.show(user=user)
    with pytest.raises(Drifted) as told:
        await bench.port.sign_in(CREDENTIALS)
    assert told.value.where == where


@pytest.mark.parametrize("missing", ["login", "password"])
async def test_half_a_pair_is_refused_before_anything_is_asked(bench: Bench, missing: str) -> None:
    with pytest.raises(Rejected):
        await bench.port.sign_in({name: secret for name, secret in CREDENTIALS.items() if name != missing})
    assert not bench.stub.asked


@pytest.mark.security("32")
async def test_neither_login_nor_password_is_printed_or_in_an_address(bench: Bench) -> None:
    bench.show()
    account = await bench.port.sign_in(CREDENTIALS)
    await bench.read(*bench.port.manifest.data)
    assert "roditel" not in repr(account).casefold()
    assert all("roditel" not in str(request.url).casefold() for request in bench.stub.asked)


async def test_a_broken_kept_access_asks_for_a_sign_in(bench: Bench) -> None:
    bench.show()
    for text in ("x", "", "не-base64 QQ==", "/////w== QQ=="):
        with pytest.raises(ConnectorError) as told:
            await bench.port.account(Access(token=Secret(text)))
        assert type(told.value) is AuthExpired, text
