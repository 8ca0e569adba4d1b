"""The school's key, the token of ninety days, whose account it is, and what a refusal means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from connectors.diaries.eljur.errors import checked
from connectors.diaries.eljur.mapping.zones import zone_of
from connectors.kit.config import BadSetting, ConnectorConfig
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.registry import connect
from connectors.kit.secret import Secret
from tests.unit.eljur.stub import CREDENTIALS, NOW, RULES, SCHOOL, STUDENT, Bench, told


def rules(**relations: Any) -> dict[str, Any]:
    return RULES | {"relations": RULES["relations"] | relations}


@pytest.mark.feature("F219")
async def test_an_account_opens_with_the_schools_key(bench: Bench) -> None:
    bench.show()
    account = await bench.port.sign_in(CREDENTIALS)
    (form,) = bench.stub.forms("auth")
    assert (form["login"], form["password"], form["vendor"], form["devkey"]) == ("Orlova.M", "пароль7", "shkola7", "k" * 32)
    (asked,) = bench.stub.forms("getrules")
    assert (asked["auth_token"], asked["devkey"], asked["vendor"]) == ("4" * 40, "k" * 32, "shkola7")
    assert account.access.expires_at == datetime(2027, 2, 18, 9, 0, tzinfo=UTC)
    assert (account.subject, account.last_name, account.roles) == ("shkola7-52", "Орлова", ("parent",))
    (found,) = account.children
    assert (found.last_name, found.first_name, found.middle_name, found.sex, found.key) == ("Орлов", "Пётр", "Иванович", "M", "386")
    assert found.school is not None and found.group is not None
    assert (found.school.name, found.school.inn, found.school.tz) == ("Школа № 7", "5902000000", "Asia/Yekaterinburg")
    assert (found.group.name, found.group.parallel, found.is_self) == ("6А", 6, False)


@pytest.mark.security("32")
async def test_neither_password_nor_key_nor_token_is_in_an_address_or_printed_or_kept(bench: Bench) -> None:
    bench.show()
    account = await bench.port.sign_in(CREDENTIALS)
    seen = repr(account) + " ".join(str(one.url) for one in bench.stub.asked)
    assert not [one for one in ("пароль7", "k" * 32, "4" * 40, "rlova") if one in seen]
    assert not account.access.credentials
    assert "пароль7" not in account.access.token.reveal()


@pytest.mark.parametrize("typed", ["shkola7", " Shkola7 ", "shkola7.eljur.ru", "https://shkola7.eljur.ru/journal-app"])
async def test_a_school_is_taken_from_its_address(bench: Bench, typed: str) -> None:
    bench.show()
    await bench.port.sign_in(CREDENTIALS | {"vendor": Secret(typed)})
    assert bench.stub.forms("auth")[0]["vendor"] == "shkola7"


@pytest.mark.parametrize("typed", ["Школа № 7", "shkola7.example.org", "a b", "-", "../x"])
async def test_what_is_no_address_is_refused_before_a_password_is_sent(bench: Bench, typed: str) -> None:
    bench.show()
    with pytest.raises(Rejected) as refused:
        await bench.port.sign_in(CREDENTIALS | {"vendor": Secret(typed)})
    assert refused.value.reason == "vendor"
    assert not bench.stub.asked


@pytest.mark.parametrize(("school", "key"), [("shkola8", "abc"), ("shkola9", "d.e-f")])
async def test_a_school_whose_key_the_hub_knows_needs_none_from_the_family(bench: Bench, school: str, key: str) -> None:
    bench.show()
    typed = {name: text for name, text in CREDENTIALS.items() if name != "devkey"}
    await bench.port.sign_in(typed | {"vendor": Secret(school)})
    assert bench.stub.forms("auth")[0]["devkey"] == key


async def test_without_any_key_the_family_is_told_so(bench: Bench) -> None:
    bench.show()
    with pytest.raises(Rejected) as refused:
        await bench.port.sign_in({name: text for name, text in CREDENTIALS.items() if name != "devkey"})
    assert (refused.value.reason, "devkey" in refused.value.text, bench.stub.asked) == ("devkey", True, [])


def test_keys_that_cannot_be_read_stop_the_start() -> None:
    config = ConnectorConfig(instance="eljur", base_urls={"eljur": "http://stub"}, options={"DEVKEYS": "shkola7"})
    with pytest.raises(BadSetting, match="HUB_ELJUR_DEVKEYS"):
        connect([config], now=lambda: NOW)


@pytest.mark.parametrize(
    ("status", "words", "text"),
    [(403, "Wrong login or password", "логин"), (403, "Wrong devkey or vendor", "ключ"), (200, "Wrong login", "логин")],
)
async def test_a_refused_sign_in_says_which_half_was_wrong(bench: Bench, status: int, words: str, text: str) -> None:
    bench.show(auth=lambda request: httpx.Response(status, json=told({}, 403, words)))
    with pytest.raises(Rejected) as refused:
        await bench.port.sign_in(CREDENTIALS)
    assert refused.value.reason == "credentials"
    assert text in refused.value.text
    assert len(bench.stub.asked) == 1, "a password is sent once"


async def test_a_token_is_not_prolonged(bench: Bench) -> None:
    bench.show()
    with pytest.raises(AuthExpired):
        await bench.port.refresh(await bench.access())


@pytest.mark.parametrize("students", [{"386": STUDENT}, [STUDENT]])
async def test_children_come_as_a_map_or_as_a_list(bench: Bench, students: Any) -> None:
    bench.show(getrules=rules(students=students))
    assert [one.key for one in (await bench.port.sign_in(CREDENTIALS)).children] == ["386"]


@pytest.mark.parametrize("students", [[], {}])
async def test_no_children_may_be_an_empty_list(bench: Bench, students: Any) -> None:
    bench.show(getrules=rules(students=students))
    assert (await bench.port.sign_in(CREDENTIALS)).children == ()


@pytest.mark.rule("C8")
@pytest.mark.parametrize(
    "students",
    [[STUDENT, STUDENT], {str(n): STUDENT | {"name": str(n)} for n in range(11)}, [STUDENT | {"name": "3 8"}], [STUDENT | {"name": ""}]],
)
async def test_a_list_that_no_family_has_is_drifted(bench: Bench, students: Any) -> None:
    bench.show(getrules=rules(students=students))
    with pytest.raises(Drifted):
        await bench.port.sign_in(CREDENTIALS)


@pytest.mark.rule("C8")
async def test_another_owner_is_drifted(bench: Bench) -> None:
    bench.show()
    with pytest.raises(Drifted):
        await bench.port.account(replace(await bench.access(), owner="shkola7-53"))


@pytest.mark.feature("F219")
async def test_a_pupils_own_account_is_the_pupils(bench: Bench) -> None:
    bench.show(getrules=rules() | {"name": 386, "roles": ["student"]})
    assert (await bench.port.sign_in(CREDENTIALS)).children[0].is_self


async def test_of_several_schools_nobody_says_which_is_the_childs(bench: Bench) -> None:
    bench.show(getrules=rules(schools=[SCHOOL, SCHOOL]))
    assert (await bench.port.sign_in(CREDENTIALS)).children[0].school is None


@pytest.mark.parametrize(
    ("region", "zone"), [("52", "Europe/Moscow"), ("", "Europe/Moscow"), ("2", "Asia/Yekaterinburg"), ("38", "Asia/Irkutsk")]
)
def test_the_zone_is_that_of_the_region(region: str, zone: str) -> None:
    assert zone_of(region) == zone


@pytest.mark.parametrize("status", [200, 0])
@pytest.mark.parametrize(
    ("state", "words", "expected"),
    [
        (401, "Wrong auth_token", AuthExpired),
        (400, "Wrong auth_token", AuthExpired),
        (403, "Wrong devkey or vendor", AuthExpired),
        (403, "Access denied", AccessDenied),
        (403, None, AccessDenied),
        (404, None, NotFound),
        (400, "Student not found", NotFound),
        (400, "Wrong days", Rejected),
        (400, None, Rejected),
        (429, None, RateLimited),
        (403, "Слишком много попыток", RateLimited),
        (500, "", Unavailable),
        (403, "Технические работы", Unavailable),
        (418, None, Drifted),
    ],
)
def test_a_refusal_is_understood_also_behind_a_200(status: int, state: int, words: str | None, expected: type[ConnectorError]) -> None:
    with pytest.raises(ConnectorError) as refused:
        checked("eljur", httpx.Response(status or state, json=told({}, state, words)))
    assert type(refused.value) is expected


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b"<html>", Unavailable),
        (200, b"[]", Drifted),
        (200, b'{"result": []}', Drifted),
        (200, b"\xff{", Drifted),
        (502, b"", Unavailable),
        (401, b"", AuthExpired),
    ],
)
def test_what_is_no_envelope_is_none_of_ours(status: int, body: bytes, expected: type[ConnectorError]) -> None:
    with pytest.raises(ConnectorError) as refused:
        checked("eljur", httpx.Response(status, content=body))
    assert type(refused.value) is expected
