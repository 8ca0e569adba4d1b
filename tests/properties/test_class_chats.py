"""Whoever is in a chat and whoever should be: the plan makes the chat so, wastes no call, and has nothing to do the second time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.linking.class_chats import GRACE, Can, Member, MemberState, Place, Plan, Record, Standing, Strangers, Why, plan
from identity.model import PersonId

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
NAMES = [f"p{number}" for number in range(8)]
BOT = Member(subject="bot", is_self=True)
ALL = Can(add=True, remove=True)


@dataclass
class Chat:
    """A chat as a carrier keeps it, and what the hub remembers of it; `stubborn` come by the link alone."""

    members: dict[str, Member]
    records: dict[str, Record] = field(default_factory=dict)
    stubborn: frozenset[str] = frozenset()
    calls: int = 0
    invited: list[str] = field(default_factory=list)

    def look(self, wanted: Sequence[Place], *, can: Can = ALL, strangers: Strangers = Strangers.TELL, now: datetime = NOW) -> Plan:
        return plan(wanted, list(self.members.values()), list(self.records.values()), can=can, strangers=strangers, confirmed=True, now=now)

    def carry_out(self, made: Plan, *, now: datetime = NOW) -> None:
        self.records.update({one.subject: one for one in made.records})
        for gone in made.remove:
            self.calls += 1
            assert gone.subject in self.members, "a removal of nobody is a wasted call"
            del self.members[gone.subject]
            self.records[gone.subject] = Record(subject=gone.subject, state=MemberState.REMOVED, since=now, person=gone.person)
        for place in (*made.add, *made.invite):
            self.calls += 1
            subject = place.subject or ""
            assert subject not in self.members, "who is inside is not asked in"
            if place in made.add and subject not in self.stubborn:
                self.members[subject] = Member(subject=subject)
                self.records[subject] = Record(subject=subject, state=MemberState.JOINED, since=now, person=place.person)
            else:
                self.invited.append(subject)
                self.records[subject] = Record(
                    subject=subject, state=MemberState.INVITED, since=now, person=place.person, by_link=place in made.add
                )


def place(name: str, standing: Standing) -> Place:
    why = Why.GUARDIAN if standing is Standing.IN else Why.TO_CONFIRM if standing is Standing.STAYS else Why.NO_CONSENT
    return Place(person=PersonId(f"of {name}"), standing=standing, why=why, subject=name)


wanted_places = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(Standing)).map(
    lambda found: [place(name, standing) for name, standing in found.items()]
)
real_members = st.dictionaries(st.sampled_from(NAMES), st.tuples(st.booleans(), st.booleans())).map(
    lambda found: {"bot": BOT} | {name: Member(subject=name, is_admin=one, is_owner=two) for name, (one, two) in found.items()}
)
records = st.dictionaries(st.sampled_from(NAMES), st.tuples(st.sampled_from(MemberState), st.booleans())).map(
    lambda found: {
        name: Record(subject=name, state=state, since=NOW - timedelta(days=2), person=PersonId(f"of {name}"), by_link=by_link)
        for name, (state, by_link) in found.items()
    }
)
chats = st.builds(Chat, members=real_members, records=records, stubborn=st.frozensets(st.sampled_from(NAMES)))
abilities = st.builds(Can, add=st.booleans(), remove=st.just(True))


@given(chats, wanted_places, abilities, st.sampled_from(Strangers))
def test_carried_out_once_there_is_nothing_left_to_do(chat: Chat, wanted: list[Place], can: Can, strangers: Strangers) -> None:
    chat.carry_out(chat.look(wanted, can=can, strangers=strangers))
    again = chat.look(wanted, can=can, strangers=strangers)
    if again.add or again.invite:
        pytest.fail("who was asked in is asked in again")
    assert again.is_empty
    assert {one.subject: one for one in again.records}.items() <= chat.records.items() or not again.records


@pytest.mark.rule("A9")
@given(chats, wanted_places, abilities, st.sampled_from(Strangers))
def test_the_account_itself_and_the_owner_are_never_removed_and_an_administrator_only_by_a_restriction(
    chat: Chat, wanted: list[Place], can: Can, strangers: Strangers
) -> None:
    for gone in chat.look(wanted, can=can, strangers=strangers).remove:
        member = chat.members[gone.subject]
        assert not member.is_self and not member.is_owner
        state = chat.records[gone.subject].state if gone.subject in chat.records else None
        assert not member.is_admin or gone.why is Why.RESTRICTED or state is MemberState.DOOMED


@given(chats, wanted_places, abilities)
def test_nobody_who_should_not_be_there_is_asked_in_and_who_left_by_himself_is_left_in_peace(
    chat: Chat, wanted: list[Place], can: Can
) -> None:
    made = chat.look(wanted, can=can)
    assert all(one.standing is Standing.IN for one in (*made.add, *made.invite))
    asked = {one.subject for one in (*made.add, *made.invite)}
    assert not asked & {name for name, one in chat.records.items() if one.state is MemberState.LEFT}
    assert not asked & chat.members.keys()


@given(chats, wanted_places)
def test_after_it_everybody_inside_belongs_or_is_known_to_the_school_as_a_stranger(chat: Chat, wanted: list[Place]) -> None:
    chat.carry_out(chat.look(wanted))
    may = {one.subject for one in wanted if one.standing is not Standing.OUT}
    for name, member in chat.members.items():
        told = chat.records.get(name)
        assert (
            name in may or member.is_self or member.is_owner or (told is not None and told.state in (MemberState.UNKNOWN, MemberState.KEPT))
        )


@given(wanted_places, real_members)
def test_an_invitation_that_nobody_follows_is_sent_once(wanted: list[Place], members: dict[str, Member]) -> None:
    chat = Chat(members=members)
    for day in range(5):
        now = NOW + timedelta(days=day)
        chat.carry_out(chat.look(wanted, can=Can(remove=True), now=now), now=now)
    assert len(chat.invited) == len(set(chat.invited))


def test_a_stranger_has_a_day_where_strangers_are_removed_and_may_bind_a_profile_meanwhile() -> None:
    chat = Chat(members={"bot": BOT, "guest": Member(subject="guest"), "aunt": Member(subject="aunt")})
    first = chat.look([], strangers=Strangers.REMOVE)
    assert {one.subject for one in first.tell} == {"guest", "aunt"} and not first.remove
    chat.carry_out(first)
    bound = [place("aunt", Standing.IN)]
    assert chat.look(bound, strangers=Strangers.REMOVE, now=NOW + GRACE - timedelta(seconds=1)).remove == ()
    later = chat.look(bound, strangers=Strangers.REMOVE, now=NOW + GRACE)
    assert [(one.subject, one.why) for one in later.remove] == [("guest", Why.STRANGER)]


def test_a_stranger_who_comes_back_after_a_removal_goes_for_good() -> None:
    removed = Record(subject="guest", state=MemberState.REMOVED, since=NOW)
    chat = Chat(members={"bot": BOT, "guest": Member(subject="guest")}, records={"guest": removed})
    assert [(one.subject, one.back) for one in chat.look([]).remove] == [("guest", True)]


@pytest.mark.parametrize(("size", "gone", "waits"), [(10, 3, False), (10, 6, True), (30, 15, False), (30, 16, True)])
def test_a_roster_emptied_by_mistake_does_not_empty_the_chat(size: int, gone: int, waits: bool) -> None:
    names = [f"p{number}" for number in range(size)]
    known = [Record(subject=name, state=MemberState.JOINED, since=NOW) for name in names]
    wanted = [place(name, Standing.IN) for name in names[gone:]]
    real = [BOT, *(Member(subject=name) for name in names)]
    made = plan(wanted, real, known, can=ALL, strangers=Strangers.TELL, now=NOW)
    assert (len(made.held), len(made.remove)) == ((gone, 0) if waits else (0, gone))
    looked = plan(wanted, real, known, can=ALL, strangers=Strangers.TELL, confirmed=True, now=NOW)
    assert len(looked.remove) == gone


@pytest.mark.rule("A5a")
def test_a_restriction_waits_for_nobody_and_spares_no_administrator() -> None:
    names = [f"p{number}" for number in range(6)]
    known = [Record(subject=name, state=MemberState.JOINED, since=NOW) for name in names]
    wanted = [replace(place("p0", Standing.OUT), why=Why.RESTRICTED)]
    real = [Member(subject="p0", is_admin=True), *(Member(subject=name) for name in names[1:])]
    made = plan(wanted, real, known, can=ALL, strangers=Strangers.TELL, now=NOW)
    assert [one.subject for one in made.remove] == ["p0"] and len(made.held) == 5
