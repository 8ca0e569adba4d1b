"""Which of a person's addresses are used: Gosuslugi's own until another is confirmed, none that is dead, profiles that are on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.kit.secret import Secret
from hub.store import preferences, reach
from hub.store.database import Database
from hub.store.preferences import Preferences
from hub.store.reach import Address, Channel, addresses, changes, codes, pushes
from hub.store.reach.addresses import ContactState
from hub.store.reach.pushes import Subscription
from identity.claims import Claims, Contact, Level
from identity.model import Evidence, EvidenceKind, LinkRole, LinkUse, Person, PersonId, Strength
from identity.sealing import Keys, new_master_key
from identity.store import NewLink, links, persons
from identity.store.rows import new_id

KEYS = Keys.from_master(new_master_key())
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
PHONE, OTHER = "+79161234567", "+79137654321"
SUBSCRIPTION = Subscription(endpoint="https://push.example/1", p256dh="key", auth="auth")


def someone(*, phone: str = PHONE, email: str = "anna@mail.example", system: str = "esia") -> PersonId:
    phones, emails = (Contact(value=phone, verified=True),), (Contact(value=email, verified=True),)
    claims = Claims(system=system, subject="1", level=Level.CONFIRMED, first_name="Анна", phones=phones, emails=emails)
    made = persons.add(KEYS, Person(id=PersonId(new_id()), first_name="Анна"), now=NOW)
    persons.keep_contacts(KEYS, made.id, claims, now=NOW)
    return made.id


def told(person: str) -> list[tuple[str, str]]:
    return [(one.channel.value, one.to.reveal()) for one in reach.of_person(KEYS, person)]


def bound(person: PersonId, system: str, subject: str) -> None:
    evidence = Evidence(kind=EvidenceKind.BOTH_SIDES_LOGIN, at=NOW, by=person, source=system, strength=Strength.WEAK)
    new = NewLink(
        system=system, subject=subject, person=person, opened_by=person, evidence=evidence, use=LinkUse.SIGN_IN, role=LinkRole.PARENT
    )
    links.add(KEYS, new, now=NOW)


async def test_what_gosuslugi_vouches_for_is_used_until_something_else_is_chosen(database: Database) -> None:
    def unit() -> None:
        who = someone()
        assert told(who) == [("email", "anna@mail.example"), ("sms", PHONE)]
        preferences.save(KEYS, who, Preferences(no_phone=True), now=NOW)
        assert told(who) == [("email", "anna@mail.example")]
        addresses.put(KEYS, who, "phone", OTHER, ContactState.CONFIRMED, now=NOW)
        preferences.save(KEYS, who, Preferences(phone=OTHER), now=NOW)
        assert told(who)[-1] == ("sms", OTHER)
        addresses.remove(KEYS, who, "phone", OTHER)
        assert told(who)[-1] == ("sms", PHONE), "a number that is not known any more is not written to"

    await database.write(unit)


async def test_a_contact_of_a_weak_system_is_used_only_when_it_was_chosen(database: Database) -> None:
    def unit() -> None:
        who = someone(system="vkid")
        assert told(who) == []
        preferences.save(KEYS, who, Preferences(phone=PHONE), now=NOW)
        assert told(who) == [("sms", PHONE)]

    await database.write(unit)


async def test_a_dead_address_is_used_no_more(database: Database) -> None:
    def unit() -> None:
        who = someone()
        pushes.put(KEYS, who, SUBSCRIPTION, label="Chrome", now=NOW)
        assert [one for one, _ in told(who)] == ["push", "email", "sms"]
        for one in reach.of_person(KEYS, who)[:2]:
            reach.address_gone(KEYS, one, who, now=NOW)
        assert [one for one, _ in told(who)] == ["sms"]
        (email,) = addresses.known(KEYS, who, "email")
        assert email.dead
        addresses.put(KEYS, who, "email", "anna@mail.example", ContactState.CONFIRMED, now=NOW)
        assert [one for one, _ in told(who)] == ["email", "sms"], "a code that arrived proves that it lives"

    await database.write(unit)


@pytest.mark.parametrize(("channel", "system"), [("max", "max"), ("vk", "vkid")])
async def test_a_profile_is_written_to_when_it_is_switched_on_and_bound(database: Database, channel: str, system: str) -> None:
    def unit() -> None:
        who = someone()
        bound(who, system, "501")
        assert channel not in dict(told(who))
        addresses.put(KEYS, who, channel, "501", ContactState.ON, now=NOW)
        assert dict(told(who))[channel] == "501"
        addresses.put(KEYS, who, channel, "777", ContactState.ON, now=NOW)
        assert dict(told(who))[channel] == "501", "another's profile is nobody's address"
        reach.address_gone(KEYS, Address(id=f"{channel}:{who}", channel=Channel(channel), to=Secret("501")), who, now=NOW)
        assert channel not in dict(told(who))

    await database.write(unit)


async def test_many_people_are_asked_about_in_a_few_statements(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def unit() -> None:
        people = [someone(phone=f"+7916000{number:04}", email=f"{number}@mail.example") for number in range(50)]
        run: Callable[..., Any] = database.engine.execute_sql

        def noted(sql: str, *more: Any) -> Any:
            asked.append(sql)
            return run(sql, *more)

        monkeypatch.setattr(database.engine, "execute_sql", noted)
        assert len(reach.addresses_of(KEYS, people)) == 50

    await database.write(unit)
    assert 0 < len(asked) <= 6


async def test_a_browser_is_the_last_persons_who_signed_in_there(database: Database) -> None:
    def unit() -> None:
        first, second = someone(), someone(phone=OTHER, email="b@mail.example")
        pushes.put(KEYS, first, SUBSCRIPTION, label="Chrome", now=NOW)
        pushes.put(KEYS, second, SUBSCRIPTION, label="Chrome", now=NOW)
        assert "push" not in dict(told(first)) and "push" in dict(told(second))
        for number in range(pushes.MOST + 2):
            new = Subscription(endpoint=f"https://push.example/{number}", p256dh="k", auth="a")
            pushes.put(KEYS, first, new, label="", now=NOW + timedelta(seconds=number))
        assert len(pushes.of_person(KEYS, first)) == pushes.MOST

    await database.write(unit)


@pytest.mark.rule("F3")
async def test_a_new_phone_gets_no_secrets_for_three_days(database: Database) -> None:
    def unit() -> None:
        who = someone()
        assert reach.may_take_secrets(KEYS, who, OTHER, now=NOW)
        changes.add(KEYS, who, former=PHONE, value=OTHER, now=NOW)
        assert not reach.may_take_secrets(KEYS, who, OTHER, now=NOW + timedelta(hours=71, minutes=59))
        assert reach.may_take_secrets(KEYS, who, PHONE, now=NOW)
        assert reach.may_take_secrets(KEYS, who, OTHER, now=NOW + timedelta(hours=72))

    await database.write(unit)


@pytest.mark.rule("F3")
async def test_a_change_is_taken_back_once_by_the_former_phones_code(database: Database) -> None:
    def unit() -> None:
        who = someone()
        code = changes.add(KEYS, who, former=PHONE, value=OTHER, now=NOW)
        assert changes.stop(KEYS, code="0000000000", now=NOW) is None
        assert changes.stop(KEYS, code=code, now=NOW + timedelta(hours=73)) is None
        taken = changes.stop(KEYS, code=code, now=NOW + timedelta(hours=1))
        assert taken is not None and (taken.person, taken.former, taken.value) == (who, PHONE, OTHER)
        assert changes.stop(KEYS, code=code, now=NOW + timedelta(hours=1)) is None
        assert changes.running(KEYS, who, now=NOW) is None
        assert not reach.may_take_secrets(KEYS, who, OTHER, now=NOW), "the phone that was taken back is trusted no sooner"

    await database.write(unit)


async def test_a_code_fits_once_within_its_tries_and_its_minutes(database: Database) -> None:
    def unit() -> None:
        code = codes.begin(KEYS, "p", "phone", PHONE, change="c1", now=NOW)
        wrong = "0" * 6 if code != "0" * 6 else "1" * 6
        assert not codes.fits(KEYS, "other", "c1", code, now=NOW)
        assert not codes.fits(KEYS, "p", "c1", wrong, now=NOW)
        assert codes.fits(KEYS, "p", "c1", code, now=NOW + timedelta(minutes=9))
        assert not codes.fits(KEYS, "p", "c1", code, now=NOW)
        code = codes.begin(KEYS, "p", "phone", PHONE, change="c2", now=NOW)
        assert [codes.fits(KEYS, "p", "c2", wrong + "9", now=NOW) for _ in range(5)] == [False] * 5
        assert not codes.fits(KEYS, "p", "c2", code, now=NOW), "the fifth wrong one ended it"
        code = codes.begin(KEYS, "p", "phone", PHONE, change="c3", now=NOW)
        assert not codes.fits(KEYS, "p", "c3", code, now=NOW + timedelta(minutes=10))

    await database.write(unit)


@pytest.mark.parametrize(("person", "value", "waits"), [("p", OTHER, True), ("q", PHONE, True), ("q", OTHER, False)])
async def test_codes_are_few_by_person_and_by_number(database: Database, person: str, value: str, waits: bool) -> None:
    def unit() -> None:
        codes.begin(KEYS, "p", "phone", PHONE, change="c0", now=NOW)
        assert bool(codes.wait_s(KEYS, person, "phone", value, now=NOW)) is waits
        assert codes.wait_s(KEYS, person, "phone", value, now=NOW + timedelta(seconds=61)) == 0
        for number in range(1, codes.A_DAY):
            codes.begin(KEYS, "p", "phone", PHONE, change=f"c{number}", now=NOW)
        later = codes.wait_s(KEYS, person, "phone", value, now=NOW + timedelta(minutes=5))
        assert (later > 80_000) is waits

    await database.write(unit)


async def test_whoever_leaves_leaves_no_address_behind(database: Database) -> None:
    def unit() -> None:
        who = someone()
        pushes.put(KEYS, who, SUBSCRIPTION, label="Chrome", now=NOW)
        addresses.put(KEYS, who, "phone", OTHER, ContactState.CONFIRMED, now=NOW)
        changes.add(KEYS, who, former=PHONE, value=OTHER, now=NOW)
        codes.begin(KEYS, who, "phone", OTHER, change="c", now=NOW)
        reach.forget(who)
        assert [table.select().count() for table in reach.TABLES] == [0, 0, 0, 0]

    await database.write(unit)
