"""The session of one child: opened by SNILS and diary password, opened anew when it ends, never another child's."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.kit.diary import Datum
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, RateLimited, Rejected
from connectors.kit.secret import Secret
from tests.records import written
from tests.unit.iv_edu.stub import CREDENTIALS, ME, SESSION, SNILS, WEEK, Bench, child, refusal

SCHOOL: dict[str, Any] = ME["school"]


@pytest.mark.feature("F004")
@pytest.mark.parametrize("written", ["112-233-445 95", "11223344595", " 112 233 445 95 "])
async def test_a_snils_in_any_spelling_opens_the_cabinet_in_the_body_and_not_in_the_address(bench: Bench, written: str) -> None:
    bench.show()
    account = await bench.port.sign_in(CREDENTIALS | {"snils": Secret(written)})
    assert json.loads(bench.stub.asked[0].content) == {"snils": "11223344595", "password": "пароль-7"}
    assert all("11223344595" not in str(request.url) for request in bench.stub.asked)
    assert bench.stub.asked[1].headers["x-cab-session"] == SESSION
    assert (account.subject, account.access.owner) == ("200021", "200021")
    assert account.access.expires_at == datetime(2026, 11, 22, 0, 0, tzinfo=UTC)


@pytest.mark.rule("A15")
async def test_the_child_has_a_school_and_a_class_and_no_name(bench: Bench) -> None:
    bench.show()
    (found,) = (await bench.port.sign_in(CREDENTIALS)).children
    assert (found.is_depersonalised, found.last_name, found.first_name, found.birth_date) == (True, "", "", None)
    assert found.school is not None
    assert found.group is not None
    assert (found.school.name, found.school.ogrn, found.school.tz, found.school.tz_assumed) == (
        "МКОУ № 9", "1023700000009", "Europe/Moscow", False,
    )  # fmt: skip
    assert (found.group.name, found.group.parallel, found.group.study_year) == ("3А", 3, "2026/2027")


@pytest.mark.rule("A8")
@pytest.mark.security("32")
async def test_the_snils_stays_in_the_sealed_credentials(bench: Bench) -> None:
    bench.show()
    account = await bench.port.sign_in(CREDENTIALS)
    shown = repr(account) + written(account.children) + str(dict(account.access.extra)) + account.subject
    assert not [secret for secret in (SNILS, "11223344595", "445", "пароль") if secret in shown]
    assert account.access.credentials["password"].reveal() == "пароль-7"


@pytest.mark.parametrize("snils", ["1122334459", "112-233-445 950", "нет", "-"])
async def test_a_snils_of_another_length_is_refused_before_anything_is_asked(bench: Bench, snils: str) -> None:
    with pytest.raises(Rejected) as told:
        await bench.port.sign_in(CREDENTIALS | {"snils": Secret(snils)})
    assert "11 цифр" in told.value.text
    assert not bench.stub.asked


async def test_a_wrong_pair_is_refused_with_the_cabinets_words_and_asked_once(bench: Bench) -> None:
    bench.show(auth=refusal("wrong_pair", 401, text="СНИЛС или пароль указаны неверно"))
    with pytest.raises(Rejected) as told:
        await bench.port.sign_in(CREDENTIALS)
    assert (told.value.reason, told.value.text) == ("credentials", "СНИЛС или пароль указаны неверно")
    assert len(bench.stub.asked) == 1


async def test_a_locked_pair_says_how_long_to_wait(bench: Bench) -> None:
    bench.show(auth=refusal("locked", 423, retry_after_s=900))
    with pytest.raises(RateLimited) as told:
        await bench.port.sign_in(CREDENTIALS)
    assert told.value.after_s == 900


async def test_a_failing_sign_in_is_not_tried_again(bench: Bench) -> None:
    bench.show(auth=refusal("failure", 500))
    with pytest.raises(ConnectorError):
        await bench.port.sign_in(CREDENTIALS)
    assert len(bench.stub.asked) == 1


@pytest.mark.rule("C6")
async def test_a_renewal_opens_another_session_of_the_same_child(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    bench.show(auth={"session": "b" * 64, "expires_at": "2026-11-23T03:00:00", "idle_s": 1800})
    renewed = await bench.port.refresh(access)
    assert (renewed.token.reveal(), renewed.owner) == ("b" * 64, access.owner)
    assert renewed.credentials == access.credentials


@pytest.mark.rule("C6")
async def test_a_password_that_was_changed_ends_the_renewal(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    bench.show(auth=refusal("wrong_pair", 401))
    with pytest.raises(AuthExpired):
        await bench.port.refresh(access)
    with pytest.raises(AuthExpired):
        await bench.port.refresh(replace(access, credentials={}))


@pytest.mark.rule("C8")
@pytest.mark.parametrize(
    ("me", "where"),
    [
        (ME | {"student_id": 200022}, "$.student_id"),
        (ME | {"snils": "112-233-445 96"}, "$.snils"),
        (ME | {"school": SCHOOL | {"utc_offset": "+04:00"}}, "$.school.utc_offset"),
        ({key: value for key, value in ME.items() if key != "student_id"}, "$"),
    ],
)
async def test_another_childs_answer_is_not_taken(bench: Bench, me: Any, where: str) -> None:
    bench.show()
    access = await bench.access()
    bench.show(me=me)
    for ask in (bench.port.account, bench.port.refresh):
        with pytest.raises(Drifted) as told:
            await ask(access)
        assert told.value.where == where


@pytest.mark.rule("A15")
async def test_another_child_is_not_asked_for(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    asked = len(bench.stub.asked)
    with pytest.raises(AccessDenied):
        await bench.port.read(access, child("200022"), frozenset({Datum.MARKS}), WEEK)
    assert len(bench.stub.asked) == asked


@pytest.mark.parametrize("session", ["", "короткая", "x\r\ny: z" * 4, "a" * 600])
async def test_a_session_that_is_none_has_drifted(bench: Bench, session: str) -> None:
    bench.show(auth={"session": session, "expires_at": "2026-11-22T03:00:00"})
    with pytest.raises(Drifted) as told:
        await bench.port.sign_in(CREDENTIALS)
    assert told.value.where == "$.session"
