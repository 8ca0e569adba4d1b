"""Applications of families: made once for a key, submitted, withdrawn, made anew, found again after a lost answer."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from quart import Response, request

from sandbox.my_school.routes.asking import Asking, body_of, known_versions, number_of, page_of, text_of, wanted_version
from sandbox.my_school.routes.people import digits, plain
from sandbox.my_school.state.joins import CLOSED, GROWN, KINDS, Bundle, Child, Key, age, school_years
from sandbox.my_school.wire import shapes
from sandbox.my_school.wire.errors import SchoolError, answer
from sandbox.world.model import Person, School

PROFILE_OF: Final = {"legal_representative": "legal_representative", "pupil": "student"}
LONGEST_CLASS: Final = 20


async def create(asked: Asking) -> Response:
    body = await body_of()
    service, role, who = asked.service, text_of(body, "role"), asked.person
    if role not in KINDS:
        raise SchoolError("value", field="role")
    check_profile(asked, role)
    child, school = _child(asked, role, body.get("child")), service.school(text_of(body, "school_ogrn"))
    if school is None:
        raise SchoolError("school_unknown", field="school_ogrn")
    years = school_years(shapes.today(service, school))
    year, class_name = str(body.get("school_year") or years[0]), text_of(body, "class", LONGEST_CLASS)
    key: Key = (who.id, child.id, school.ogrn, year)
    newest = service.registry.newest(key)
    previous = _previous(asked, newest, body)
    if newest is not None and previous is not newest:
        return _shown(asked, newest)
    if year not in years:
        raise SchoolError("school_year", field="school_year")
    _check_age(asked, role, child.birth_date, school)
    _check_certificate(asked, role, child)
    made = service.registry.make(key, role, _snapshot(child), class_name, service.named(school).legal_name, asked.now, previous)
    if body.get("submit") is True:
        _submit(asked, made, school)
    shown = _shown(asked, made, 201)
    shown.headers["Location"] = f"{request.path}/{made.id}"
    return shown


def check_profile(asked: Asking, role: str) -> None:
    own = asked.service.profiles.get(asked.person.id)
    if own is None:
        raise SchoolError("profile_missing")
    if own.kind != PROFILE_OF[role]:
        raise SchoolError("wrong_profile", field="role")


def _previous(asked: Asking, newest: Bundle | None, body: dict[str, Any]) -> Bundle | None:
    """The closed bundle to be made anew: the newest itself, or None where it was made anew already, or nothing was asked."""
    if body.get("previous") is None:
        return None
    old = asked.service.registry.bundles.get(text_of(body, "previous"))
    if old is None or old.applicant != asked.person.id:
        raise SchoolError("not_found", field="previous")
    if newest is None or old.key != newest.key:
        raise SchoolError("value", field="previous")
    if old.next is not None:
        return None
    if old.state not in CLOSED:
        raise SchoolError("not_closed", field="previous", current=shapes.bundle(asked.service, old))
    return old


def _child(asked: Asking, role: str, given: Any) -> Person:
    """Exactly one of the own list; a pupil is the child."""
    if role == "pupil":
        if given is not None:
            raise SchoolError("value", field="child")
        return asked.person
    if not isinstance(given, dict):
        raise SchoolError("malformed", field="child")
    people = asked.service.town.people
    own = [people[key] for key in asked.person.gosuslugi_children if key in people]
    found = [child for child in own if _fits(child, {name: str(value) for name, value in given.items() if value is not None})]
    if len(found) != 1:
        raise SchoolError("child_unknown", field="child")
    return found[0]


def _fits(child: Person, given: dict[str, str]) -> bool:
    if "id" in given:
        return shapes.child_id(child.id) == given["id"]
    if "snils" in given:
        return digits(child.snils or "") == digits(given["snils"]) != ""
    if not {"last_name", "first_name", "birth_date"} <= set(given):
        return False
    named = all(
        plain(str(getattr(child, name))) == plain(given[name]) for name in ("last_name", "first_name", "middle_name") if name in given
    )
    return named and child.birth_date.isoformat() == given["birth_date"]


def _snapshot(child: Person) -> Child:
    return Child(person=child.id, **shapes.names(child), birth_date=child.birth_date)


def _check_age(asked: Asking, role: str, born: date, school: School) -> int:
    """By the date in the school's zone (RULES A6, B1)."""
    years = age(born, shapes.today(asked.service, school))
    if role == "pupil" and years < GROWN:
        raise SchoolError("too_young")
    if role == "legal_representative" and years >= GROWN:
        raise SchoolError("pupil_acts_alone", field="child")
    return years


