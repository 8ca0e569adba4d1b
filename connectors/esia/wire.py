"""ESIA's answers as they come: the token endpoint and /rs/prns, only the fields that we read (MR, appendix B; facts 1.4-1.6)."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class TokenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`state` is the echo of the request's own; `expires_in` is a number, some stands write it as text."""

    access_token: str
    id_token: str
    state: str
    token_type: str = "Bearer"
    expires_in: int | None = None


class Person(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`trusted` is absent for a person who was never checked; `verifying`: a check of the data is running."""

    first_name: str
    last_name: str
    middle_name: str | None = None
    birth_date: str | None = None
    gender: str | None = None
    trusted: bool | None = None
    verifying: bool | None = None
    status: str | None = None
    snils: str | None = None
    oid: int | str | None = None


class Contact(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`type` MBT, EML, PHN, CEM; a pending change stands in fields of its own, so `value` is the one in force."""

    type: str
    value: str
    vrf_stu: str


class Kid(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    id: int | str
    first_name: str
    last_name: str
    middle_name: str | None = None
    birth_date: str | None = None
    gender: str | None = None
    snils: str | None = None


class Collection(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """Elements are whole objects where `embed=(elements)` was understood, absolute addresses where it was not."""

    elements: list[T | str]
