"""CloudEvents 1.0 of a turnstile and a till: one event by itself, or a batch; signed as the device was registered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sandbox.devices.state.day import PASS
from sandbox.devices.state.equipment import RFC9421
from sandbox.devices.state.spoiling import Telling
from sandbox.devices.wire import rfc9421, webhooks
from sandbox.devices.wire.report import Report, Speaker, read_verdicts, written
from sandbox.outbound import Answered

PATH: Final = "/ingest/v1/events"
ONE, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
Signing = Callable[[Speaker, str, bytes, datetime], Mapping[str, str]]


class CloudEvents:
    most = 100

    def report(self, who: Speaker, told: Sequence[Telling], *, now: datetime) -> Report:
        events = [event(who, one) for one in told]
        body, media = (written(events[0]), ONE) if len(events) == 1 else (written(events), BATCH)
        sign: Signing = rfc9421.signed if who.device.model.sign == RFC9421 else webhooks.signed
        headers = {"Content-Type": media, **sign(who, PATH, body, now)}
        return Report(path=f"{PATH}?device={who.known.device}", headers=headers, body=body)

    def verdicts(self, answer: Answered, told: Sequence[Telling]) -> Counter[str]:
        return read_verdicts(answer, told)


def event(who: Speaker, one: Telling) -> dict[str, Any]:
    kind, number = one.of.credential
    credential = {"kind": kind, "number": number}
    return {
        "specversion": "1.0",
        "id": f"{one.of.at:%Y%m%d}-{one.of.number:05}{'-c' if one.wrong else ''}",
        "source": who.known.source,
        "type": f"ru.schoolhub.{one.of.kind}.v1",
        "time": one.said.astimezone(ZoneInfo(who.device.school.tz)).isoformat(timespec="seconds"),
        "datacontenttype": "application/json",
        "data": _pass(one, credential) if one.of.kind == PASS else _meal(one, credential),
    }


def _pass(one: Telling, credential: dict[str, str]) -> dict[str, Any]:
    found = {"direction": one.of.direction, "door": "main", "credential": credential}
    return found | {"granted": one.of.granted, "passed": one.of.granted, "reason": one.of.reason}


def _meal(one: Telling, credential: dict[str, str]) -> dict[str, Any]:
    items = [{"sku": sku, "title": title, "price_kop": kop, "count": 1} for sku, title, kop in one.of.dishes]
    amount = sum(kop for _, _, kop in one.of.dishes)
    return {"credential": credential, "amount_kop": amount, "items": items, "receipt": f"{one.of.number:05}", "place": "столовая"}
