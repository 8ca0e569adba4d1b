"""Codes for a class: issued for those whom no guardian sees, shown once to be printed, revoked one by one (RULES A7, B5)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hub.deps import Deps
from hub.flows.office.officers import Officer
from hub.flows.office.rights import Act
from hub.flows.refusals import Reason, Refused
from hub.flows.roster.desk import officer_here, take_turn
from hub.flows.roster.listing import own_pupils_officer
from hub.flows.views.school.roster import SlipSheet, SlipView
from hub.store.school import roster as store
from hub.store.school import schools
from hub.store.sessions import Visitor
from identity.invitations import Slip, code_from, printed
from identity.model import PersonId, normalised
from identity.store import Place, issue_code, kill_code, persons_by_id, places_in
from identity.store.edges import ever_between

A_SHEET = 40
"""A class is rarely bigger; a bigger one is printed sheet by sheet, so that no request lasts long."""
MOST_AGAIN = 200


async def print_slips(
    deps: Deps,
    visitor: Visitor,
    klass: str,
    *,
    run: str,
    pupils: Sequence[str] = (),
    again: bool = False,
    school: str | None = None,
    seed: str = "",
) -> SlipSheet:
    """Slips for the pupils without a guardian and without a live code; `again`: with a live one too, whose slip dies.

    `pupils` narrows it to some, whoever sees them. `run` names this very page: the same page asked for once more, by reload or by a
    double press, prints nothing and kills nothing. A `seed` makes the same codes again later: `slip_again`.
    """
    now = deps.now()
    take_turn(deps.memory.office_acts, visitor, "slips")

    def unit() -> SlipSheet:
        officer = officer_here(deps, visitor, school, act=Act.CODES)
        places = places_in(officer.school, klass=klass, now=now)
        if not places:
            raise Refused(Reason.NOT_FOUND)
        wanted = [one for one in places if _wanted(one, pupils, again=again)]
        if pupils and len(wanted) < len(set(pupils)):
            raise Refused(Reason.NOT_FOUND)
        own = {one.child for one in wanted if one.child == officer.person or ever_between(officer.person, one.child)}
        due = _by_name(deps, [one.child for one in wanted if one.child not in own])
        if again and len(due) > MOST_AGAIN:
            raise Refused(Reason.MALFORMED, f"Заново за раз печатаем не больше {MOST_AGAIN} листков. Перепечатайте листки по одному.")
        if not store.begin_form(officer.person, run, now=now):
            return _sheet(deps, officer, klass, (), own=len(own), left=len(due), shown_before=True)
        some = due if again else due[:A_SHEET]
        slips = [
            issue_code(deps.keys, school=officer.school, child=child, officer=officer.person, now=now, code=_code(deps, seed, place))
            for place, child in enumerate(some)
        ]
        return _sheet(deps, officer, klass, slips, own=len(own), left=len(due) - len(some), shown_before=False)

    return await deps.db.write(unit)


def slip_again(deps: Deps, view: SlipView, code: str) -> SlipView:
    """The slip with this code and its address; a browser sends what stands behind the # to nobody."""
    return msgspec.structs.replace(view, code=code, href=_href(deps, code))


def code_again(deps: Deps, seed: str, place: int) -> str:
    """The code that the sheet of this seed had at this place, as it is printed; it is kept nowhere."""
    return printed(_code(deps, seed, place))


def _code(deps: Deps, seed: str, place: int) -> str:
    return code_from(deps.keys.code_hash(f"sheet {place} {seed}")) if seed else ""


def _href(deps: Deps, code: str) -> str:
    return f"{deps.settings.public_url}/invitation#code={code}"


async def revoke_code(deps: Deps, visitor: Visitor, pupil: str) -> bool:
    """A slip was lost: whether there was a code to kill."""
    now, child = deps.now(), PersonId(pupil)

    def unit() -> bool:
        officer = own_pupils_officer(deps, visitor, child, act=Act.CODES)
        return kill_code(child, officer.person, now=now)

    return await deps.db.write(unit)


async def revoke_class(deps: Deps, visitor: Visitor, klass: str) -> int:
    """The slips of a class were lost: how many codes died."""
    now = deps.now()
    take_turn(deps.memory.office_acts, visitor, "slips")

    def unit() -> int:
        officer = officer_here(deps, visitor, act=Act.CODES)
        places = places_in(officer.school, klass=klass, now=now)
        if not places:
            raise Refused(Reason.NOT_FOUND)
        return sum(kill_code(one.child, officer.person, now=now) for one in places if one.code_until is not None)

    return await deps.db.write(unit)


def _wanted(place: Place, pupils: Sequence[str], *, again: bool) -> bool:
    if pupils:
        return place.child in pupils
    return not place.linked and (again or place.code_until is None)


def _by_name(deps: Deps, children: list[PersonId]) -> list[PersonId]:
    people = persons_by_id(deps.keys, children)
    return sorted(people, key=lambda child: (normalised(people[child].last_name), normalised(people[child].first_name), child))


def _sheet(deps: Deps, officer: Officer, klass: str, slips: Sequence[Slip], *, own: int, left: int, shown_before: bool) -> SlipSheet:
    card = schools.school(officer.school)
    return SlipSheet(
        class_name=klass,
        school=card.short_name if card else "",
        zone=officer.zone,
        items=tuple(
            SlipView(
                shown_name=one.shown_name,
                code=one.code,
                expires_at=one.expires_at,
                href=_href(deps, one.code),
            )
            for one in slips
        ),
        own=own,
        left=left,
        shown_before=shown_before,
    )
