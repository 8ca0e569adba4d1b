"""What VK ID says of a person, and how little of it is believed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connectors.kit.errors import Drifted, Rejected
from connectors.vkid.mapping import e164
from identity.claims import Contact, Level
from tests.unit.vkid.stub import USER, USER_ID, Stub, arrival


@pytest.mark.security("25")
async def test_everything_is_claimed_and_nothing_is_proven(stub: Stub) -> None:
    claims = await stub.port().finish(arrival())
    assert (claims.system, claims.subject, claims.tenant) == ("vkid", str(USER_ID), "")
    assert (claims.last_name, claims.first_name, claims.middle_name) == ("Соколова", "Анна", "")
    assert (claims.birth_date, claims.sex) == (date(1988, 3, 12), "F")
    assert claims.phones == (Contact(value="+79262464800", verified=False),)
    assert claims.emails == (Contact(value="anna@example.org", verified=False),)
    assert (claims.level, claims.snils, claims.children, claims.auth_time) == (Level.UNKNOWN, None, None, None)


@pytest.mark.security("25")
@pytest.mark.rule("A5")
async def test_vks_own_mark_raises_no_level(stub: Stub) -> None:
    stub.user = {**USER, "verified": True, "snils": "112-233-445 95", "children": [{"id": 1}], "trusted": True}
    claims = await stub.port().finish(arrival())
    assert (claims.level, claims.snils, claims.children) == (Level.UNKNOWN, None, None)


@pytest.mark.security("26")
@pytest.mark.rule("A1")
@pytest.mark.parametrize(("in_token", "in_info"), [(77, "77"), ("77", 77), (77, 77), ("77", "77")])
async def test_the_subject_is_the_user_id_as_text_whichever_way_it_comes(stub: Stub, in_token: Any, in_info: Any) -> None:
    stub.token, stub.user = {"user_id": in_token, "id_token": "opaque"}, {**USER, "user_id": in_info}
    first = await stub.port().finish(arrival())
    stub.user |= {"phone": "79990000000", "email": "other@example.org", "last_name": "Иванова"}
    second = await stub.port().finish(arrival())
    assert first.subject == second.subject == "77"


@pytest.mark.security("13")
@pytest.mark.parametrize("other", ["1234567891", 1, "1"])
async def test_a_person_with_another_id_than_the_token_is_refused(stub: Stub, other: Any) -> None:
    stub.user = {**USER, "user_id": other}
    with pytest.raises(Rejected, match="subject_differs") as caught:
        await stub.port().finish(arrival())
    assert caught.value.text


@pytest.mark.parametrize("changed", [{"user_id": None}, {"user_id": "x"}, {"first_name": None}, {"last_name": None}, {"first_name": []}])
async def test_a_person_without_id_or_name_is_drifted(stub: Stub, changed: dict[str, Any]) -> None:
    stub.user = {name: value for name, value in {**USER, **changed}.items() if value is not None}
    with pytest.raises(Drifted) as caught:
        await stub.port().finish(arrival())
    assert caught.value.where.startswith("$.user")


async def test_a_name_that_was_not_granted_is_simply_absent(stub: Stub) -> None:
    stub.token, stub.user = {"scope": "phone"}, {"user_id": str(USER_ID), "phone": "79262464800"}
    claims = await stub.port().finish(arrival())
    assert (claims.last_name, claims.first_name) == ("", "")


async def test_absent_phone_and_email_are_normal(stub: Stub) -> None:
    stub.user = {name: value for name, value in USER.items() if name not in ("phone", "email", "sex", "birthday")}
    claims = await stub.port().finish(arrival())
    assert (claims.phones, claims.emails, claims.sex, claims.birth_date) == ((), (), None, None)
    stub.user = {**USER, "phone": "", "email": "", "birthday": "", "sex": 0}
    claims = await stub.port().finish(arrival())
    assert (claims.phones, claims.emails, claims.sex, claims.birth_date) == ((), (), None, None)


@pytest.mark.parametrize(("given", "sex"), [(0, None), (1, "F"), (2, "M"), ("2", "M"), (3, None)])
async def test_the_sex(stub: Stub, given: Any, sex: str | None) -> None:
    stub.user["sex"] = given
    assert (await stub.port().finish(arrival())).sex == sex


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12.03.1988", date(1988, 3, 12)),
        ("5.6.2014", date(2014, 6, 5)),
        ("29.02.2012", date(2012, 2, 29)),
        ("29.02.2013", None),
        ("5.6", None),
        ("31.12", None),
        ("0.0.0000", None),
        (" 1.2.2003 ", date(2003, 2, 1)),
    ],
)
async def test_a_birthday_with_and_without_a_year(stub: Stub, text: str, day: date | None) -> None:
    stub.user["birthday"] = text
    assert (await stub.port().finish(arrival())).birth_date == day


@pytest.mark.parametrize("text", ["1988-03-12", "12/03/1988", "вчера", "12.03.88"])
async def test_a_birthday_of_another_form_is_drifted(stub: Stub, text: str) -> None:
    stub.user["birthday"] = text
    with pytest.raises(Drifted, match="birthday"):
        await stub.port().finish(arrival())


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("79262464800", "+79262464800"),
        ("+79262464800", "+79262464800"),
        ("+7 (926) 246-48-00", "+79262464800"),
        ("8 (926) 246-48-00", "+79262464800"),
        ("89262464800", "+79262464800"),
        ("9262464800", "+79262464800"),
        ("375291234567", "+375291234567"),
        ("+375 29 123-45-67", "+375291234567"),
        ("+7 *** *** ** 11", None),
        ("7926246", None),
        ("", None),
        ("-----", None),
        ("телефон", None),
    ],
)
def test_a_phone_in_every_spelling(text: str, number: str | None) -> None:
    assert e164(text) == number


@pytest.mark.security("32")
async def test_nothing_of_the_person_or_the_tokens_is_printed(stub: Stub) -> None:
    opened = await stub.port().open(arrival())
    shown = repr(opened) + str(opened.access)
    assert not [secret for secret in ("Соколова", "79262464800", "example.org", "vk2.a") if secret in shown]
