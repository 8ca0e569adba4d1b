"""The account: three copies of the token, the profile it is for, children with two ids each, refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from connectors.diaries.mes.manifest import MANIFEST
from connectors.kit.config import BadSetting, ConnectorConfig
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.manifest import LoginKind
from connectors.kit.registry import connect
from connectors.kit.secret import Secret
from tests.records import written
from tests.unit.mes.stub import FAMILY, GUID, NOW, PROFILE, STUDENT, TOKEN, Bench, answered, profile, pupil, refused

PROFILE_PATH = f"{FAMILY}/profile"


async def test_the_token_goes_three_times_with_the_profile_it_is_for(bench: Bench) -> None:
    bench.show()
    await bench.access()
    (asked,) = bench.stub.to("profile")
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert (asked.headers["auth-token"], asked.headers["cookie"]) == (TOKEN, f"aupd_token={TOKEN}")
    assert (asked.headers["x-mes-subsystem"], asked.headers["client-type"]) == ("familymp", "diary-mobile")
    assert (asked.headers["profile-id"], asked.headers["x-mes-role"]) == (str(PROFILE), "parent")


@pytest.mark.feature("F184")
async def test_a_child_has_a_number_for_lists_and_a_guid_for_the_calendar(bench: Bench) -> None:
    bench.show()
    account = await bench.port.sign_in({"token": Secret(TOKEN)})
    (child,) = account.children
    assert (child.key, child.ids["student_id"], child.ids["person_guid"]) == (str(STUDENT), str(STUDENT), GUID)
    assert (child.last_name, child.first_name, child.middle_name) == ("Соколова", "Мария", "Ильинична")
    assert (child.birth_date, child.sex, child.is_self) == (date(2014, 3, 2), "F", False)
    assert child.group is not None
    assert (child.group.name, child.group.parallel) == ("5Б", 5)
    assert child.school is not None
    assert (child.school.name, child.school.legal_name, child.school.tz) == ("Школа № 7", "ГБОУ Школа № 7", "Europe/Moscow")
    assert (account.last_name, account.first_name, account.birth_date) == ("Соколова", "Анна", date(1988, 5, 1))


@pytest.mark.rule("C5")
async def test_no_other_person_and_no_document_stays_in_raw(bench: Bench) -> None:
    bench.show()
    kept = written((await bench.port.sign_in({"token": Secret(TOKEN)})).children)
    assert not [word for word in ("Чужая", "Чужой", "11223344595", "9160000001", "representatives") if word in kept]


async def test_a_pupil_sees_himself(bench: Bench) -> None:
    bench.show()
    bench.stub.answers[PROFILE_PATH] = profile(pupil(id=PROFILE), type="student")
    bench.stub.answers["acl/api/users/profile_info"] = [{"id": PROFILE, "type": "student"}]
    account = await bench.port.sign_in({"token": Secret(TOKEN)})
    assert [child.is_self for child in account.children] == [True]
    assert account.roles == ("student",)


async def test_dates_of_the_web_spelling_are_read_too(bench: Bench) -> None:
    bench.show()
    bench.stub.answers[PROFILE_PATH] = profile(pupil(birth_date="02.03.2014"))
    assert (await bench.port.sign_in({"token": Secret(TOKEN)})).children[0].birth_date == date(2014, 3, 2)


async def test_a_person_who_is_no_parent_and_no_pupil_has_no_diary_here(bench: Bench) -> None:
    bench.show()
    bench.stub.answers["acl/api/users/profile_info"] = [{"id": 1, "type": "teacher"}]
    with pytest.raises(AccessDenied):
        await bench.access()


async def test_the_known_profile_stays_chosen_when_there_are_two(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    bench.stub.answers["acl/api/users/profile_info"] = [{"id": 1, "type": "student"}, {"id": PROFILE, "type": "parent"}]
    assert (await bench.port.account(access)).access.extra["profile"] == str(PROFILE)


@pytest.mark.rule("C8")
@pytest.mark.parametrize(
    ("answer", "where"),
    [
        (profile(*[pupil(id=n, contingent_guid=f"guid-{n}") for n in range(11)]), "$.children"),
        (profile(pupil(), pupil(contingent_guid="other")), "$.children"),
        (profile(pupil(), pupil(id=2)), "$.children"),
        (profile(pupil(contingent_guid="a:b c")), "$.children[0].contingent_guid"),
        (profile(id=1), "$.profile.id"),
        ({"profile": {"id": 1}}, "$"),
        (profile({"id": 1}), "$.children[0]"),
        (profile(pupil(birth_date="весна")), "$.children[0].birth_date"),
    ],
)
async def test_an_account_that_cannot_be_is_drifted(bench: Bench, answer: Any, where: str) -> None:
    bench.show()
    access = await bench.access()
    bench.stub.answers[PROFILE_PATH] = answer
    with pytest.raises(Drifted) as told:
        await bench.port.account(access)
    assert told.value.where == where


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (answered(401, {"type": "unauthorized", "description": "x"}), AuthExpired),
        (answered(403, b"<html><body>403 Forbidden</body></html>", Content_Type="text/html"), AuthExpired),
        (answered(499), AuthExpired),
        (refused(403, "profile_mismatch"), AccessDenied),
        (answered(403), AccessDenied),
        (refused(404, "not_found"), NotFound),
        (refused(429, "too_many_requests", Retry_After="60"), RateLimited),
        (answered(433), RateLimited),
        (refused(400, "bad_request", "student_id"), Rejected),
        (refused(500, "internal"), Unavailable),
        (answered(502, b"<html>Bad gateway</html>"), Unavailable),
        (answered(200, b"<html>works</html>"), Unavailable),
        (answered(200, b""), Drifted),
        (answered(400, b"Bad Request"), Drifted),
        (answered(418, b"teapot"), Drifted),
    ],
)
async def test_each_refusal_has_its_error(bench: Bench, answer: Any, error: type[ConnectorError]) -> None:
    bench.show()
    access = await bench.access()
    bench.stub.answers[PROFILE_PATH] = answer
    with pytest.raises(ConnectorError) as told:
        await bench.port.account(access)
    assert type(told.value) is error


async def test_a_400_with_data_is_data_as_the_public_clients_read_it(bench: Bench) -> None:
    bench.show()
    bench.stub.answers[PROFILE_PATH] = answered(400, profile())
    assert len((await bench.port.sign_in({"token": Secret(TOKEN)})).children) == 1


async def test_a_limit_says_how_long_to_wait(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    bench.stub.answers[PROFILE_PATH] = refused(429, "too_many_requests", Retry_After="3600")
    with pytest.raises(RateLimited) as told:
        await bench.port.account(access)
    assert told.value.after_s == 3600


async def test_a_node_of_another_region_has_its_name_and_zone_from_settings(eastern: Bench) -> None:
    eastern.show()
    assert eastern.port.manifest.instance("mes-mo").title == "Электронный дневник Башкортостана"
    assert eastern.port.manifest.instance("mes").title == "МЭШ (Москва)"
    school = (await eastern.port.sign_in({"token": Secret(TOKEN)})).children[0].school
    assert school is not None
    assert school.tz == "Asia/Yekaterinburg"


def test_a_zone_that_is_none_stops_the_start() -> None:
    urls = {"mes-mo": "http://stub/mes-mo", "mes-mo-auth": "http://stub/mes-mo-auth"}
    with pytest.raises(BadSetting) as told:
        connect([ConnectorConfig(instance="mes-mo", base_urls=urls, options={"ZONE": "Москва"})], now=lambda: NOW)
    assert told.value.name == "HUB_MES_MO_ZONE"


def test_each_place_opens_in_its_own_way() -> None:
    assert MANIFEST.at("mes").logins == {LoginKind.CREDENTIALS, LoginKind.TOKEN}
    assert MANIFEST.at("mes-mo").logins == {LoginKind.BROWSER, LoginKind.TOKEN}
    assert MANIFEST.at("mes-mo").login_forms == ()


async def test_a_token_that_cannot_be_one_asks_nobody(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    bench.stub.asked.clear()
    with pytest.raises(AuthExpired):
        await bench.port.account(replace(access, token=Secret("a b")))
    assert not bench.stub.asked
