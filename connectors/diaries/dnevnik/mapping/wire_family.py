"""The account's answers as public clients document them: the user, the context with the children, schools, classes, tokens."""

from __future__ import annotations

from connectors.diaries.dnevnik.mapping.wire import Number, Wire


class User(Wire, frozen=True, kw_only=True):
    id: Number
    id_str: str | None = None
    person_id: Number
    person_id_str: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    birthday: str | None = None
    timezone: str | None = None
    sex: str | None = None
    roles: list[str] | None = None


class EduGroup(Wire, frozen=True, kw_only=True):
    id: Number
    id_str: str | None = None
    parent_ids: list[Number] | None = None
    parent_ids_str: list[str] | None = None
    type: str | None = None
    name: str
    full_name: str | None = None
    parallel: int | None = None
    status: str | None = None
    studyyear: int | None = None


class ContextChild(Wire, frozen=True, kw_only=True):
    person_id: Number
    person_id_str: str | None = None
    first_name: str
    last_name: str
    middle_name: str | None = None
    school_ids: list[Number] | None
    group_ids: list[Number] | None


class ContextSchool(Wire, frozen=True, kw_only=True):
    id: Number
    name: str | None = None
    group_ids: list[Number] | None = None


class Context(Wire, frozen=True, kw_only=True):
    user_id: Number
    person_id: Number
    roles: list[str] | None
    children: list[ContextChild] | None
    schools: list[ContextSchool] | None = None
    edu_groups: list[EduGroup] | None = None
    school_ids: list[Number] | None = None
    group_ids: list[Number] | None = None


class School(Wire, frozen=True, kw_only=True):
    id: Number
    id_str: str | None = None
    name: str
    full_name: str | None = None
    time_zone: int | None = None
    uses_weighted_avg: bool | None = None
    city: str | None = None
    municipality: str | None = None


class Token(Wire, frozen=True, kw_only=True):
    access_token: str
    expires_in: int | None = None
    refresh_token: str | None = None
    scope: str | None = None
    user: Number | None = None
    user_str: str | None = None
