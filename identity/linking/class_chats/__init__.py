"""A class's chats: who belongs, and the plan that makes a real chat so; pure."""

from identity.linking.class_chats.members import (
    Audience,
    Can,
    Claim,
    Member,
    MemberState,
    Place,
    Plan,
    Record,
    Removal,
    Standing,
    Strangers,
    Why,
    places,
)
from identity.linking.class_chats.planning import FEW, GRACE, plan

__all__ = [
    "FEW",
    "GRACE",
    "Audience",
    "Can",
    "Claim",
    "Member",
    "MemberState",
    "Place",
    "Plan",
    "Record",
    "Removal",
    "Standing",
    "Strangers",
    "Why",
    "places",
    "plan",
]
