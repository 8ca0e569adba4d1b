"""An authorization code once, then account and password; a session that is opened anew, and children without names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.kit.errors import AuthExpired, Drifted, RateLimited, Rejected
from tests.unit.digital_school.stub import CREDENTIALS, FIRST_TIME, IDN, NOTHING, TOKEN, Bench, pupil, refusal

SCHOOL: dict[str, Any] = pupil()["school"]


async def test_account_and_password_open_a_session(bench: Bench) -> None:
    bench.show()
    account = await bench.port.sign_in(CREDENTIALS)
    assert bench.stub.sent("session") == [{"account": "2700000017", "password": "пароль-77"}]
    assert not bench.stub.sent("activate")
    assert (account.subject, account.access.owner, account.access.token.reveal()) == ("2700000017", "2700000017", TOKEN)
    assert account.access.expires_at == datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.mark.feature("F005")
async def test_the_first_time_the_code_sets_the_password_and_is_not_kept(bench: Bench) -> None:
    bench.show()
    account = await bench.port.sign_in(FIRST_TIME)
    assert bench.stub.sent("activate") == [{"account": "2700000017", "auth_code": "481516", "new_password": "пароль-77"}]
    assert len(bench.stub.sent("session")) == 1
    assert set(account.access.credentials) == {"account", "password"}


async def test_the_form_sent_twice_signs_in_with_the_password_that_the_code_has_set(bench: Bench) -> None:
    bench.show(activate=refusal("E-103", 409))
    assert (await bench.port.sign_in(FIRST_TIME)).children


async def test_a_code_used_by_somebody_else_is_told_as_such(bench: Bench) -> None:
    bench.show(activate=refusal("E-103", 409, text="Код уже использован"), session=refusal("E-101", 401))
    with pytest.raises(Rejected) as told:
        await bench.port.sign_in(FIRST_TIME)
    assert (told.value.reason, told.value.text) == ("E-103", "Код уже использован")


@pytest.mark.parametrize(("code", "status", "reason"), [("E-101", 401, "credentials"), ("E-104", 422, "E-104"), ("E-400", 400, "E-400")])
async def test_a_refused_code_opens_no_session(bench: Bench, code: str, status: int, reason: str) -> None:
    bench.show(activate=refusal(code, status))
    with pytest.raises(Rejected) as told:
        await bench.port.sign_in(FIRST_TIME)
    assert told.value.reason == reason
    assert not bench.stub.sent("session")


async def test_an_account_that_was_never_activated_is_told_that_it_needs_the_code(bench: Bench) -> None:
    bench.show(session=refusal("E-102", 403, text="Сначала введите код авторизации"))
    with pytest.raises(Rejected) as told:
        await bench.port.sign_in(CREDENTIALS)
    assert (told.value.reason, told.value.text) == ("E-102", "Сначала введите код авторизации")


async def test_neither_a_code_nor_a_password_is_tried_twice(bench: Bench) -> None:
    bench.show(activate=refusal("E-500", 500))
    with pytest.raises(Exception, match="E-500"):
        await bench.port.sign_in(FIRST_TIME)
    assert len(bench.stub.sent("activate")) == 1
    bench.show(session=refusal("E-105", 423, headers={"Retry-After": "1800"}))
    with pytest.raises(RateLimited) as told:
        await bench.port.sign_in(CREDENTIALS)
    assert told.value.after_s == 1800
    assert len(bench.stub.sent("session")) == 1


@pytest.mark.parametrize("missing", ["account", "password"])
async def test_half_a_pair_is_refused_before_anything_is_asked(bench: Bench, missing: str) -> None:
    with pytest.raises(Rejected):
        await bench.port.sign_in({name: secret for name, secret in FIRST_TIME.items() if name != missing})
    assert not bench.stub.asked


@pytest.mark.rule("C6")
async def test_a_renewal_signs_in_again(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    renewed = await bench.port.refresh(access)
    assert (renewed.owner, renewed.credentials) == (access.owner, access.credentials)
    bench.show(session=refusal("E-101", 401))
    for kept in (access, replace(access, credentials={})):
        with pytest.raises(AuthExpired):
            await bench.port.refresh(kept)


@pytest.mark.rule("A15")
@pytest.mark.feature("F103")
async def test_children_have_a_code_and_no_name(bench: Bench) -> None:
    bench.show(children=[pupil(), pupil(idn="B2", student_id=2, **{"class": NOTHING, "parallel": NOTHING})])
    one, other = (await bench.port.sign_in(CREDENTIALS)).children
    assert (one.key, one.is_depersonalised, one.last_name, one.first_name) == (IDN, True, "", "")
    assert one.school is not None
    assert one.group is not None
    assert (one.school.tz, one.school.inn, one.group.name, one.group.parallel) == ("Asia/Vladivostok", "2799000015", "6А", 6)
    assert other.group is None


async def test_a_school_of_which_nothing_is_known(bench: Bench) -> None:
    school = {"name": NOTHING, "legal_name": NOTHING, "inn": NOTHING, "ogrn": NOTHING, "utc_offset": "+10:00"}
    bench.show(children=[pupil(school=school)])
    assert (await bench.port.sign_in(CREDENTIALS)).children[0].school is None


@pytest.mark.rule("C8")
@pytest.mark.parametrize(
    ("children", "where"),
    [
        ([pupil(idn=str(number)) for number in range(11)], "$.data"),
        ([pupil(), pupil()], "$.data"),
        ([pupil(idn="FOREIGN")], "$.data"),
        ([pupil(idn=NOTHING)], "$.data[0].idn"),
        ([pupil(school=SCHOOL | {"utc_offset": "+03:00"})], "$.data[0].school.utc_offset"),
        ([{"id": IDN}], "$.data[0]"),
    ],
)
async def test_children_in_another_shape_or_of_another_account_have_drifted(bench: Bench, children: Any, where: str) -> None:
    bench.show(children=children)
    with pytest.raises(Drifted) as told:
        await bench.port.sign_in(CREDENTIALS)
    assert told.value.where == where


async def test_a_child_that_joins_the_account_is_shown(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    bench.show(children=[pupil(), pupil(idn="NEW", student_id=3)])
    assert [one.key for one in (await bench.port.account(access)).children] == [IDN, "NEW"]


@pytest.mark.parametrize("token", ["", "коротко", "x\r\ny: z" * 4])
async def test_a_token_that_is_none_has_drifted(bench: Bench, token: str) -> None:
    bench.show(session={"token": token, "expires": "21.11.2026 20:00:00", "idn": [IDN]})
    with pytest.raises(Drifted) as told:
        await bench.port.sign_in(CREDENTIALS)
    assert told.value.where == "$.data.token"


@pytest.mark.security("32")
async def test_neither_account_code_nor_password_is_in_an_address_or_printed(bench: Bench) -> None:
    bench.show()
    account = await bench.port.sign_in(FIRST_TIME)
    await bench.read(*bench.port.manifest.data)
    shown = " ".join([repr(account.access), *(str(request.url) for request in bench.stub.asked)])
    assert not [secret for secret in ("481516", "пароль", TOKEN) if secret in shown]
    assert "2700000017" not in " ".join(str(request.url) for request in bench.stub.asked)
