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
    """`silent`: it should speak now and has not for three hours; `skew_s`: its clock less ours; `refused`: why it was not heard last."""

    heard_at: dt.datetime | None
    silent: bool
    skew_s: float | None
    jumped_at: dt.datetime | None
    jump_s: float | None
    refused: str | None
    refused_at: dt.datetime | None


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


class DeviceList(View, frozen=True, kw_only=True):
    zone: str
    items: tuple[DeviceView, ...]


class DeviceAdded(View, frozen=True, kw_only=True):
    """`secret` is shown this once; none where the device signs with its own key or not at all."""

    id: str
    source: str
    secret: str | None
    key_id: str
