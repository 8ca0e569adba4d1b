"""The port of joining a school: its records and its calls (docs/wire/my_school.md is the one system so far)."""

from __future__ import annotations

from connectors.kit.school_joining.bundles import (
    LONGEST_CLASS,
    Application,
    Bundle,
    Change,
    Changes,
    ChildById,
    ChildByName,
    ChildBySnils,
    Decider,
    HistoryEntry,
    Made,
    NamedChild,
    Notice,
    Request,
)
from connectors.kit.school_joining.office import Evidence, OfficePage, OfficeRequest, OtherRequest, Person
from connectors.kit.school_joining.people import Attached, Office, OutsideChild, OutsidePerson, OutsideProfile, OutsideSchool
from connectors.kit.school_joining.port import SchoolJoiningPort, current_bundle, current_request, reason_of
from connectors.kit.school_joining.words import BundleState, Event, RequestKind, RequestState, Role, WaitsFor

__all__ = [
    "LONGEST_CLASS",
    "Application",
    "Attached",
    "Bundle",
    "BundleState",
    "Change",
    "Changes",
    "ChildById",
    "ChildByName",
    "ChildBySnils",
    "Decider",
    "Event",
    "Evidence",
    "HistoryEntry",
    "Made",
    "NamedChild",
    "Notice",
    "Office",
    "OfficePage",
    "OfficeRequest",
    "OtherRequest",
    "OutsideChild",
    "OutsidePerson",
    "OutsideProfile",
    "OutsideSchool",
    "Person",
    "Request",
    "RequestKind",
    "RequestState",
    "Role",
    "SchoolJoiningPort",
    "WaitsFor",
    "current_bundle",
    "current_request",
    "reason_of",
]
