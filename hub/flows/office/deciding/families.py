"""What one guardian may not do alone and the school settles: an objection, or nobody to wait for (RULES A5b)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.guardianship.telling import first_name, tell_family
from hub.flows.office.deciding.word import Outcome, Word
from hub.flows.office.officers import Officer
from hub.flows.refusals import Reason, Refused
from identity.errors import NotFound
from identity.family.alone import FamilyAct
from identity.store import decide_by_school, person, proposal, school_of

ACTS = {FamilyAct.CHANGE_SCHOOL: "смена школы", FamilyAct.ERASE_CHILD: "удаление всех записей ребёнка"}


def school_of_proposal(deps: Deps, id_: str) -> str | None:
    try:
        return school_of(proposal(id_, now=deps.now()).child)
    except NotFound:
        return None


def agree(deps: Deps, officer: Officer, id_: str, word: Word) -> Outcome:
    """The worker does what was proposed."""
    return _say(deps, officer, id_, word, agrees=True)


def disagree(deps: Deps, officer: Officer, id_: str, word: Word) -> Outcome:
    return _say(deps, officer, id_, word, agrees=False)


def _say(deps: Deps, officer: Officer, id_: str, word: Word, *, agrees: bool) -> Outcome:
    word.why()
    now = deps.now()
    if proposal(id_, now=now).state != "open":
        raise Refused(Reason.ALREADY_DECIDED)
    after = decide_by_school(id_, officer.person, agrees=agrees, now=now)
    said = "Школа согласилась" if agrees else "Школа отказала"
    text = f"{said}: {ACTS[after.act]}, {first_name(person(deps.keys, after.child))}."
    kind = "proposal_agreed" if agrees else "proposal_refused"
    tell_family(deps, after.child, but=(), kind=kind, text=text, href=f"/proposals/{id_}")
    return Outcome(state="done" if agrees else "refused")