def _check_certificate(asked: Asking, role: str, child: Person) -> None:
    if role == "legal_representative" and not shapes.certified(asked.service, child):
        raise SchoolError("certificate_missing", field="child")


def _submit(asked: Asking, bundle: Bundle, school: School) -> None:
    """Everything is judged anew: a draft may be a month old."""
    child = _child(asked, bundle.role, None if bundle.role == "pupil" else {"id": shapes.child_id(bundle.child.person)})
    _check_certificate(asked, bundle.role, child)
    years = _check_age(asked, bundle.role, bundle.child.birth_date, school)
    asked.service.registry.submit(bundle, years, asked.service.named(school).legal_name, asked.now)


def _shown(asked: Asking, bundle: Bundle, status: int = 200) -> Response:
    return answer(shapes.bundle(asked.service, bundle), status, bundle.version)


def _own(asked: Asking, bundle_id: str) -> Bundle:
    """Another's bundle is no bundle."""
    found = asked.service.registry.bundles.get(bundle_id)
    if found is None or found.applicant != asked.person.id:
        raise SchoolError("not_found")
    return found


def _check_version(asked: Asking, bundle: Bundle, *, needed: bool) -> None:
    version = wanted_version(needed=needed)
    if version is not None and version != bundle.version:
        raise SchoolError("version_changed", current=shapes.bundle(asked.service, bundle))


async def show(asked: Asking, bundle_id: str) -> Response:
    found = _own(asked, bundle_id)
    if str(found.version) in known_versions():
        return Response(b"", 304, headers={"ETag": f'"{found.version}"', "Cache-Control": "no-store"})
    return _shown(asked, found)


async def listed(asked: Asking) -> Response:
    args, own = request.args, [it for it in asked.service.registry.bundles.values() if it.applicant == asked.person.id]

    def fits(it: Bundle) -> bool:
        told = {"state": it.state, "child": shapes.child_id(it.child.person), "school_ogrn": it.ogrn, "school_year": it.key[3]}
        return all(args.get(name) in (None, value) for name, value in told.items())

    found = [it for it in own if fits(it)]
    return answer(page_of(found, lambda it: it.id, lambda it: shapes.bundle(asked.service, it)))


async def change(asked: Asking, bundle_id: str) -> Response:
    bundle, body = _own(asked, bundle_id), await body_of()
    class_name = text_of(body, "class", LONGEST_CLASS)
    if bundle.state != "draft":
        raise SchoolError("not_draft", current=shapes.bundle(asked.service, bundle))
    _check_version(asked, bundle, needed=True)
    if class_name != bundle.class_name:
        asked.service.registry.change(bundle, class_name, asked.now)
    return _shown(asked, bundle)


async def submit(asked: Asking, bundle_id: str) -> Response:
    """Repeated: what became of it."""
    bundle = _own(asked, bundle_id)
    if bundle.submitted_at is not None:
        return _shown(asked, bundle)
    if bundle.state != "draft":
        raise SchoolError(bundle.state, current=shapes.bundle(asked.service, bundle))
    _check_version(asked, bundle, needed=False)
    school = asked.service.school(bundle.ogrn)
    if school is None:
        raise SchoolError("school_unknown")
    check_profile(asked, bundle.role)
    _submit(asked, bundle, school)
    return _shown(asked, bundle)


async def withdraw(asked: Asking, bundle_id: str) -> Response:
    bundle = _own(asked, bundle_id)
    if not bundle.open:
        if any(it.state == "withdrawn" for it in bundle.requests):
            return _shown(asked, bundle)
        code = "expired" if bundle.state == "expired" else "already_decided"
        raise SchoolError(code, current=shapes.bundle(asked.service, bundle))
    _check_version(asked, bundle, needed=False)
    asked.service.registry.withdraw(bundle, asked.now)
    return _shown(asked, bundle)


# What changed, for systems
async def changes(asked: Asking) -> Response:
    """Of all persons who agreed to this system."""
    after, limit = request.args.get("after", "0"), number_of("limit", 100, 200)
    if not (after.isascii() and after.isdigit() and len(after) < 16):
        raise SchoolError("malformed", field="after")
    service = asked.service
    agreed = {person for client, person in service.access.consents if client == asked.client}
    found = [it for it in service.registry.changes if it.seq > int(after) and it.person in agreed][:limit]
    return answer({"items": [shapes.change(service, it) for it in found], "next": str(found[-1].seq) if found else after})
