"""The office prints an invitation code, which is shown once, and sees later which codes there were (RULES A7)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.office.officers import Officer, note_reading, officer_of
from hub.flows.views.school.office import InvitationCode, InvitationList, InvitationView
from hub.store.sessions import Visitor
from identity.invitations import code_from, printed
from identity.model import PersonId
from identity.store import codes_of, issue_code, school_of


async def issue_invitation(deps: Deps, visitor: Visitor, pupil: str, *, seed: str = "") -> InvitationCode:
    """A new code for a pupil of the own school; the earlier one dies. A `seed` makes the same code again later."""
    now = deps.now()
    code = _code_of(deps, seed) if seed else ""

    def unit() -> InvitationCode:
        officer = _own_pupils_officer(deps, visitor, pupil)
        slip = issue_code(deps.keys, school=officer.school, child=PersonId(pupil), officer=officer.person, now=now, code=code)
        return InvitationCode(code=slip.code, expires_at=slip.expires_at, shown_name=slip.shown_name)

    return await deps.db.write(unit)


def code_again(deps: Deps, seed: str) -> str:
    """The code that `issue_invitation` gave for this seed, as it is printed; it is kept nowhere."""
    return printed(_code_of(deps, seed))


def _code_of(deps: Deps, seed: str) -> str:
    return code_from(deps.keys.code_hash(f"slip {seed}"))


async def list_invitations(deps: Deps, visitor: Visitor, pupil: str) -> InvitationList:
    """Newest first, without codes; the family sees that the office looked."""
    now = deps.now()

    def unit() -> InvitationList:
        officer = _own_pupils_officer(deps, visitor, pupil)
        note_reading(deps, officer, (PersonId(pupil),), page="office.invitations", now=now)
        return InvitationList(
            items=tuple(
                InvitationView(id=one.id, state=one.state.value, created_at=one.created_at, expires_at=one.expires_at, used_at=one.used_at)
                for one in codes_of(PersonId(pupil), now=now)
            )
        )

    return await deps.db.write(unit)


def _own_pupils_officer(deps: Deps, visitor: Visitor, pupil: str) -> Officer:
    """The officer of this pupil's school."""
    return officer_of(deps, visitor, school=school_of(PersonId(pupil)) or "")
