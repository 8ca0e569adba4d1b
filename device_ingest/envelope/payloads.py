"""The `data` of our four event types; their JSON Schemas are published from these records (docs/devices.md)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from device_ingest.model import EventType

Text = Annotated[str, Meta(max_length=200)]
Door = Annotated[str, Meta(max_length=200, extra_json_schema={"pattern": "^[^\\x00]*$"})]
"""It becomes a column, and PostgreSQL's texts hold no NUL; whoever reads it looks for one, quicker than a pattern does."""
Kopecks = Annotated[int, Meta(ge=0, le=10_000_000)]


class Credential(Struct, frozen=True):
    """What was shown to the reader. `manual`: the guard or the tutor named the child, `number` is the child's id in the hub."""

    kind: Literal["card", "bracelet", "bank_card", "device_pin", "manual"]
    number: Annotated[str, Meta(min_length=1, max_length=200)]


class PassData(Struct, frozen=True):
    """`granted`: the reader agreed; `passed`: the rotor turned. A denied one tells why in `reason`."""

    direction: Literal["in", "out", "unknown"]
    credential: Credential
    door: Door = ""
    granted: bool = True
    passed: bool = True
    reason: Text = ""
    operator: Text = ""


class MealItem(Struct, frozen=True):
    title: Annotated[str, Meta(min_length=1, max_length=200)]
    price_kop: Kopecks
    count: Annotated[int, Meta(ge=1, le=100)] = 1
    sku: Text = ""
    portion: Text = ""
    allergens: Annotated[tuple[Text, ...], Meta(max_length=20)] = ()


class MealData(Struct, frozen=True):
    """A receipt of a till. `account` is the operator's choice; without it the hub takes the benefit account where the child has one.

    `offline`: the till could not ask. `reversal_of` names the receipt's event that this one takes back.
    """

    credential: Credential
    amount_kop: Kopecks
    items: Annotated[tuple[MealItem, ...], Meta(max_length=50)] = ()
    receipt: Text = ""
    place: Text = ""
    account: Literal["meal", "meal_benefit", ""] = ""
    operator: Text = ""
    offline: bool = False
    reversal_of: Text = ""


class CardData(Struct, frozen=True):
    """Something that a device saw happen to a carrier."""

    credential: Credential
    action: Literal["issued", "blocked", "lost", "found", "returned", "refused"]
    reason: Text = ""


class DeviceData(Struct, frozen=True):
    """The device of itself."""

    state: Literal["online", "offline", "tamper", "power", "clock", "buffer", "fault"]
    text: Text = ""
    buffer_depth: Annotated[int, Meta(ge=0, le=10_000_000)] | None = None


PAYLOADS: dict[EventType, type[Struct]] = {
    EventType.PASS: PassData,
    EventType.MEAL: MealData,
    EventType.CARD: CardData,
    EventType.DEVICE: DeviceData,
}


def schema(kind: EventType) -> dict[str, Any]:
    """JSON Schema 2020-12 of the type's `data`."""
    found = msgspec.json.schema(PAYLOADS[kind], ref_template="#/$defs/{name}")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": kind.value, **found}
