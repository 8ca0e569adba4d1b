"""«Пропустить без карты»: the guard names the child, the pass is in the log in the guard's name, the family hears of it (RULES E9)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from hashlib import blake2b
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec

from device_ingest.envelope.cloud_events import MANUAL
from device_ingest.model import Event, EventType, Proof, Sign, Verdict
from device_ingest.store import append, prepare
from hub.deps import Deps
from hub.flows.debits.words import tell_parents
from hub.flows.guard.desk import sender_of
from hub.flows.office.officers import POSTS, Officer, note_change, officer_for
from hub.flows.office.rights import Act
from hub.flows.refusals import Reason, Refused
from hub.flows.views.doors.guard import GuardMark
from hub.flows.words import names_of
from hub.store.sessions import Visitor
from identity.model import Person, PersonId
from identity.store import person

WAYS = {"in": "вход", "out": "выход"}
LONGEST_FORM = 200
_encode = msgspec.json.Encoder(order="sorted").encode


async def mark_by_name(deps: Deps, visitor: Visitor, *, child: str, direction: str, form: str) -> GuardMark:
    """The same form once more is the same pass. A child of another school and none at all look the same."""
    now, whom = deps.now(), PersonId(child)
    if direction not in WAYS:
        raise Refused(Reason.MALFORMED, "Отметьте вход или выход.")
    if not 0 < len(form) <= LONGEST_FORM:
        raise Refused(Reason.MALFORMED, "Обновите страницу и отметьте ещё раз.")

    def unit() -> GuardMark:
        officer = officer_for(deps, visitor, whom, act=Act.PASSES)
        known = person(deps.keys, whom)
        if known is None:
            raise Refused(Reason.NOT_FOUND)
        event = _event(officer, child, direction, form, now)
        report = prepare(sender_of(officer.school, officer.zone, now=now), Proof(sign=Sign.OFFICE), [event], received_at=now)
        told = append([report])[0]
        new = isinstance(told, list) and told[0].verdict is Verdict.STORED
        if new:
            note_change(deps, officer, whom, action="pass.by_name", now=now)
            _tell(deps, officer, known, direction, event.id, now)
        return GuardMark(event_id=event.id, child=child, name=names_of(known), direction=direction, at=now, repeated=not new)

    return await deps.db.write(unit)


def _event(officer: Officer, child: str, direction: str, form: str, now: datetime) -> Event:
    """Its hash leaves the moment out: a form that is sent twice is a duplicate, not a conflict."""
    named = f"{officer.person}\0{form}\0{child}\0{direction}"
    data = {
        "direction": direction,
        "credential": {"kind": MANUAL, "number": child},
        "granted": True,
        "passed": True,
        "operator": POSTS.get(officer.role, "Сотрудник школы"),
    }
    return Event(
        index=0,
        id=f"name-{hashlib.sha256(named.encode()).hexdigest()[:24]}",
        type=EventType.PASS,
        at=now,
        written=now.astimezone(ZoneInfo(officer.zone)).isoformat(),
        hash=blake2b(named.encode(), digest_size=16).digest(),
        direction=direction,
        door="",
        carrier=MANUAL,
        token=child,
        text=_encode(data).decode(),
    )


def _tell(deps: Deps, officer: Officer, child: Person, direction: str, event: str, now: datetime) -> None:
    """With one tap to say that it was not so."""
    at = now.astimezone(ZoneInfo(officer.zone))
    title = f"{WAYS[direction].capitalize()} {at:%d.%m %H:%M}, отмечен по имени"
    who = f"{POSTS.get(officer.role, 'сотрудник школы')} — {names_of(person(deps.keys, officer.person))}"
    text = f"{child.first_name}: {WAYS[direction]} в {at:%H:%M} без карты. Отметил(а) {who}. Если это не так, откройте и скажите школе."
    asked = {"kind": "pass", "about_kind": "pass", "about_id": event, "about_title": title, "about_href": f"/children/{child.id}/passes"}
    href = f"/children/{child.id}/appeals?{urlencode(asked)}"
    tell_parents(deps, child.id, but=officer.person, pupil=True, kind="pass_by_name", text=text, href=href)
