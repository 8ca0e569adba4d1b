"""What identity ends and deletes by itself (RULES A2, A6, A10, A18), and the writes that overtake each other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from identity.claims import Level
from identity.linking import ListedChild
from identity.model import ActorKind, AuditKind, Evidence, EvidenceKind, Missing, PersonId
from identity.store import (
    NewLink,
    SignInResult,
    attach_account,
    bind_listed,
    children_of,
    delete_expired,
    forget_diary_children,
    nearing_14,
    person,
    record_access,
    view_right,
)


def child(desk: Any, who: PersonId, name: str) -> PersonId:
    shown = desk.run(lambda: children_of(desk.keys, who, now=desk.now))
    return next(PersonId(view.person.id) for view in shown if view.person.first_name == name)


def clean(desk: Any) -> Any:
    return desk.run(lambda: delete_expired(now=desk.now))


@pytest.mark.rule("A18")
def test_a_child_that_nobody_shows_any_more_is_deleted(desk: Any, people: Any) -> None:
    mother = desk.sign_in(people.mother).person
    petya = child(desk, mother, "Пётр")
    desk.sign_in(replace(people.mother, children=(people.masha,)))
    desk.later(days=14)
    assert clean(desk).edges_ended == 1
    desk.later(days=89)
    clean(desk)
    assert desk.run(lambda: person(desk.keys, petya)).state.value == "active"
    desk.later(days=2)
    clean(desk)
    assert desk.run(lambda: person(desk.keys, petya)).state.value == "closed"
    desk.later(days=31)
    assert clean(desk).persons == 1
    assert desk.run(lambda: person(desk.keys, petya)) is None
    assert desk.run(lambda: person(desk.keys, mother)) is not None


@pytest.mark.rule("A18")
def test_a_child_whom_another_parent_shows_stays(desk: Any, people: Any) -> None:
    mother = desk.sign_in(people.mother).person
    petya = child(desk, mother, "Пётр")
    desk.sign_in(people.father)
    desk.sign_in(replace(people.mother, children=()))
    for _ in range(3):
        desk.later(days=85)
        desk.sign_in(people.father)
        clean(desk)
    assert desk.run(lambda: person(desk.keys, petya)).state.value == "active"


@pytest.mark.rule("A18")
def test_a_forgotten_diary_only_child_is_deleted_after_a_month(desk: Any, people: Any) -> None:
    who = desk.sign_in(people.mother).person
    listed = [ListedChild(key="d2", last_name="Соседов", first_name="Иван")]
    (only,) = desk.run(lambda: bind_listed(desk.keys, who, "dnevnik", listed, now=desk.now))
    desk.run(lambda: forget_diary_children(who, [only.child], now=desk.now))
    desk.later(days=31)
    assert clean(desk).persons == 1


@pytest.mark.rule("A10")
def test_a_suspended_sign_in_lapses_after_thirty_days(desk: Any, people: Any) -> None:
    vk = replace(people.mother, system="vkid", subject="vk1", level=Level.UNKNOWN, snils=None, children=None)
    weak = desk.sign_in(vk).person
    desk.sign_in(people.mother, into=weak)
    desk.later(days=29)
    clean(desk)
    assert desk.sign_in(vk).result is SignInResult.REVIEW
    desk.later(days=1)
    clean(desk)
    again = desk.sign_in(vk)
    assert (again.result, again.person == weak) == (SignInResult.CREATED, False)


@pytest.mark.rule("A6")
def test_thirty_days_before_14_the_pupil_and_the_guardians_are_named(desk: Any, people: Any) -> None:
    turning = replace(people.petya, birth_date=desk.now.date().replace(year=desk.now.year - 14) + timedelta(days=30))
    mother = desk.sign_in(replace(people.mother, children=(turning, people.masha))).person
    father = desk.sign_in(replace(people.father, children=(replace(turning, source_id="f"),))).person
    (found,), more = desk.run(lambda: nearing_14(desk.keys, now=desk.now))
    assert (found.pupil.first_name, set(found.guardians), more) == ("Пётр", {mother, father}, None)
    pages: list[Any] = []
    after: str | None = ""
    while after is not None:
        page, after = desk.run(lambda after=after: nearing_14(desk.keys, now=desk.now, after=after, limit=1))
        pages.extend(page)
    assert len(pages) == 1
    earlier = desk.now - timedelta(days=2)
    assert desk.run(lambda: nearing_14(desk.keys, now=earlier))[0] == ()


@pytest.mark.rule("A4")
def test_an_account_that_is_not_confirmed_any_more_does_not_lose_its_children_only_waits(desk: Any, people: Any) -> None:
    mother = desk.sign_in(people.mother).person
    petya = child(desk, mother, "Пётр")
    outcome = desk.sign_in(replace(people.mother, level=Level.STANDARD, children=()))
    assert {(change.change.value, change.edge.state.value) for change in outcome.edges} == {("waiting", "waiting")}
    right = desk.run(lambda: view_right(desk.keys, mother, petya, now=desk.now))
    assert right.missing == (Missing.LEVEL_TOO_LOW,)
    desk.sign_in(people.mother)
    assert desk.run(lambda: view_right(desk.keys, mother, petya, now=desk.now)).allowed


@pytest.mark.rule("A12")
def test_ten_parallel_links_of_one_diary_account_are_one_link(desk: Any, people: Any) -> None:
    who = desk.sign_in(people.mother).person
    evidence = Evidence(kind=EvidenceKind.BOTH_SIDES_LOGIN, at=desk.now, by=who, source="dnevnik")
    new = NewLink(system="dnevnik", subject="42", person=who, opened_by=who, evidence=evidence)
    listed = [ListedChild(key="d2", last_name="Соседов", first_name="Иван")]
    barrier = threading.Barrier(8)

    def one(_: int) -> Any:
        barrier.wait()
        link = desk.run(lambda: attach_account(desk.keys, new, now=desk.now))
        (bound,) = desk.run(lambda: bind_listed(desk.keys, who, "dnevnik", listed, now=desk.now))
        return link.id, bound.child

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(one, range(8)))) == 1


@pytest.mark.rule("A13")
def test_a_child_exporting_the_own_data_is_no_event(desk: Any, people: Any) -> None:
    own = desk.sign_in(people.account_of(people.masha)).person
    event = desk.run(
        lambda: record_access(
            desk.keys, actor=own, actor_kind=ActorKind.PUPIL, subject=own, page="export", kind=AuditKind.EXPORT, now=desk.now
        )
    )
    assert event is None


@pytest.mark.rule("A13")
@pytest.mark.parametrize("back", [timedelta(0), timedelta(seconds=30), timedelta(days=400)])
def test_a_read_is_kept_whatever_the_clock_does_and_however_long_its_name(desk: Any, people: Any, back: timedelta) -> None:
    mother = desk.sign_in(people.mother).person
    petya = child(desk, mother, "Пётр")
    page, events = "страница" * 20, []
    for _ in range(2):
        events.append(
            desk.run(
                lambda: record_access(
                    desk.keys,
                    actor=mother,
                    actor_kind=ActorKind.GUARDIAN,
                    subject=petya,
                    page=page,
                    object="о" * 300,
                    now=desk.now,
                )
            )
        )
        desk.now -= back
    assert all(events)


@pytest.mark.rule("A6")
def test_a_child_born_on_29_february_is_14_on_1_march(desk: Any, people: Any) -> None:
    leap = replace(people.petya, birth_date=date(2012, 2, 29))
    own = desk.sign_in(people.account_of(leap, level=Level.STANDARD)).person
    fourteen = desk.now.replace(year=2026, month=2, day=28, hour=21, minute=0)
    last = fourteen + timedelta(days=90)
    assert desk.run(lambda: view_right(desk.keys, own, own, now=last - timedelta(seconds=1))).allowed
    assert not desk.run(lambda: view_right(desk.keys, own, own, now=last)).allowed


@pytest.mark.rule("A5")
@pytest.mark.parametrize("change", [{"level": Level.STANDARD}, {"birth_date": date(2010, 1, 1)}])
def test_who_may_not_have_active_edges_any_more_loses_them_also_without_a_list(desk: Any, people: Any, change: dict[str, Any]) -> None:
    mother = desk.sign_in(people.mother).person
    outcome = desk.sign_in(replace(people.mother, children=None, **change))
    assert {found.edge.state.value for found in outcome.edges} == {"waiting"}
    shown = desk.run(lambda: children_of(desk.keys, mother, now=desk.now))
    assert [view for view in shown if not view.is_self] == []
    desk.sign_in(people.mother)
    assert len(desk.run(lambda: children_of(desk.keys, mother, now=desk.now))) == 2
