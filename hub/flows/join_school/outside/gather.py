"""What the outside system must be told with an errand, read here before it is asked: accounts, names, the child as it is known there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.kit.school_joining import ChildByName, ChildBySnils, NamedChild, OutsidePerson
from connectors.kit.secret import Secret
from hub.deps import Deps
from hub.store.joining import bundles, errands
from hub.store.joining.errands import Errand
from hub.store.joining.records import Bundle, Request
from identity.joining import Role
from identity.model import GOSUSLUGI, Person, PersonId, SnilsProof
from identity.sealing import Keys
from identity.store import links, person

PROVEN = frozenset({SnilsProof.GOSUSLUGI_CHILD, SnilsProof.VERIFIED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`applicant` and `officer` are None where Gosuslugi knows no single account of that person here."""

    bundle: Bundle
    request: Request | None
    applicant: OutsidePerson | None
    officer: OutsidePerson | None
    child: NamedChild | None
    previous: str
    """The former bundle's id there."""
    waits_for_former: bool
    """What the family took back is still to be told first."""


def gather(deps: Deps, errand: Errand) -> Job | None:
    """In the caller's unit; None where the bundle is gone."""
    bundle = bundles.find(deps.keys, errand.bundle)
    if bundle is None:
        return None
    former = bundles.find(deps.keys, bundle.previous) if bundle.previous else None
    pupil = person(deps.keys, PersonId(bundle.child))
    return Job(
        bundle=bundle,
        request=bundle.numbered(errand.request) if errand.request else None,
        applicant=outside_person(deps.keys, PersonId(bundle.applicant), agreed_at=bundle.submitted_at),
        officer=outside_person(deps.keys, PersonId(errand.by), agreed_at=deps.now()) if errand.by else None,
        child=None if bundle.role is Role.PUPIL or pupil is None else _named(pupil),
        previous=(former.outside or "") if former else "",
        waits_for_former=former is not None and errands.standing(former.id)[0],
    )


def outside_person(keys: Keys, who: PersonId, *, agreed_at: datetime) -> OutsidePerson | None:
    """By the number of the Gosuslugi account that signs in here."""
    me, accounts = person(keys, who), links.sign_ins_of(keys, who, system=GOSUSLUGI)
    if me is None or len(accounts) != 1:
        return None
    return OutsidePerson(
        oid=accounts[0].subject,
        last_name=me.last_name,
        first_name=me.first_name,
        middle_name=me.middle_name,
        agreed_at=agreed_at,
        snils=Secret(me.snils.canonical) if me.snils and me.snils_proof is SnilsProof.VERIFIED else None,
    )


def _named(pupil: Person) -> NamedChild | None:
    if pupil.snils is not None and pupil.snils_proof in PROVEN:
        return ChildBySnils(snils=Secret(pupil.snils.canonical))
    if pupil.birth_date is None:
        return None
    return ChildByName(last_name=pupil.last_name, first_name=pupil.first_name, middle_name=pupil.middle_name, birth_date=pupil.birth_date)
