"""The office's registers of the door and the canteen: what pupils pass with, and which devices read it."""

from __future__ import annotations

import datetime as dt

import msgspec

from hub.flows.views.base import View


class CarrierView(View, frozen=True, kw_only=True):
    """`number` shows its end only. `state`: active, blocked, lost, ended; `may`: block, unblock, lose, end."""

    id: str
    kind: str
    number: str
    state: str
    since: dt.datetime
    until: dt.datetime | None
    may: tuple[str, ...]


class PupilCarriers(View, frozen=True, kw_only=True):
    """`own`: of the officer's own family; another officer writes there."""

    child: str
    name: str
    class_name: str = msgspec.field(name="class")
    zone: str
    own: bool
    items: tuple[CarrierView, ...]


class CarrierRow(View, frozen=True, kw_only=True):
    carrier: CarrierView
    child: str
    name: str
    class_name: str = msgspec.field(name="class")


class CarrierList(View, frozen=True, kw_only=True):
    """`next` is the cursor of the following page; `active` counts the whole school."""

    zone: str
    items: tuple[CarrierRow, ...]
    active: int
    next: str | None = None


class DeviceHealth(View, frozen=True, kw_only=True):
    """`silent`: it should speak now and has not since `silent_since`; `skew_s`: its clock less ours; `refused`: why not heard last."""

    heard_at: dt.datetime | None
    silent: bool
    silent_since: dt.datetime | None
    skew_s: float | None
    jumped_at: dt.datetime | None
    jump_s: float | None
    refused: str | None
    refused_at: dt.datetime | None


class TroubleView(View, frozen=True, kw_only=True):
    """`kind`: silent, offline, clock (`amount` seconds), gap (`amount` records), two, unread (`amount` its number).

    One that lasts has not ended.
    """

    kind: str
    began_at: dt.datetime
    ended_at: dt.datetime | None
    amount: int | None


class CommandView(View, frozen=True, kw_only=True):
    """`returned` is the terminal's own answer, 0 for done."""

    word: str
    asked_at: dt.datetime
    sent_at: dt.datetime | None
    answered_at: dt.datetime | None
    returned: int | None


class DoubtView(View, frozen=True, kw_only=True):
    """A revoked device: whose families heard of it, how many debits wait for the school's word, whether all of it was gone through."""

    children: int
    debits: int
    done: bool


class DeviceView(View, frozen=True, kw_only=True):
    """`sign` as the strength of its signature, strongest first: rfc9421, standard_webhooks, basic, serial."""

    id: str
    kind: str
    serial: str
    place: str
    zone: str
    sign: str
    source: str
    key_id: str
    since: dt.datetime
    revoked_at: dt.datetime | None
    revoked_since: dt.datetime | None
    health: DeviceHealth
    order: str
    zone_unit: str
    old_until: dt.datetime | None
    rotated_at: dt.datetime | None
    troubles: tuple[TroubleView, ...]
    commands: tuple[CommandView, ...]
    doubt: DoubtView | None


class DeviceList(View, frozen=True, kw_only=True):
    zone: str
    items: tuple[DeviceView, ...]


class DeviceKey(View, frozen=True, kw_only=True):
    """`secret` is shown this once; none where the device signs with its own key. The former key is good until `old_until`."""

    id: str
    key_id: str
    secret: str | None
    old_until: dt.datetime


class DeviceAdded(View, frozen=True, kw_only=True):
    """`secret` is shown this once; none where the device signs with its own key or not at all."""

    id: str
    source: str
    secret: str | None
    key_id: str
