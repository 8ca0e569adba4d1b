"""What every port of joining a school must do: consent, schools, bundles by their key, decisions under their version (RULES B1-B3)."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from connectors.kit.errors import AccessDenied, ConnectorError, NotFound, Rejected
from connectors.kit.school_joining import (
    Bundle,
    BundleState,
    ChildById,
    ChildByName,
    ChildBySnils,
    Event,
    RequestState,
    Role,
    SchoolJoiningPort,
    WaitsFor,
    current_bundle,
    current_request,
    reason_of,
)
from connectors.kit.secret import Secret
from tests.contract.joining_stand import JoiningStand, first, second


async def test_it_is_the_port(joining: JoiningStand) -> None:
    assert isinstance(joining.port, SchoolJoiningPort)
    assert joining.port.name == joining.name


async def test_nobody_is_seen_without_consent_and_nobody_after_it_ended(joining: JoiningStand) -> None:
    father = await joining.father()
    oid = joining.oid(father)

    async def refused() -> str:
        with pytest.raises(AccessDenied) as told:
            await joining.port.profile(oid)
        return reason_of(told.value)

    assert await refused() == "consent_missing"
    agreed = await joining.port.agree(joining.outside(father))
    assert await joining.port.agree(joining.outside(father)) == agreed == await joining.port.profile(oid)
    assert (agreed.last_name, agreed.first_name) == (father["last_name"], father["first_name"])
    await joining.port.forget(oid)
    await joining.port.forget(oid)
    assert await refused() == "consent_missing"


@pytest.mark.rule("A8")
@pytest.mark.parametrize("wrong", [{"last_name": "Чужов"}, {"snils": Secret("00000000000")}, {"oid": "1"}])
async def test_a_consent_in_anothers_name_is_one_refusal(joining: JoiningStand, wrong: dict[str, object]) -> None:
    person = replace(joining.outside(await joining.father()), **wrong)  # type: ignore[arg-type]  # one field of the record each
    with pytest.raises(NotFound) as told:
        await joining.port.agree(person)
    assert reason_of(told.value) == "person_unknown"


async def test_a_profile_is_chosen_once_and_under_its_terms(joining: JoiningStand) -> None:
    profile = await joining.port.agree(joining.outside(await joining.father()))
    with pytest.raises(Rejected) as told:
        await joining.port.choose_profile(profile.oid, Role.LEGAL_REPRESENTATIVE, "2000-01")
    assert reason_of(told.value) == "terms_changed"
    with pytest.raises(AccessDenied) as denied:
        await joining.port.create(profile.oid, await joining.application(profile), submit=False)
    assert reason_of(denied.value) == "profile_missing"
    chosen = await joining.ready(await joining.father())
    assert chosen == await joining.ready(await joining.father())
    assert (chosen.kind, chosen.agreed_terms) == (Role.LEGAL_REPRESENTATIVE, chosen.terms_version)
    with pytest.raises(Rejected) as told:
        await joining.port.choose_profile(profile.oid, Role.PUPIL, profile.terms_version)
    assert reason_of(told.value) == "profile_exists"


@pytest.mark.rule("B3")
async def test_a_school_is_found_by_its_full_name_however_it_is_written(joining: JoiningStand) -> None:
    oid, ogrn = (await joining.ready(await joining.father())).oid, await joining.ogrn("kgd")
    school = await joining.port.school(oid, ogrn)
    name = school.legal_name
    for query in (name, name.upper(), name.replace("ё", "е").replace("«", '"').replace("»", '"'), school.inn, ogrn, school.short_name):
        found = await joining.port.find_schools(oid, query)
        assert found[0].ogrn == ogrn, query
        assert (found[0].legal_name, found[0].inn) == (name, school.inn)
    assert await joining.port.find_schools(oid, "такой школы нигде нет") == ()
    assert len(await joining.port.find_schools(oid, "школа", 1)) <= 1
    with pytest.raises(ConnectorError) as told:
        await joining.port.find_schools(oid, "ш")
    assert type(told.value) is Rejected
    with pytest.raises(NotFound):
        await joining.port.school(oid, "1" * 13)


@pytest.mark.rule("B2")
async def test_the_same_key_is_the_same_bundle_however_often_it_is_asked_for(joining: JoiningStand) -> None:
    profile, son = await joining.ready(await joining.father()), await joining.son()
    asked = await joining.application(profile)
    many = await asyncio.gather(*(joining.port.create(profile.oid, asked, submit=False) for _ in range(10)))
    (key,) = {one.bundle.id for one in many}
    assert Counter(one.is_new for one in many)[True] == 1
    ways = (
        ChildBySnils(snils=Secret(son["snils"])),
        ChildByName(last_name=son["last_name"], first_name=son["first_name"], birth_date=date.fromisoformat(son["birth_date"])),
    )
    for way in ways:
        made = await joining.port.create(profile.oid, replace(asked, child=way, class_name="5Б"), submit=True)
        assert (made.bundle.id, made.is_new, made.bundle.class_name, made.bundle.state) == (key, False, "6А", BundleState.DRAFT)
    assert [one.id for one in await joining.port.bundles(profile.oid)] == [key]


@pytest.mark.rule("B2")
async def test_a_draft_is_changed_under_its_version_and_submitted_once(joining: JoiningStand) -> None:
    profile = await joining.ready(await joining.father())
    draft = (await joining.port.create(profile.oid, await joining.application(profile), submit=False)).bundle
    assert (draft.version, draft.submitted_at) == (1, None)
    changed = await joining.port.change_class(profile.oid, draft.id, "6Б", version=1)
    assert (changed.class_name, changed.version) == ("6Б", 2)
    with pytest.raises(Rejected) as told:
        await joining.port.change_class(profile.oid, draft.id, "6В", version=1)
    assert (reason_of(told.value), current_bundle(told.value)) == ("version_changed", changed)
    sent = await joining.port.submit(profile.oid, draft.id)
    assert sent == await joining.port.submit(profile.oid, draft.id)
    with pytest.raises(Rejected) as told:
        await joining.port.change_class(profile.oid, draft.id, "6В", version=sent.version)
    assert (reason_of(told.value), current_bundle(told.value)) == ("not_draft", sent)


@pytest.mark.rule("B1")
async def test_two_requests_for_a_child_under_14_are_one_bundle(joining: JoiningStand) -> None:
    bundle, officer = await joining.submitted(), await joining.officer()
    assert (bundle.state, len(bundle.requests), bundle.age_at_submission) == (BundleState.SUBMITTED, 2, 11)
    await joining.port.approve(officer, second(bundle).id, version=second(bundle).version)
    partial = await joining.again(bundle)
    assert (partial.state, partial.complete) == (BundleState.PARTIAL, False)
    assert (second(partial).effective, second(partial).waits_for) == (False, WaitsFor.REGISTER_PUPIL)
    await joining.port.approve(officer, first(bundle).id, version=first(bundle).version)
    done = await joining.again(bundle)
    assert (done.state, done.complete, all(one.effective for one in done.requests)) == (BundleState.COMPLETE, True, True)
    decided_by = first(done).decided_by
    assert decided_by is not None and decided_by.name and decided_by.post
    assert [one.event for one in done.history] == [Event.CREATED, Event.SUBMITTED, Event.APPROVED, Event.APPROVED]
    assert done.version > partial.version > bundle.version


@pytest.mark.rule("B1")
async def test_a_pupil_of_14_applies_alone(joining: JoiningStand) -> None:
    pupil = await joining.person("Соколова", "Дарья")
    profile = await joining.ready(pupil, Role.PUPIL)
    asked = replace(await joining.application(await joining.ready(await joining.father())), role=Role.PUPIL, child=None)
    made = (await joining.port.create(profile.oid, asked, submit=True)).bundle
    assert (len(made.requests), made.role) == (1, Role.PUPIL)
    request = first(made)
    assert (await joining.port.approve(await joining.officer(), request.id, version=request.version)).state is RequestState.APPROVED
    assert (await joining.again(made)).state is BundleState.COMPLETE


@pytest.mark.rule("B1")
async def test_who_turns_14_while_waiting_keeps_the_bundle_of_two(joining: JoiningStand) -> None:
    """Фёдор of the town is 13 and turns 14 in February."""
    await joining.later(days=(datetime(2027, 2, 10, tzinfo=UTC) - joining.now()).days)
    mother = await joining.ready(await joining.person("Королёва", "Алёна"))
    son = next(one for one in mother.children if one.age == 13)
    asked = await joining.application(mother, child=ChildById(id=son.id))
    bundle = (await joining.port.create(mother.oid, asked, submit=True)).bundle
    assert bundle.age_at_submission == 13
    await joining.later(days=10)
    officer = await joining.officer()
    assert [one.age for one in (await joining.port.profile(mother.oid)).children if one.id == son.id] == [14]
    assert len((await joining.again(bundle)).requests) == 2
    for request in bundle.requests:
        await joining.port.approve(officer, request.id, version=request.version)
    assert (await joining.again(bundle)).state is BundleState.COMPLETE


@pytest.mark.rule("B1")
async def test_one_rejected_waits_for_the_other_and_is_made_anew(joining: JoiningStand) -> None:
    bundle, officer = await joining.submitted(), await joining.officer()
    asked = await joining.application(await joining.port.profile(bundle.applicant))
    with pytest.raises(Rejected) as told:
        await joining.port.create(bundle.applicant, asked, submit=True, previous=bundle.id)
    assert reason_of(told.value) == "not_closed"
    told_no = await joining.port.reject(officer, first(bundle).id, version=2, reason="Нет места")
    assert (told_no.state, told_no.reason) == (RequestState.REJECTED, "Нет места")
    assert (await joining.again(bundle)).state is BundleState.SUBMITTED
    await joining.port.approve(officer, second(bundle).id, version=2)
    closed = await joining.again(bundle)
    assert (closed.state, first(closed).reason, second(closed).effective) == (BundleState.REJECTED, "Нет места", False)
    assert (await joining.port.create(bundle.applicant, asked, submit=True)).bundle.id == bundle.id
    anew = [await joining.port.create(bundle.applicant, asked, submit=True, previous=bundle.id) for _ in range(2)]
    assert (anew[0].is_new, anew[1].is_new, anew[0].bundle) == (True, False, anew[1].bundle)
    assert (anew[0].bundle.previous, (await joining.again(bundle)).next) == (bundle.id, anew[0].bundle.id)
    assert {one.state for one in anew[0].bundle.requests} == {RequestState.SUBMITTED}
    year = await joining.port.bundles(
        bundle.applicant, child=bundle.child.id, school_ogrn=bundle.school.ogrn, school_year=bundle.school_year
    )
    assert [one.id for one in year] == [bundle.id, anew[0].bundle.id]


async def test_withdrawing_ends_what_is_open_and_nothing_else(joining: JoiningStand) -> None:
    bundle, officer = await joining.submitted(), await joining.officer()
    await joining.port.approve(officer, second(bundle).id, version=2)
    ended = await joining.port.withdraw(bundle.applicant, bundle.id)
    assert ended == await joining.port.withdraw(bundle.applicant, bundle.id)
    assert (first(ended).state, second(ended).state) == (RequestState.WITHDRAWN, RequestState.APPROVED)
    with pytest.raises(Rejected) as told:
        await joining.port.approve(officer, first(bundle).id, version=2)
    now = current_request(told.value)
    assert now is not None
    assert (reason_of(told.value), now.state) == ("withdrawn", RequestState.WITHDRAWN)


@pytest.mark.rule("B2")
async def test_thirty_days_without_a_decision_and_it_is_expired(joining: JoiningStand) -> None:
    bundle, officer = await joining.submitted(), await joining.officer()
    assert bundle.submitted_at is not None and bundle.expires_at is not None
    assert bundle.expires_at - bundle.submitted_at == timedelta(days=30)
    await joining.later(days=31)
    assert (await joining.again(bundle)).state is BundleState.EXPIRED
    with pytest.raises(Rejected) as told:
        await joining.port.approve(officer, first(bundle).id, version=2)
    assert reason_of(told.value) == "expired"


@pytest.mark.rule("B4")
async def test_two_administrators_at_once_decide_once(joining: JoiningStand) -> None:
    bundle = await joining.submitted()
    officers = [await joining.officer(number) for number in (0, 1)]
    request = first(bundle)
    results = await asyncio.gather(
        joining.port.approve(officers[0], request.id, version=2),
        joining.port.reject(officers[1], request.id, version=2, reason="Нет"),
        return_exceptions=True,
    )
    (refused,) = [one for one in results if isinstance(one, Rejected)]
    held = current_request(refused)
    assert held is not None
    assert (reason_of(refused), held) == ("already_decided", await joining.port.request(officers[0], request.id))
    repeated = await joining.port.approve(officers[0], request.id, version=2) if held.state is RequestState.APPROVED else held
    assert repeated == held


async def test_a_decision_on_an_older_version_is_refused_with_the_newer(joining: JoiningStand) -> None:
    bundle, officer = await joining.submitted(), await joining.officer()
    with pytest.raises(Rejected) as told:
        await joining.port.approve(officer, first(bundle).id, version=1)
    held = current_request(told.value)
    assert held is not None
    assert (reason_of(told.value), held.version, held.state) == ("version_changed", 2, RequestState.SUBMITTED)
    with pytest.raises(Rejected) as told:
        await joining.port.reject(officer, first(bundle).id, version=2, reason=" ")
    assert reason_of(told.value) == "reason_missing"


@pytest.mark.rule("B5")
async def test_the_office_sees_its_own_schools_requests_with_their_evidence(joining: JoiningStand) -> None:
    bundle, officer, stranger = await joining.submitted(), await joining.officer(), await joining.officer(school="orn")
    page = await joining.port.requests(officer, state=RequestState.SUBMITTED, limit=1)
    rest = await joining.port.requests(officer, state=RequestState.SUBMITTED, after=page.next)
    seen = [*page.items, *rest.items]
    assert {one.id for one in seen} == {one.id for one in bundle.requests}
    assert all(one.evidence and one.bundle == bundle.id and one.school.ogrn == bundle.school.ogrn for one in seen)
    assert {one.other.id for one in seen if one.other} == {one.id for one in bundle.requests}
    assert (await joining.port.requests(stranger)).items == ()
    for act in (joining.port.request(stranger, seen[0].id), joining.port.approve(stranger, seen[0].id, version=2)):
        with pytest.raises(NotFound):
            await act
    with pytest.raises(AccessDenied) as told:
        await joining.port.requests(bundle.applicant)
    assert reason_of(told.value) == "office_only"


async def test_anothers_bundle_is_no_bundle(joining: JoiningStand) -> None:
    bundle = await joining.submitted()
    other = (await joining.ready(await joining.person("Лебедев", (await _first_name(joining, "Лебедев"))))).oid
    for act in (joining.port.bundle(other, bundle.id), joining.port.withdraw(other, bundle.id), joining.port.submit(other, bundle.id)):
        with pytest.raises(NotFound):
            await act
    assert await joining.port.bundles(other) == ()


async def _first_name(joining: JoiningStand, last_name: str) -> str:
    return next(str(one["first_name"]) for one in await joining.people() if one["last_name"] == last_name and one["role"] == "parent")


@pytest.mark.rule("B3")
async def test_a_school_renamed_keeps_its_name_of_the_day(joining: JoiningStand) -> None:
    bundle: Bundle = await joining.submitted()
    path = f"/_sandbox/{joining.name}/schools/{bundle.school.ogrn}/rename"
    await joining.post(path, {"legal_name": "Муниципальное учреждение «Школа имени Ёлкина»"})
    now = await joining.again(bundle)
    assert (now.school.legal_name, now.legal_name_now) == (bundle.school.legal_name, "Муниципальное учреждение «Школа имени Ёлкина»")
    assert now.version == bundle.version
    for query in ("имени елкина", bundle.school.legal_name):
        (found, *_) = await joining.port.find_schools(bundle.applicant, query)
        assert found.ogrn == bundle.school.ogrn
