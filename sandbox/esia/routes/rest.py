"""`/rs/prns/{oid}` and `/rs/orgs/{oid}`: what a person allowed a system to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from quart import Blueprint, Response, g, jsonify, request

from sandbox.esia.routes.party import Party
from sandbox.esia.state import Grant
from sandbox.esia.wire import embeds, records, scopes
from sandbox.esia.wire.errors import RestError
from sandbox.world.model import Person, School

Records = list[dict[str, Any]]
KID_SCOPES = frozenset(scopes.KIDS)
DOCUMENT_SCOPES = frozenset(name for name in scopes.OWN if name.endswith("_doc"))
_NEWER_FIELDS = {1: ("rIdDoc", "selfEmployed", "containsUpCfmCode"), 2: ("selfEmployed",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One request of a system that holds a good token for this person."""

    party: Party
    person: Person
    oid: int
    scopes: frozenset[str]

    def address(self, *parts: object) -> str:
        base = self.party.sandbox.base_url().rstrip("/")
        return "/".join([f"{base}/esia/rs/prns/{self.oid}", *(str(part) for part in parts)])

    def records(self, kind: str) -> Records:
        if not self.scopes & COLLECTIONS[kind].scopes:
            raise RestError("005029")
        return COLLECTIONS[kind].read(self)

    def kids(self) -> list[Person]:
        return _kids(self)

    def school(self) -> School | None:
        return _school(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """`embed` is the collection's name inside a person; `scopes` are those of which one must be given."""

    embed: str
    scopes: frozenset[str]
    read: Callable[[Reader], Records]
    is_inline: bool = False


def _kids(reader: Reader) -> list[Person]:
    people = reader.party.sandbox.town.people
    return [people[kid] for kid in reader.person.gosuslugi_children if kid in people]


def _school(reader: Reader) -> School | None:
    """The organisation of someone who works there; pupils and parents have none."""
    person = reader.person
    return reader.party.sandbox.town.schools.get(person.school or "") if person.role in {"teacher", "school_admin"} else None


def _roles(reader: Reader) -> Records:
    school = _school(reader)
    return [records.role_record(reader.person, reader.oid, school)] if school is not None else []


def _organisations(reader: Reader) -> Records:
    school = _school(reader)
    return [records.organisation_record(school)] if school is not None else []


COLLECTIONS = {
    "ctts": Collection(
        embed="contacts",
        scopes=frozenset({"contacts", "mobile", "email"}),
        read=lambda reader: records.contact_records(reader.person, reader.oid, reader.scopes),
    ),
    "addrs": Collection(
        embed="addresses", scopes=frozenset({"addresses"}), read=lambda reader: records.address_records(reader.person, reader.oid)
    ),
    "docs": Collection(
        embed="documents", scopes=DOCUMENT_SCOPES, read=lambda reader: records.document_records(reader.person, reader.scopes)
    ),
    "kids": Collection(
        embed="kids", scopes=KID_SCOPES, read=lambda reader: [records.kid_record(kid, reader.scopes) for kid in reader.kids()]
    ),
    "vhls": Collection(
        embed="vehicles", scopes=frozenset({"vehicles"}), read=lambda reader: records.vehicle_records(reader.person.vehicles, reader.oid)
    ),
    "roles": Collection(embed="roles", scopes=frozenset({"usr_org"}), read=_roles, is_inline=True),
    "orgs": Collection(embed="organizations", scopes=frozenset({"usr_org"}), read=_organisations),
}


def add_rest(blueprint: Blueprint, party: Party) -> None:
    """Every address below `/rs`."""

    @blueprint.get("/rs/prns/<int:oid>", strict_slashes=False)
    async def person(oid: int) -> Response:
        return _told(party, lambda: _person(_reader(party, oid)))

    @blueprint.get("/rs/prns/<int:oid>/<kind>", strict_slashes=False)
    async def collection(oid: int, kind: str) -> Response:
        return _told(party, lambda: _collection(_reader(party, oid), kind))

    @blueprint.get("/rs/prns/<int:oid>/<kind>/<int:number>", strict_slashes=False)
    async def element(oid: int, kind: str, number: int) -> Response:
        return _told(party, lambda: _element(_reader(party, oid), kind, number))

    @blueprint.get("/rs/prns/<int:oid>/kids/<int:kid>/<kind>", strict_slashes=False)
    async def kid_collection(oid: int, kid: int, kind: str) -> Response:
        return _told(party, lambda: _kid_collection(_reader(party, oid), kid, kind))

    @blueprint.get("/rs/prns/<int:oid>/kids/<int:kid>/<kind>/<int:number>", strict_slashes=False)
    async def kid_element(oid: int, kid: int, kind: str, number: int) -> Response:
        return _told(party, lambda: _found(_kid_records(_reader(party, oid), kid, kind), number))

    @blueprint.get("/rs/orgs/<int:oid>", strict_slashes=False)
    async def organisation(oid: int) -> Response:
        return _told(party, lambda: _organisation(party, oid))


def _told(party: Party, read: Callable[[], Any]) -> Response:
    try:
        response = jsonify(read())
    except RestError as error:
        g.verdicts = {**getattr(g, "verdicts", {}), "error": f"ESIA-{error.number}"}
        response = jsonify(error.body(as_list=party.state.switches.rest_error_list))
        response.status_code = error.status
        return response
    asked = embeds.schema(request.headers.get("Accept", ""))
    if asked is not None:
        response.content_type = f'application/json; schema="{party.sandbox.base_url()}/esia/rs/model/{asked[0]}-{asked[1]}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _grant(party: Party) -> Grant:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    access = party.state.access.get(token.strip()) if kind.lower() == "bearer" else None
    g.verdicts = {"token": "absent" if not token else "bad" if access is None else "ok"}
    if access is None:
        raise RestError("005011")
    if party.state.now() >= access.expires_at:
        g.verdicts = {"token": "expired"}
        raise RestError("005013")
    return access.grant


def _reader(party: Party, oid: int) -> Reader:
    """The token's own person only: every scope in it names one oid."""
    grant = _grant(party)
    person = party.person(grant.person)
    if person is None or person.esia is None or person.esia.oid != oid:
        raise RestError("005029")
    return Reader(party=party, person=person, oid=oid, scopes=scopes.widened(grant.scopes))


def _person(reader: Reader) -> dict[str, Any]:
    switches = reader.party.state.switches
    confirmed = reader.person.esia is not None and reader.person.esia.level == "confirmed"
    told = records.person_record(reader.person, reader.oid, reader.scopes, trusted=None if switches.omit_trusted else confirmed)
    asked = embeds.schema(request.headers.get("Accept", ""))
    for name in _NEWER_FIELDS.get(asked[1], ()) if asked is not None and asked[0] == "prn/Person" else ():
        told.pop(name, None)
    paths = embeds.read(request.args.get("embed", ""))
    for kind, part in COLLECTIONS.items():
        # What the scopes do not open is left out of a person, while asking for it by its own address is refused.
        if part.embed in paths and reader.scopes & part.scopes:
            told[part.embed] = _listed(reader, kind, is_full=f"{part.embed}.elements" in paths)
    return told


def _collection(reader: Reader, kind: str) -> dict[str, Any]:
    if kind not in COLLECTIONS:
        raise RestError("005004")
    return _listed(reader, kind, is_full="elements" in embeds.read(request.args.get("embed", "")))


def _listed(reader: Reader, kind: str, *, is_full: bool) -> dict[str, Any]:
    found = reader.records(kind)
    if is_full or COLLECTIONS[kind].is_inline:
        return records.collection(found)
    if kind == "orgs":
        base = reader.party.sandbox.base_url().rstrip("/")
        return records.collection([f"{base}/esia/rs/orgs/{one['oid']}" for one in found])
    return records.collection([reader.address(kind, one["id"]) for one in found])


def _element(reader: Reader, kind: str, number: int) -> dict[str, Any]:
    if kind not in COLLECTIONS:
        raise RestError("005004")
    return _found(reader.records(kind), number)


def _found(found: Records, number: int) -> dict[str, Any]:
    one = next((record for record in found if number in {record.get("id"), record.get("oid")}), None)
    if one is None:
        raise RestError("005004")
    return one


def _kid_records(reader: Reader, number: int, kind: str) -> Records:
    if not reader.scopes & KID_SCOPES:
        raise RestError("005029")
    kid = next((one for one in reader.kids() if records.kid_id(one) == number), None)
    if kid is None or kind not in {"docs", "ctts"}:
        raise RestError("005004")
    needed = {"docs": {"kid_birth_cert_doc", "kid_medical_doc"}, "ctts": {"kid_mobile", "kid_email"}}[kind]
    if not reader.scopes & needed:
        raise RestError("005029")
    return records.kid_document_records(kid, reader.scopes) if kind == "docs" else records.kid_contact_records(kid, reader.scopes)


def _kid_collection(reader: Reader, number: int, kind: str) -> dict[str, Any]:
    found = _kid_records(reader, number, kind)
    if "elements" in embeds.read(request.args.get("embed", "")):
        return records.collection(found)
    return records.collection([reader.address("kids", number, kind, one["id"]) for one in found])


def _organisation(party: Party, oid: int) -> dict[str, Any]:
    """For someone who works there, or for a system with a right of its own to organisations."""
    grant = _grant(party)
    opened = scopes.widened(grant.scopes)
    found = next((one for one in party.sandbox.town.schools.values() if records.organisation_oid(one) == oid), None)
    person = party.person(grant.person)
    if person is None:
        allowed = bool(opened & set(scopes.ORGANISATIONS))
    else:
        allowed = "usr_org" in opened and found is not None and person.school == found.id and person.role in {"teacher", "school_admin"}
    if not allowed:
        raise RestError("005029")
    if found is None:
        raise RestError("005004")
    return records.organisation_record(found)
