"""Who am I, my context, children, relatives, memberships."""

from __future__ import annotations

from typing import Any

from sandbox.dnevnik.routes.table import Call, Table
from sandbox.dnevnik.wire import people, schools
from sandbox.dnevnik.wire.errors import ApiError
from sandbox.world.model import Person

FRIENDS = ("FriendsAndRelatives",)
COMMON = ("CommonInfo",)


def add(table: Table) -> None:
    table.get("users/<user>", scopes=COMMON)(profile)
    table.get("users/<user>/roles", scopes=COMMON)(roles)
    table.post("users/many", scopes=COMMON)(profiles)
    table.get("users", scopes=COMMON)(profiles_by_query)
    table.get("users/<user>/context", scopes=(*COMMON, *FRIENDS, "EducationalInfo"))(context)
    table.get("users/me/children", scopes=FRIENDS)(own_children)
    table.get("users/me/childrenrelatives", scopes=FRIENDS)(children_relatives)
    table.get("users/<user>/relatives", scopes=FRIENDS)(relatives)
    table.get("user/<user>/children")(children_of_user)
    table.get("person/<person>/children")(children_of_person)
    table.get("users/me/classmates")(classmates)
    table.get("users/<user>/friends", scopes=FRIENDS)(friends)
    table.get("users/<user>/groups", scopes=("SocialInfo",))(friends)
    table.get("users/<user>/schools")(user_schools)
    table.get("users/<user>/edu-groups")(user_groups)
    table.get("users/<user>/school-memberships", "users/<user>/education")(user_memberships)
    table.get("persons/<person>/school-memberships")(person_memberships)
    table.get("users/me/organizations")(organizations)
    table.get("users/me/organizations/<organization>")(organization)
    table.get("persons/<person>")(person)
    table.get("person/search", "persons/search")(search)


def profile(call: Call, user: str) -> Any:
    return people.user(call.directory, call.user(user), call.scopes)


def profiles(call: Call) -> Any:
    return [people.user(call.directory, call.user(str(key)), call.scopes) for key in call.id_list("users")]


def profiles_by_query(call: Call) -> Any:
    return [people.user(call.directory, call.user(str(key)), call.scopes) for key in call.numbers("users")]


def roles(call: Call, user: str) -> Any:
    return people.roles(call.directory, call.user(user))


def context(call: Call, user: str) -> Any:
    return people.context(call.directory, call.user(user))


def own_children(call: Call) -> Any:
    """Ids of users here, persons in `user/{id}/children`: two shapes for one word."""
    return [call.directory.user_id(child) for child in call.directory.children(call.viewer)]


def children_of_user(call: Call, user: str) -> Any:
    return _persons(call, call.directory.children(call.user(user)))


def children_of_person(call: Call, person: str) -> Any:
    return _persons(call, call.directory.children(call.person(person)))


def _persons(call: Call, found: list[Person]) -> Any:
    return [people.person(call.directory, who) for who in found]


def relatives(call: Call, user: str) -> Any:
    return people.relatives(call.directory, call.user(user))


def children_relatives(call: Call) -> Any:
    """Each child with the kin of its own."""
    return [
        {"type": "Child", "person": people.person(call.directory, child), "relatives": people.relatives(call.directory, child)}
        for child in call.directory.children(call.viewer)
    ]


def classmates(call: Call) -> Any:
    """User ids of the class; the viewer's own is not among them."""
    found = {mate.id: mate for pupil in call.pupils() for mate in call.directory.members(call.directory.groups_of(pupil)[0])}
    return [call.directory.user_id(mate) for mate in found.values() if mate.id not in call.own]


def friends(call: Call, user: str) -> Any:
    """The town has no social side: no friends, no groups of interest."""
    call.user(user)
    return []


def user_schools(call: Call, user: str) -> Any:
    return people.context(call.directory, call.user(user))["schoolIds"]


def user_groups(call: Call, user: str) -> Any:
    return people.context(call.directory, call.user(user))["groupIds"]


def user_memberships(call: Call, user: str) -> Any:
    return _memberships(call, call.user(user))


def person_memberships(call: Call, person: str) -> Any:
    return _memberships(call, call.person(person))


def _memberships(call: Call, who: Person) -> Any:
    directory = call.directory
    pupils = [who] if directory.is_pupil(who) else directory.children(who)
    return {
        "person": directory.person_id(who),
        "person_str": str(directory.person_id(who)),
        "schools": [
            {
                "school": schools.school(directory, directory.school_of(pupil)),
                "roles": people.roles(directory, who),
                "editorRoles": [],
                "eduGroupMemberships": [{"eduGroup": schools.edu_group(directory, group)} for group in directory.groups_of(pupil)],
                "subjects": [],
            }
            for pupil in pupils
        ],
    }


def organizations(call: Call) -> Any:
    return people.context(call.directory, call.viewer)["schoolIds"]


def organization(call: Call, organization: str) -> Any:
    school = call.school(organization)
    return {
        "OrganizationId": call.directory.school_id(school),
        "OrganizationType": 1,
        "RegionId": int(school.region_code),
        "DistrictId": 0,
        "CityId": schools.school(call.directory, school)["tsoCityId"],
    }


def person(call: Call, person: str) -> Any:
    """The own persons, and those who stand in a list that the viewer may read: classmates and teachers of the children."""
    number = call.number("person", person)
    found = call.directory.person(number)
    if found is None:
        raise ApiError("authorizationNotOwner")
    if found.id not in call.own and found.id not in _seen_around(call):
        raise ApiError("authorizationNotOwner")
    return people.person(call.directory, found)


def search(_call: Call) -> Any:
    """By name or SNILS: for applications that have an agreement for it."""
    raise ApiError("authorizationSystemForbidden")


def _seen_around(call: Call) -> set[str]:
    return {who.id for pupil in call.pupils() for who in call.directory.teachers_of(call.directory.class_of(pupil))}
