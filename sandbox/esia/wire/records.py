"""The REST records of one person, as ESIA writes them; each datum names the scopes that open it."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sandbox.world.model import Address, BirthCertificate, Passport, Person, School, Vehicle

Record = dict[str, Any]
Scopes = frozenset[str]

IDENTIFIABLE, ROOT = "Identifiable", "EntityRoot"
DOCUMENT_SCOPES = {
    "RF_PASSPORT": "id_doc",
    "RF_BRTH_CERT": "birth_cert_doc",
}
_UPDATED = 1_690_000_000


def person_record(person: Person, oid: int, scopes: Scopes, *, trusted: bool | None) -> Record:
    """`/rs/prns/{oid}` without embeds; `trusted` None leaves the mark out."""
    # Of a simplified account nothing was checked against the registers, so ESIA has no SNILS and INN to give.
    is_checked = person.esia is None or person.esia.level != "simplified"
    told: Record = {"stateFacts": [ROOT]}
    if "fullname" in scopes:
        told |= {"firstName": person.first_name, "lastName": person.last_name}
        told |= {"middleName": person.middle_name} if person.middle_name else {}
    if "birthdate" in scopes:
        told["birthDate"] = day(person.birth_date)
    if "birthplace" in scopes and person.birth_place:
        told["birthPlace"] = person.birth_place
    if "gender" in scopes:
        told["gender"] = gender(person)
    if trusted is not None:
        told["trusted"] = trusted
    if "citizenship" in scopes:
        told["citizenship"] = "RUS"
    if "snils" in scopes and person.snils and is_checked:
        told["snils"] = person.snils
    if "inn" in scopes and person.inn and is_checked:
        told["inn"] = person.inn
    told["updatedOn"] = _UPDATED + oid % 1_000_000
    if "id_doc" in scopes and person.passport is not None:
        told["rIdDoc"] = person.passport.id
    if "self_employed" in scopes:
        told["selfEmployed"] = {"confirmed": False}
    return tagged({**told, "status": "REGISTERED", "verifying": False, "containsUpCfmCode": False})


def contact_records(person: Person, oid: int, scopes: Scopes) -> list[Record]:
    """A simplified account proved its phone only: its e-mail waits for the letter's code."""
    found: list[Record] = []
    if person.phone and scopes & {"contacts", "mobile"}:
        found.append({"type": "MBT", "vrfStu": "VERIFIED", "value": phone(person.phone)})
    if person.email and scopes & {"contacts", "email"}:
        is_proved = not person.phone or person.esia is None or person.esia.level != "simplified"
        waiting = {"verifyingValue": person.email, "vrfValStu": "VERIFYING", "isCfmCodeExpired": True}
        mail = {"type": "EML", "vrfStu": "VERIFIED" if is_proved else "NOT_VERIFIED", "value": person.email}
        found.append(mail if is_proved else mail | waiting)
    kinds = {"MBT": 1, "EML": 2}
    return [tagged({"stateFacts": [IDENTIFIABLE], "id": oid * 10 + kinds[one["type"]], **one}) for one in found]


def address_records(person: Person, oid: int) -> list[Record]:
    """The place of living and the place of registration; the town knows one address, so they are equal."""
    if person.address is None:
        return []
    return [_address(person.address, oid * 10 + number, kind) for number, kind in ((1, "PLV"), (2, "PRG"))]


def _address(address: Address, number: int, kind: str) -> Record:
    told: Record = {"stateFacts": [IDENTIFIABLE], "id": number, "type": kind, "addressStr": address.text, "countryId": "RUS"}
    parts = {"zipCode": address.zip_code, "region": address.region, "city": address.city}
    parts |= {"street": address.street, "house": address.house, "flat": address.flat}
    return tagged({**told, "fiasCode": _fias(address), **{name: value for name, value in parts.items() if value}})


def _fias(address: Address) -> str:
    digest = hashlib.md5(f"{address.region}{address.city}{address.street}".encode(), usedforsecurity=False).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:]}"


def document_records(person: Person, scopes: Scopes) -> list[Record]:
    """The person's own documents."""
    found: list[Record] = []
    if person.passport is not None and "id_doc" in scopes:
        found.append(_passport(person.passport))
    if person.birth_certificate is not None and "birth_cert_doc" in scopes:
        found.append(_birth_certificate(person.birth_certificate))
    return found


def kid_document_records(kid: Person, scopes: Scopes) -> list[Record]:
    """A child's documents, which scopes of their own open."""
    if kid.birth_certificate is None or "kid_birth_cert_doc" not in scopes:
        return []
    return [_birth_certificate(kid.birth_certificate)]


def kid_contact_records(kid: Person, scopes: Scopes) -> list[Record]:
    """A child's phone and e-mail."""
    own = frozenset(name.removeprefix("kid_") for name in scopes if name in {"kid_mobile", "kid_email"})
    return contact_records(kid, kid_id(kid), own)


