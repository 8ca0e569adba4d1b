"""Levels, contacts, dates and SNILS: what ESIA's fields mean, and what is left out rather than guessed."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from connectors.esia import mapping
from connectors.kit.errors import AccessDenied, Drifted, Rejected
from identity.claims import Level
from tests.unit.esia.stub import OID, PERSON
from tests.unit.kit.forge import claims

WHO = mapping.Subject(oid=OID, trusted=True, auth_time=None, session="s")


def person(**changed: Any) -> mapping.PersonAnswer:
    told = {name: value for name, value in {**PERSON, **changed}.items() if value is not None}
    return msgspec.convert(told, mapping.PersonAnswer, strict=False)


def subject(is_tru: object = True) -> mapping.Subject:
    inner = {"urn:esia:sbj:oid": int(OID), **({} if is_tru is None else {"urn:esia:sbj:is_tru": is_tru})}
    return mapping.subject("esia", claims(**{"urn:esia:sbj": inner}))


@pytest.mark.rule("A4")
@pytest.mark.parametrize(
    ("changed", "is_tru", "level"),
    [
        ({}, True, Level.CONFIRMED),
        ({"trusted": False}, None, Level.STANDARD),
        ({"trusted": None}, None, Level.STANDARD),
        ({"trusted": None}, True, Level.STANDARD),
        ({}, None, Level.STANDARD),
        ({}, False, Level.STANDARD),
        ({}, "true", Level.STANDARD),
        ({"trusted": False, "snils": None}, None, Level.SIMPLIFIED),
        ({"trusted": False, "snils": "111-111-111 11"}, None, Level.SIMPLIFIED),
        ({"trusted": False, "verifying": True}, None, Level.SIMPLIFIED),
        ({"snils": None}, True, Level.CONFIRMED),
    ],
)
def test_the_lower_of_two_words_about_a_person_counts(changed: dict[str, Any], is_tru: object, level: Level) -> None:
    assert mapping.level(person(**changed), subject(is_tru)) is level


@pytest.mark.rule("A4")
def test_a_token_that_says_nothing_of_the_person_leaves_it_to_the_person() -> None:
    who = mapping.subject("esia", claims(**{"urn:esia:sbj": None}))
    assert who.trusted is None
    assert mapping.level(person(), who) is Level.CONFIRMED


@pytest.mark.rule("A3")
@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        ({}, "***-***-*** 06"),
        ({"snils": "00000060006"}, "***-***-*** 06"),
        ({"snils": "112-233-445 96"}, None),
        ({"snils": "нет"}, None),
        ({"snils": ""}, None),
        ({"trusted": False, "verifying": True}, None),
    ],
)
def test_a_snils_is_told_only_when_it_is_valid_and_was_checked(changed: dict[str, Any], shown: str | None) -> None:
    told = mapping.claims("esia", subject(), person(**changed), [], [])
    assert (told.snils.masked if told.snils else None) == shown


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+7(926)2464800", "+79262464800"),
        ("8 926 246-48-00", "+79262464800"),
        ("+7 (499) 123-45-67", "+74991234567"),
        ("+375 29 123 45 67", "+375291234567"),
        ("+7(000)0000001", "+70000000001"),
        ("123", None),
        ("", None),
        ("+7(926)24648001234567", None),
        ("телефон", None),
    ],
)
def test_a_phone_is_written_in_e164_or_left_out(text: str, number: str | None) -> None:
    assert mapping.e164(text) == number


def contact(kind: str, value: str, state: str = "VERIFIED") -> mapping.ContactAnswer:
    return mapping.ContactAnswer(type=kind, value=value, vrf_stu=state)


def test_only_mobiles_and_own_mail_are_taken_and_only_verified_ones_are_verified() -> None:
    told = mapping.claims(
        "esia",
        WHO,
        person(),
        [
            contact("MBT", "+7(926)2464800"),
            contact("PHN", "+7(499)1234567"),
            contact("EML", " Anna@Example.ORG ", "NOT_VERIFIED"),
            contact("CEM", "work@example.org"),
            contact("EML", "nothing"),
            contact("MBT", "+7(926)2464801", "VERIFYING"),
        ],
        [],
    )
    assert [(one.value, one.verified) for one in told.phones] == [("+79262464800", True), ("+79262464801", False)]
    assert [(one.value, one.verified) for one in told.emails] == [("anna@example.org", False)]


@pytest.mark.parametrize(
    ("text", "expected"), [("01.09.2014", date(2014, 9, 1)), ("29.02.2012", date(2012, 2, 29)), (None, None), ("", None)]
)
def test_a_birth_date_is_day_month_year(text: str | None, expected: date | None) -> None:
    assert mapping.day("esia", text) == expected


@pytest.mark.parametrize("text", ["2014-09-01", "1.9.2014", "29.02.2013", "00.01.2014", "01.13.2014", "01.09.14", "٠١.٠٩.٢٠١٤"])
def test_another_spelling_of_a_date_is_drifted(text: str) -> None:
    with pytest.raises(Drifted):
        mapping.day("esia", text)


@pytest.mark.parametrize(("gender", "sex"), [("M", "M"), ("F", "F"), ("X", None), (None, None)])
def test_an_unknown_gender_is_left_out(gender: str | None, sex: str | None) -> None:
    assert mapping.claims("esia", WHO, person(gender=gender), [], []).sex == sex


def test_a_deleted_account_does_not_sign_in() -> None:
    with pytest.raises(AccessDenied) as caught:
        mapping.claims("esia", WHO, person(status="DELETED"), [], [])
    assert "удалена" in caught.value.text


def test_a_child_needs_only_an_id_and_a_name() -> None:
    kid = mapping.KidAnswer(id="a-1", first_name=" Ева ", last_name="Лебедева", snils="11223344500")
    told = mapping.claims("esia", WHO, person(middleName=None), [], [kid])
    assert told.middle_name == ""
    assert told.children is not None
    (child,) = told.children
    assert (child.source_id, child.first_name, child.birth_date, child.snils, child.sex) == ("a-1", "Ева", None, None, None)


@pytest.mark.security("13")
@pytest.mark.parametrize(
    "changed",
    [
        {"sub": "abc"},
        {"sub": "1" * 21},
        {"urn:esia:sbj": {"urn:esia:sbj:oid": 5}},
        {"urn:esia:sbj": {"oid": "5"}},
    ],
)
def test_a_subject_that_is_no_oid_or_not_its_own_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Rejected, match="token_sub"):
        mapping.subject("esia", claims(**changed))


def test_a_text_subject_is_the_same_person() -> None:
    assert mapping.subject("esia", claims(sub=OID)).oid == mapping.subject("esia", claims(sub=int(OID))).oid == OID
