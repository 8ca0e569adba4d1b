"""The demo town's schools work with VK and, since 2025, with MAX: their communities and bots are connected from the start."""

from __future__ import annotations

from datetime import date, datetime

from hub.demo.control import Town, TownSchool
from hub.store.school.chats import carriers
from hub.store.school.chats.carriers import CarrierCard, NewCarrier
from identity.linking.class_chats import Strangers
from identity.sealing import Keys

BY = "demo"
SINCE = {"vkapi": (date(2024, 9, 1), "group_id"), "max": (date(2025, 10, 31), "bot_id")}
"""By messenger: from which day, and where the town keeps the account's id."""


def connect_messengers(keys: Keys, town: Town, *, now: datetime) -> None:
    """In the caller's unit. What a school entered itself stays, while the town still knows that account."""
    for school in town.schools:
        for carrier, (since, name) in SINCE.items():
            known = carriers.by_account(keys, carrier, school.ogrn)
            new = _account(school, carrier, name, since)
            if new is not None and not _same(known, new):
                carriers.put(keys, new, by=BY, now=now)


def _same(known: CarrierCard | None, new: NewCarrier) -> bool:
    return known is not None and (known.account, known.token) == (new.account, new.token)


def _account(school: TownSchool, carrier: str, name: str, since: date) -> NewCarrier | None:
    told = school.accounts.get(carrier, {})
    if not told.get("token"):
        return None
    return NewCarrier(
        school=school.ogrn,
        carrier=carrier,
        since=since,
        account=str(told.get(name, "")),
        account_name=school.short_name,
        username="",
        strangers=Strangers.TELL,
        token=str(told["token"]),
    )
