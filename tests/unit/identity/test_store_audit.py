"""The audit in the database: events, repeats, the family's log, the chain and what breaks it (RULES A13)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from identity.audit import anchor_line, read_anchors
from identity.model import ActorKind, AuditKind, PersonId
from identity.store import (
    access_log,
    children_of,
    delete_expired,
    destroy_audit_key,
    heads,
    record_access,
    record_change,
    seal_audit,
    verify_audit,
)
from identity.store.rows import delete
from identity.store.tables import AuditHeadRow, AuditRow

pytestmark = pytest.mark.rule("A13")


@pytest.fixture
def family(desk: Any, people: Any) -> dict[str, PersonId]:
    mother, father = desk.sign_in(people.mother).person, desk.sign_in(people.father).person
    shown = desk.run(lambda: children_of(desk.keys, father, now=desk.now))
    return {"mother": mother, "father": father, "petya": shown[0].person.id}


def read(desk: Any, who: PersonId | str, whom: PersonId, page: str = "diary.week", **more: Any) -> Any:
    kind = more.pop("actor_kind", ActorKind.GUARDIAN)
    return desk.run(lambda: record_access(desk.keys, actor=who, actor_kind=kind, subject=whom, page=page, now=desk.now, **more))


def log(desk: Any, viewer: PersonId, whom: PersonId) -> list[Any]:
    every = desk.run(lambda: access_log(desk.keys, viewer, whom, now=desk.now))
    return [entry for entry in every if entry.kind is not AuditKind.CHANGE]


def seal(desk: Any) -> Any:
    return desk.run(lambda: seal_audit(desk.keys, now=desk.now))


def verify(desk: Any, *anchors: Any) -> list[str]:
    report = desk.run(lambda: verify_audit(desk.keys, anchors))
    return [fault.what for fault in report.faults]


def test_the_childs_own_reading_is_no_event(desk: Any, family: Any) -> None:
    assert read(desk, family["petya"], family["petya"], actor_kind=ActorKind.PUPIL) is None


def test_a_guardians_reading_is_seen_by_the_other_by_name_and_day_only(desk: Any, family: Any) -> None:
    read(desk, family["father"], family["petya"])
    (entry,) = log(desk, family["mother"], family["petya"])
    assert (entry.name, entry.day, entry.at, entry.action) == ("Ёлкин Иван Павлович", desk.now.date(), None, "diary.week")


def test_the_log_goes_on_after_the_last_entry_of_a_page(desk: Any, family: Any) -> None:
    for number in range(5):
        read(desk, family["father"], family["petya"], page=f"page.{number}")
    every = [entry.id for entry in desk.run(lambda: access_log(desk.keys, family["mother"], family["petya"], now=desk.now))]

    def page(after: Any) -> list[Any]:
        found = desk.run(lambda: access_log(desk.keys, family["mother"], family["petya"], now=desk.now, limit=2, after=after))
        return [entry.id for entry in found]

    paged = page(None)
    while found := page(paged[-1]):
        paged += found
    assert len(every) > 5
    assert paged == every


def test_own_reads_are_left_out_and_own_changes_are_not(desk: Any, family: Any) -> None:
    read(desk, family["mother"], family["petya"])
    assert log(desk, family["mother"], family["petya"]) == []
    every = desk.run(lambda: access_log(desk.keys, family["mother"], family["petya"], now=desk.now))
    assert {entry.action for entry in every if entry.is_viewer} == {"guardianship.new"}


def test_staff_are_named_with_their_post_and_the_time(desk: Any, family: Any) -> None:
    parts = {"name": "Смирнова О. П.", "post": "классный руководитель"}
    read(desk, "staff-7", family["petya"], page="journal", actor_kind=ActorKind.STAFF, parts=parts)
    (entry,) = log(desk, family["mother"], family["petya"])
    assert (entry.name, entry.post, entry.at) == ("Смирнова О. П.", "классный руководитель", desk.now)


def test_an_operators_reason_is_shown(desk: Any, family: Any) -> None:
    read(desk, "operator-1", family["petya"], actor_kind=ActorKind.OPERATOR, parts={"name": "Оператор", "reason": "обращение 15"})
    (entry,) = log(desk, family["mother"], family["petya"])
    assert entry.reason == "обращение 15"


@pytest.mark.parametrize("sealed_between", [False, True])
def test_repeats_within_fifteen_minutes_are_one_event_with_a_count(desk: Any, family: Any, sealed_between: bool) -> None:
    ids = set()
    for _ in range(5):
        ids.add(read(desk, family["father"], family["petya"]))
        if sealed_between:
            seal(desk)
        desk.later(minutes=2)
    (entry,) = log(desk, family["mother"], family["petya"])
    assert (entry.count, ids) == (5, {entry.id})


def test_after_fifteen_minutes_it_is_a_new_event(desk: Any, family: Any) -> None:
    read(desk, family["father"], family["petya"])
    desk.later(minutes=15)
    read(desk, family["father"], family["petya"])
    assert [entry.count for entry in log(desk, family["mother"], family["petya"])] == [1, 1]


def test_another_page_another_object_and_another_adult_are_other_events(desk: Any, family: Any) -> None:
    for more in ({}, {"page": "finals"}, {"object": "2026-W45"}):
        read(desk, family["father"], family["petya"], **more)
    read(desk, "staff-7", family["petya"], actor_kind=ActorKind.STAFF)
    assert len(log(desk, family["mother"], family["petya"])) == 4


def test_every_export_is_its_own_event(desk: Any, family: Any) -> None:
    read(desk, family["father"], family["petya"], kind=AuditKind.EXPORT)
    read(desk, family["father"], family["petya"], kind=AuditKind.EXPORT)
    assert [entry.kind for entry in log(desk, family["mother"], family["petya"])] == [AuditKind.EXPORT] * 2


def test_erasing_the_persons_key_blinds_the_parts_and_leaves_the_chain(desk: Any, family: Any) -> None:
    parts = {"name": "Смирнова О. П.", "post": "классный руководитель"}
    read(desk, "staff-7", family["petya"], actor_kind=ActorKind.STAFF, parts=parts)
    seal(desk)
    assert desk.run(lambda: destroy_audit_key(family["petya"]))
    (entry,) = log(desk, family["mother"], family["petya"])
    assert (entry.name, entry.post) == ("", "")
    assert verify(desk) == []


def test_sealing_chains_what_waits_and_signs_the_day(desk: Any, family: Any) -> None:
    report = seal(desk)
    assert report.sealed == 5
    assert (report.head.seq, report.head.day) == (5, desk.now.date())
    assert seal(desk).sealed == 0
    checked = desk.run(lambda: verify_audit(desk.keys))
    assert (checked.ok, checked.checked, checked.unsealed, checked.heads) == (True, 5, 0, 1)


def test_sealing_goes_on_in_batches(desk: Any, family: Any) -> None:
    first = desk.run(lambda: seal_audit(desk.keys, now=desk.now, limit=3))
    assert (first.sealed, first.more) == (3, True)
    rest = desk.run(lambda: seal_audit(desk.keys, now=desk.now, limit=10))
    assert (rest.sealed, rest.more) == (2, False)
    assert verify(desk) == []


def test_a_sealed_event_stays_as_it_is_when_the_page_is_read_again(desk: Any, family: Any) -> None:
    read(desk, family["father"], family["petya"])
    seal(desk)
    desk.later(minutes=1)
    read(desk, family["father"], family["petya"])
    assert verify(desk) == []
    assert seal(desk).sealed == 0
    desk.later(minutes=15)
    assert seal(desk).sealed == 1
    assert verify(desk) == []


def test_the_unsealed_tail_is_counted(desk: Any, family: Any) -> None:
    seal(desk)
    read(desk, family["father"], family["petya"])
    assert desk.run(lambda: verify_audit(desk.keys)).unsealed == 1


@pytest.mark.parametrize("column", ["action", "actor", "subject", "count", "object", "actor_kind"])
def test_rewriting_one_event_shows(desk: Any, family: Any, column: str) -> None:
    seal(desk)
    forged = {column: 99 if column == "count" else "app"}
    desk.run(lambda: AuditRow.update(**forged).where(AuditRow.seq == 3).execute())
    assert verify(desk) == ["rewritten"]


def test_rewriting_with_a_new_hash_breaks_the_link(desk: Any, family: Any) -> None:
    seal(desk)
    desk.run(lambda: AuditRow.update(hash="f" * 64).where(AuditRow.seq == 3).execute())
    assert verify(desk) == ["rewritten", "broken_link"]


def test_a_deleted_event_is_a_gap(desk: Any, family: Any) -> None:
    seal(desk)
    desk.run(lambda: delete(AuditRow).where(AuditRow.seq == 3).execute())
    assert "gap" in verify(desk)


def test_truncation_shows_against_the_days_head(desk: Any, family: Any) -> None:
    seal(desk)
    desk.run(lambda: delete(AuditRow).where(AuditRow.seq > 4).execute())
    assert verify(desk) == ["head_truncated"]


def test_truncation_with_its_heads_shows_against_the_anchor(desk: Any, family: Any) -> None:
    anchor = read_anchors([f"12:00 info hub.audit audit head {anchor_line(seal(desk).head)}", ""]).heads[0]
    desk.run(lambda: (delete(AuditRow).where(AuditRow.seq > 4).execute(), delete(AuditHeadRow).execute()))
    assert verify(desk) == []
    assert verify(desk, anchor) == ["anchor_truncated"]


def test_a_chain_built_anew_by_somebody_with_the_database_differs_from_the_anchor(desk: Any, family: Any) -> None:
    anchor = seal(desk).head
    desk.run(
        lambda: (
            AuditRow.update(seq=None, hash="", prev="", actor="nobody").execute(),
            delete(AuditHeadRow).execute(),
        )
    )
    seal(desk)
    assert verify(desk) == []
    assert verify(desk, anchor) == ["anchor_differs"]


@pytest.mark.rule("A18")
def test_after_three_years_whole_days_go_and_the_rest_still_verifies(desk: Any, family: Any) -> None:
    seal(desk)
    desk.later(days=400)
    read(desk, family["father"], family["petya"])
    kept = seal(desk).head
    desk.later(days=3 * 365 - 300)
    assert desk.run(lambda: delete_expired(now=desk.now)).events == 5
    assert verify(desk, kept) == []
    assert [head.seq for head in desk.run(heads)] == [5, 6]
    read(desk, family["father"], family["petya"])
    seal(desk)
    desk.later(days=3 * 365 + 30)
    desk.run(lambda: delete_expired(now=desk.now))
    assert verify(desk, kept) == []
    desk.run(lambda: record_change(actor="x", actor_kind=ActorKind.COMMAND, subject=family["petya"], action="test", now=desk.now))
    seal(desk)
    assert verify(desk, kept) == []


@pytest.mark.parametrize("line", ["{}", "no json", '{"day": "2026-13-01"}'])
def test_a_line_that_is_no_anchor_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        read_anchors(["", line])


def test_parallel_first_reads_of_one_page_are_one_event(desk: Any, family: Any) -> None:
    barrier = threading.Barrier(8)

    def one(_: int) -> Any:
        barrier.wait()
        return read(desk, family["father"], family["petya"])

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(one, range(8)))
    (entry,) = log(desk, family["mother"], family["petya"])
    assert (entry.count, ids) == (8, {entry.id})


def test_an_event_is_found_by_the_same_second_of_the_window(desk: Any, family: Any) -> None:
    read(desk, family["father"], family["petya"])
    desk.now += timedelta(minutes=14, seconds=59)
    read(desk, family["father"], family["petya"])
    (entry,) = log(desk, family["mother"], family["petya"])
    assert entry.count == 2
