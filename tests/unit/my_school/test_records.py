"""What the answers mean: bundles, profiles, schools, the office's requests, changes; and what is no such answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.kit.errors import Drifted
from connectors.kit.school_joining import BundleState, Decider, Event, RequestKind, RequestState, Role, WaitsFor
from identity.claims import Level
from tests.unit.my_school.stub import APPLICATION, OGRN, OID, Bench, Json, bundle, change, me, office_request, request


async def test_a_bundle_keeps_both_names_of_the_school_and_who_decided(bench: Bench) -> None:
    by = {"name": "Инна Олеговна П.", "post": "Администратор ОО"}
    decided = request(state="approved", version=3, decided_at="2026-11-21T10:00:00+03:00", decided_by=by, effective=True)
    second = request(id="r-2", kind="attach_representative", state="approved", waits_for="confirmed_account")
    bench.stub.gives(bundle(state="complete", complete=True, requests=[decided, second]))
    found = await bench.port.bundle(OID, "b-1")
    assert (found.school.legal_name, found.legal_name_now) == ("МБОУ «Лицей»", "МБОУ «Лицей № 31»")
    first, other = found.requests
    assert (first.decided_by, first.effective) == (Decider(name="Инна Олеговна П.", post="Администратор ОО"), True)
    assert first.decided_at == datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    assert (other.effective, other.waits_for) == (False, WaitsFor.CONFIRMED_ACCOUNT)
    assert (found.age_at_submission, found.applicant_level, found.role) == (12, Level.CONFIRMED, Role.LEGAL_REPRESENTATIVE)


async def test_a_word_that_nobody_documented_is_unknown_and_no_error(bench: Bench) -> None:
    history = [{"at": "2026-11-20T12:00:00+03:00", "event": "blessed", "request": "r-1"}]
    bench.stub.gives(bundle(state="parked", requests=[request(state="parked", kind="other", waits_for="moon")], history=history))
    found = await bench.port.bundle(OID, "b-1")
    (one,) = found.requests
    assert (found.state, one.state, one.kind) == (BundleState.UNKNOWN, RequestState.UNKNOWN, RequestKind.UNKNOWN)
    assert (one.waits_for, found.history[0].event) == (WaitsFor.UNKNOWN, Event.UNKNOWN)


@pytest.mark.rule("C8")
async def test_hostile_text_is_plain_text(bench: Bench) -> None:
    bench.stub.gives(bundle(requests=[request(state="rejected", reason="<script>x</script>Нет\u202e места<br>в классе")]))
    assert (await bench.port.bundle(OID, "b-1")).requests[0].reason == "Нет места\nв классе"


async def test_the_legal_name_stays_as_it_is_written(bench: Bench) -> None:
    name = 'ГБОУ  «Школа "№ 5" & Ко»'
    bench.stub.gives({"ogrn": OGRN, "inn": "1", "legal_name": name, "short_name": "Школа", "classes": ["7А"], "former_names": ["Старая"]})
    found = await bench.port.school(OID, OGRN)
    assert (found.legal_name, found.classes, found.former_names) == (name, ("7А",), ("Старая",))


async def test_a_profile_tells_children_offices_and_the_terms(bench: Bench) -> None:
    profile = {"kind": "student", "terms": "2025-09", "since": "2026-01-01T00:00:00+03:00"}
    attached = [{"ogrn": OGRN, "class": "1А", "school_year": "2026/2027"}]
    bench.stub.gives(me(profile=profile, attached=attached, offices=[{"ogrn": OGRN, "legal_name": "Лицей"}], level="of tomorrow"))
    found = await bench.port.profile(OID)
    assert (found.kind, found.agreed_terms, found.terms_version, found.level) == (Role.PUPIL, "2025-09", "2026-09", Level.UNKNOWN)
    assert [one.snils for one in found.children] == ["***-***-*** 95"]
    assert (found.attached[0].class_name, found.offices[0].ogrn) == ("1А", OGRN)


async def test_the_office_sees_the_evidence_and_the_other_request(bench: Bench) -> None:
    bench.stub.gives({"items": [office_request(), office_request(id="r-9", other=None, evidence=[])], "next": "r-9"})
    page = await bench.port.requests(OID, state=RequestState.SUBMITTED)
    assert dict(bench.stub.calls[-1].url.params) == {"state": "submitted", "limit": "50"}
    first, last = page.items
    assert [one.kind for one in first.evidence] == ["gosuslugi_children"]
    assert first.other is not None
    assert (first.other.state, last.other, page.next) == (RequestState.SUBMITTED, None, "r-9")
    assert (first.applicant.level, first.child.birth_date is None) == (Level.CONFIRMED, False)


BROKEN_BUNDLES: list[tuple[Json, str]] = [
    (bundle(id="b-2"), "$.data.id"),
    (bundle(applicant={"oid": "77", "level": "confirmed"}), "$.data.applicant.oid"),
    (bundle(role="grandmother"), "$.data.role"),
    (bundle(requests=[]), "$.data.requests"),
    (bundle(requests=[request(), request(id="r-2")]), "$.data.requests"),
    (bundle(requests=[request(id="../r")]), "$.data.requests[0].id"),
    (bundle(requests=[request(version=0)]), "$.data.requests[0].version"),
    (bundle(version="new"), "$.data.version"),
    (bundle(created_at="2026-11-20T12:00:00"), "$.data.created_at"),
    (bundle(created_at="9999-12-31T23:59:59-12:00"), "$.data.created_at"),
    (bundle(submitted_at="yesterday"), "$.data.submitted_at"),
    (bundle(state=None), "$.data.state"),
    (bundle(previous="b 0"), "$.data.previous"),
    ({key: value for key, value in bundle().items() if key != "requests"}, "$.data"),
]


@pytest.mark.rule("C8")
@pytest.mark.parametrize(("body", "where"), BROKEN_BUNDLES)
async def test_what_is_no_bundle_of_this_person_is_drift_with_its_path(bench: Bench, body: Json, where: str) -> None:
    bench.stub.gives(body)
    with pytest.raises(Drifted) as told:
        await bench.port.bundle(OID, "b-1")
    assert told.value.where == where


Call = Callable[[Bench], Awaitable[Any]]
OTHERS: list[tuple[Any, Call, str]] = [
    (me(oid="77"), lambda bench: bench.port.profile(OID), "$.data.oid"),
    (me(children=me()["children"] * 31), lambda bench: bench.port.profile(OID), "$.data.children"),
    (me(profile={"kind": "teacher"}), lambda bench: bench.port.profile(OID), "$.data.profile.kind"),
    (office_request(id="r-7"), lambda bench: bench.port.request(OID, "r-1"), "$.data.id"),
    ({"ogrn": "1" * 13, "inn": "1", "legal_name": "x"}, lambda bench: bench.port.school(OID, OGRN), "$.data.ogrn"),
    (
        bundle(school=bundle()["school"] | {"ogrn": "1" * 13}),
        lambda bench: bench.port.create(OID, APPLICATION, submit=True),
        "$.data.school.ogrn",
    ),
    (bundle(child=bundle()["child"] | {"id": "c-9"}), lambda bench: bench.port.create(OID, APPLICATION, submit=True), "$.data.child.id"),
    ({"items": [change(5)], "next": "5"}, lambda bench: bench.port.changes("5"), "$.data.items[0].seq"),
    ({"items": [change(7), change(6)], "next": "6"}, lambda bench: bench.port.changes("5"), "$.data.items[1].seq"),
    ({"items": [change(7)], "next": "5"}, lambda bench: bench.port.changes("5"), "$.data.next"),
    ({"items": [], "next": None}, lambda bench: bench.port.changes("5"), "$.data.next"),
    ({"url": "http://x/", "secret": "whsec_!"}, lambda bench: bench.port.subscribe("http://x/"), "$.data.secret"),
    ({"url": "http://y/", "secret": "whsec_MTIzNDU2Nzg5MDEyMzQ1Ng=="}, lambda bench: bench.port.subscribe("http://x/"), "$.data.url"),
]


@pytest.mark.parametrize(("body", "call", "where"), OTHERS)
async def test_an_answer_to_another_question_is_drift_with_its_path(bench: Bench, body: Any, call: Call, where: str) -> None:
    bench.stub.gives(body)
    with pytest.raises(Drifted) as told:
        await call(bench)
    assert told.value.where == where


async def test_a_secret_is_a_secret(bench: Bench) -> None:
    bench.stub.gives({"url": "http://x/", "secret": "whsec_MTIzNDU2Nzg5MDEyMzQ1Ng=="})
    assert str(await bench.port.subscribe("http://x/")) == "***"
