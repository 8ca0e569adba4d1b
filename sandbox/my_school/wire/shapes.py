"""People, schools, bundles and requests as the service words them."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sandbox.my_school.state.joins import Bundle, Decider, Request, age
from sandbox.my_school.state.notices import MOSCOW
from sandbox.my_school.state.registry import Change
from sandbox.my_school.state.service import TERMS, Service
from sandbox.world.model import Person, School

TERMS_TEXT: Final = "Я согласен с условиями использования ФГИС «Моя школа» и на обработку данных для присоединения к школе."


def moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(MOSCOW).isoformat(timespec="seconds")


def child_id(person: str) -> str:
    """The service's own id of a child: the same for all who apply, no number of the town."""
    return f"c-{hashlib.sha256(f'my-school:{person}'.encode()).hexdigest()[:12]}"


def today(service: Service, school: School | None = None) -> date:
    return service.now.astimezone(ZoneInfo(school.tz) if school else MOSCOW).date()


def names(who: Any) -> dict[str, str]:
    return {"last_name": who.last_name, "first_name": who.first_name, "middle_name": who.middle_name}


def short_name(who: Person) -> str:
    """As a family sees an officer: no whole surname."""
    return " ".join(part for part in (who.first_name, who.middle_name, f"{who.last_name[:1]}.") if part)


def me(service: Service, who: Person) -> dict[str, Any]:
    own = service.profiles.get(who.id)
    children = [service.town.people[key] for key in who.gosuslugi_children if key in service.town.people]
    return {
        "oid": str(who.esia.oid) if who.esia else None,
        "level": service.level(who.id),
        **names(who),
        "birth_date": who.birth_date.isoformat(),
        "age": age(who.birth_date, today(service)),
        "profile": None if own is None else {"kind": own.kind, "terms": TERMS, "since": moment(own.since)},
        "terms": {"version": TERMS, "text": TERMS_TEXT},
        "children": [_child(service, child) for child in children],
        "attached": attached(service, who.id),
        "offices": [{"ogrn": it.ogrn, "legal_name": service.named(it).legal_name} for it in service.offices(who)],
    }


def _child(service: Service, child: Person) -> dict[str, Any]:
    digits = "".join(filter(str.isdigit, child.snils or ""))
    return {
        "id": child_id(child.id),
        **names(child),
        "birth_date": child.birth_date.isoformat(),
        "age": age(child.birth_date, today(service)),
        "snils": f"***-***-*** {digits[-2:]}" if digits else None,
        "certificate": certified(service, child),
        "account": child.esia is not None,
        "attached": attached(service, child.id),
    }


def certified(service: Service, child: Person) -> bool:
    return child.birth_certificate is not None and child.id not in service.names.without_certificate


def attached(service: Service, person: str) -> list[dict[str, str]]:
    """Where this pupil's registration was approved."""
    found = (it for it in service.registry.bundles.values() if it.child.person == person and it.requests[0].state == "approved")
    return [{"ogrn": it.ogrn, "class": it.class_name, "school_year": it.key[3]} for it in found]


def school(service: Service, it: School) -> dict[str, Any]:
    named, offset = service.named(it), f"{service.now.astimezone(ZoneInfo(it.tz)):%z}"
    return {
        "ogrn": it.ogrn,
        "inn": it.inn,
        "legal_name": named.legal_name,
        "short_name": named.short_name,
        "region": it.region,
        "city": it.city,
        "utc_offset": f"{offset[:3]}:{offset[3:]}",
        "former_names": list(named.former),
    }


def effect(service: Service, bundle: Bundle, request: Request) -> tuple[bool, str | None]:
    """Whether the approval works already, and what it waits for."""
    if request.state != "approved" or request.kind == "register_pupil":
        return request.state == "approved", None
    if bundle.requests[0].state != "approved":
        return False, "register_pupil"
    return (True, None) if service.level(bundle.applicant) == "confirmed" else (False, "confirmed_account")


def _decider(by: Decider | None) -> dict[str, str] | None:
    return None if by is None else {"name": by.name, "post": by.post}


def bundle(service: Service, it: Bundle) -> dict[str, Any]:
    where, applicant = service.school(it.ogrn), service.town.people.get(it.applicant)
    child = service.town.people.get(it.child.person)
    oid = str(applicant.esia.oid) if applicant is not None and applicant.esia is not None else None
    return {
        "id": it.id,
        "version": it.version,
        "state": it.state,
        "role": it.role,
        "applicant": {"oid": oid, "level": service.level(it.applicant)},
        "child": _child_of(it) | {"age_at_submission": it.age_at_submission, "account": child is not None and child.esia is not None},
        "school": {
            "ogrn": it.ogrn,
            "inn": where.inn if where else None,
            "legal_name": it.legal_name,
            "legal_name_now": service.named(where).legal_name if where else None,
        },
        "class": it.class_name,
        "school_year": it.key[3],
        "created_at": moment(it.created_at),
        "submitted_at": moment(it.submitted_at),
        "expires_at": moment(it.ends_at),
        "previous": it.previous,
        "next": it.next,
        "complete": it.state == "complete",
        "requests": [_request(service, it, one) for one in it.requests],
        "history": [{"at": moment(one.at), "event": one.event, "request": one.request} for one in it.history],
    }


def _child_of(it: Bundle) -> dict[str, Any]:
    return {"id": child_id(it.child.person), **names(it.child), "birth_date": it.child.birth_date.isoformat()}


def _request(service: Service, it: Bundle, one: Request) -> dict[str, Any]:
    effective, waits_for = effect(service, it, one)
    return {
        "id": one.id,
        "kind": one.kind,
        "state": one.state,
        "version": one.version,
        "reason": one.reason,
        "decided_at": moment(one.decided_at),
        "decided_by": _decider(one.decided_by),
        "effective": effective,
        "waits_for": waits_for,
    }


def office_request(service: Service, it: Bundle, one: Request) -> dict[str, Any]:
    """As the school's administrator sees it."""
    applicant = service.town.people.get(it.applicant)
    level = service.level(it.applicant)
    other = next((more for more in it.requests if more is not one), None)
    kind = "gosuslugi_children" if it.role == "legal_representative" else "gosuslugi_account"
    return {
        "id": one.id,
        "bundle": it.id,
        "kind": one.kind,
        "state": one.state,
        "version": one.version,
        "child": _child_of(it) | {"age_at_submission": it.age_at_submission},
        "applicant": ({} if applicant is None else names(applicant)) | {"level": level},
        "school": {"ogrn": it.ogrn, "legal_name": it.legal_name},
        "class": it.class_name,
        "school_year": it.key[3],
        "submitted_at": moment(it.submitted_at),
        "expires_at": moment(it.ends_at),
        "other": None if other is None else {"id": other.id, "kind": other.kind, "state": other.state},
        "evidence": [{"kind": kind, "at": moment(it.submitted_at)}],
        "reason": one.reason,
        "decided_at": moment(one.decided_at),
        "decided_by": _decider(one.decided_by),
    }


def change(service: Service, it: Change) -> dict[str, Any]:
    who = service.town.people.get(it.person)
    oid = str(who.esia.oid) if who is not None and who.esia is not None else None
    told = {"seq": str(it.seq), "bundle": it.bundle, "oid": oid, "version": it.version}
    return told | {"state": it.state, "event": it.event, "at": moment(it.at)}