def _passport(passport: Passport) -> Record:
    told: Record = {"stateFacts": [ROOT], "id": passport.id, "type": "RF_PASSPORT", "vrfStu": "VERIFIED"}
    told |= {"series": passport.series, "number": passport.number, "issueDate": day(passport.issue_date)}
    return tagged(told | {"issueId": passport.issue_id, "issuedBy": passport.issued_by})


def _birth_certificate(certificate: BirthCertificate) -> Record:
    told: Record = {"stateFacts": [ROOT], "id": certificate.id, "type": "RF_BRTH_CERT", "vrfStu": "VERIFIED"}
    told |= {"series": certificate.series, "number": certificate.number, "issueDate": day(certificate.issue_date)}
    told |= {"issuedBy": certificate.issued_by, "actNo": certificate.act_no, "actDate": day(certificate.issue_date)}
    return tagged(told)


def kid_record(kid: Person, scopes: Scopes) -> Record:
    """One child of `/kids`; its documents and contacts lie inside."""
    told: Record = {"stateFacts": [IDENTIFIABLE], "id": kid_id(kid)}
    if "kid_fullname" in scopes:
        told |= {"firstName": kid.first_name, "lastName": kid.last_name}
        told |= {"middleName": kid.middle_name} if kid.middle_name else {}
    if "kid_birthdate" in scopes:
        told["birthDate"] = day(kid.birth_date)
    if "kid_gender" in scopes:
        told["gender"] = gender(kid)
    if "kid_snils" in scopes and kid.snils:
        told["snils"] = kid.snils
    if "kid_inn" in scopes and kid.inn:
        told["inn"] = kid.inn
    told["trusted"] = True
    if "kid_birth_cert_doc" in scopes:
        told["documents"] = collection(kid_document_records(kid, scopes))
    if scopes & {"kid_mobile", "kid_email"}:
        told["contacts"] = collection(kid_contact_records(kid, scopes))
    return tagged(told)


def kid_id(kid: Person) -> int:
    """The child's number in the list: that of the child's own account where there is one."""
    return kid.esia.oid if kid.esia is not None else 20_000_000 + zlib.crc32(kid.id.encode()) % 10_000_000


def vehicle_records(vehicles: Iterable[Vehicle], oid: int) -> list[Record]:
    """The cars, with their registration certificates."""
    return [
        tagged(
            {
                "stateFacts": [IDENTIFIABLE],
                "id": oid * 10 + number,
                "name": vehicle.name,
                "numberPlate": vehicle.plate,
                "regCertificate": {"series": vehicle.sts_series, "number": vehicle.sts_number},
            }
        )
        for number, vehicle in enumerate(vehicles, start=1)
    ]


def organisation_oid(school: School) -> int:
    """A school's number in ESIA, made from its OGRN."""
    return 1_000_000_000 + int(school.ogrn[-9:])


def role_record(person: Person, oid: int, school: School) -> Record:
    """One line of `/roles`: what the person is in the organisation."""
    return {
        "oid": organisation_oid(school),
        "prnOid": oid,
        "fullName": school.legal_name,
        "shortName": school.short_name,
        "ogrn": school.ogrn,
        "type": "LEGAL",
        "chief": is_head(person, school),
        "admin": person.role == "school_admin",
        "active": True,
    }


def is_head(person: Person, school: School) -> bool:
    return school.head in {person.id, " ".join(filter(None, (person.last_name, person.first_name, person.middle_name)))}


def organisation_record(school: School) -> Record:
    """`/rs/orgs/{oid}`."""
    told = {"stateFacts": [ROOT], "oid": organisation_oid(school), "fullName": school.legal_name, "shortName": school.short_name}
    return tagged({**told, "ogrn": school.ogrn, "inn": school.inn, "type": "LEGAL", "isLiquidated": False, "email": school.email})


def collection(elements: list[Any]) -> Record:
    """`elements` are records, or absolute addresses of them."""
    return tagged({"stateFacts": ["hasSize"], "size": len(elements), "elements": elements})


def tagged(record: Mapping[str, Any]) -> Record:
    """With the eTag that every record of ESIA carries."""
    text = json.dumps(record, ensure_ascii=False, sort_keys=True)
    return {**record, "eTag": hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest().upper()}


def day(value: date) -> str:
    return value.strftime("%d.%m.%Y")


def gender(person: Person) -> str:
    return "F" if person.sex[:1].upper() in {"F", "Ж"} else "M"


def phone(e164: str) -> str:
    """`+79262464800` is written `+7(926)2464800`."""
    return f"{e164[:2]}({e164[2:5]}){e164[5:]}" if e164.startswith("+7") and len(e164) == 12 else e164
