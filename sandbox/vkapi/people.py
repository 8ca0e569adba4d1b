"""Who is at VK: the town's people with a VK account, each with a second, school profile (Sferum's), and the schools' communities."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sandbox.world.model import Person, School
from sandbox.world.town import Town

SCHOOL_PROFILES = 150_000_000
"""A school profile's id is the ordinary one plus this."""
FIRST_GUEST = 790_000_000
OWN, EDUCATIONAL = 1, 2
MAIN_ROLES = {"pupil": "student", "parent": "parent", "teacher": "teacher", "school_admin": "administrator"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """`kind` is VK's `profile_type`: 1 an ordinary profile, 2 a school one."""

    user_id: int
    person: Person
    kind: int = OWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whose token it is: `member_id` is negative for a community, as everywhere at VK."""

    member_id: int
    token: str
    school: School | None = None

    @property
    def is_group(self) -> bool:
        return self.member_id < 0


class Census:
    """Everybody of one town by VK id, and guests who are not of the town; built once for a town."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.guests = 0
        self.profiles: dict[int, Profile] = {}
        self.groups: dict[int, School] = {}
        self.tokens: dict[str, Caller] = {}
        for person in town.people.values():
            account = person.accounts.get("vkapi") or person.vkid
            if account is None:
                continue
            own = int(account["user_id"])
            self.profiles[own] = Profile(user_id=own, person=person)
            self.profiles[own + SCHOOL_PROFILES] = Profile(user_id=own + SCHOOL_PROFILES, person=person, kind=EDUCATIONAL)
            if "token" in account:
                self.tokens[str(account["token"])] = Caller(member_id=own, token=str(account["token"]))
        for school in town.schools.values():
            community = school.accounts.get("vkapi")
            if community is not None:
                group = int(community["group_id"])
                self.groups[group] = school
                self.tokens[str(community["token"])] = Caller(member_id=-group, token=str(community["token"]), school=school)

    def invite(self, first_name: str, last_name: str) -> Caller:
        """Somebody with a VK profile and a token whom nobody in the town knows."""
        self.guests += 1
        user_id, born = FIRST_GUEST + self.guests, self.town.year[0].replace(year=1990)
        guest = Person(
            id=f"vk{user_id}", role="parent", last_name=last_name, first_name=first_name, middle_name="", birth_date=born, sex=""
        )  # fmt: skip
        self.profiles[user_id] = Profile(user_id=user_id, person=guest)
        token = f"vk1.a.{secrets.token_urlsafe(48)}"
        self.tokens[token] = Caller(member_id=user_id, token=token)
        return self.tokens[token]

    def knows(self, member_id: int) -> bool:
        return member_id in self.profiles or -member_id in self.groups

    def schools_of(self, person: Person) -> set[str]:
        """Own, and the children's."""
        kept = [person, *(self.town.people[child] for child in (*person.children, *person.cares_for))]
        return {one.school for one in kept if one.school is not None}

    def are_friends(self, one: int, other: int) -> bool:
        """People of one family or one school are each other's friends."""
        first, second = self.profiles.get(one), self.profiles.get(other)
        if first is None or second is None:
            return False
        families = [{it.id, *it.children, *it.cares_for} for it in (first.person, second.person)]
        return bool(families[0] & families[1]) or bool(self.schools_of(first.person) & self.schools_of(second.person))
