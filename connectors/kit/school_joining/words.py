"""The closed sets of joining, each with an explicit unknown where the source may grow."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Who applies, and as what he is known there."""

    LEGAL_REPRESENTATIVE = "legal_representative"
    PUPIL = "pupil"


class RequestKind(StrEnum):
    REGISTER_PUPIL = "register_pupil"
    ATTACH_REPRESENTATIVE = "attach_representative"
    UNKNOWN = "unknown"


class RequestState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class BundleState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    PARTIAL = "partial"
    COMPLETE = "complete"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class WaitsFor(StrEnum):
    """Why an approved request has no effect yet."""

    REGISTER_PUPIL = "register_pupil"
    CONFIRMED_ACCOUNT = "confirmed_account"
    UNKNOWN = "unknown"


class Event(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    RESUBMITTED = "resubmitted"
    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"
