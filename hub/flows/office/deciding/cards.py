"""A guardian's SNILS in a card: another officer signs it or strikes it out; who entered it may strike it out too (RULES B5)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.follow_edges import follow_edges
from hub.flows.office.deciding.word import Outcome, Word, guardians_of, tell
from hub.flows.office.officers import Officer
from hub.flows.refusals import Reason, Refused
from identity.guardianship import Change
from identity.model import PersonId
from identity.store import edges, person, remove_card_guardian, school_of, sign_card_guardian
from identity.store.edges import EdgeChange
from identity.store.persons import by_snils
from identity.store.school.desk import CardCase, card_case
from identity.store.school.reviews import own_family


def school_of_card(deps: Deps, id_: str) -> str | None:
    found = card_case(deps.keys, id_)
    return school_of(found.child) if found else None


def is_own(deps: Deps, officer: PersonId, found: CardCase) -> bool:
    """The officer's own child, own SNILS, or somebody whom the hub knows as the officer's family."""
    me, named = person(deps.keys, officer), by_snils(deps.keys, found.snils)
    mine = me is not None and me.snils == found.snils
    return mine or own_family(officer, found.child, named.id if named else None)


def sign_card(deps: Deps, officer: Officer, id_: str, _word: Word) -> Outcome:
    """From the end of the 24 hours on the worker attaches whom it names."""
    _asked(deps, officer, id_)
    entry = sign_card_guardian(id_, officer.person, now=deps.now())
    return Outcome(state=entry.state.value, works_from=entry.valid_from)


def refuse_card(deps: Deps, officer: Officer, id_: str, word: Word) -> Outcome:
    """Struck out of the card; those who were told that somebody comes hear that nobody does."""
    word.why()
    found = _asked(deps, officer, id_)
    resting = [edge for edge in edges.of_child(found.child) if edge.evidence.source == id_]
    remove_card_guardian(id_, officer.person, now=deps.now())
    follow_edges(deps, (EdgeChange(edge=edge, change=Change.ENDED) for edge in resting))
    child = person(deps.keys, found.child)
    text = f"Школа вычеркнула из карточки ({child.first_name if child else 'ребёнок'}) представителя, которого вписала раньше."
    tell(deps, guardians_of(found.child), "guardian_struck_out", text)
    return Outcome(state="refused")


def _asked(deps: Deps, officer: Officer, id_: str) -> CardCase:
    found = card_case(deps.keys, id_)
    if found is None:
        raise Refused(Reason.NOT_FOUND)
    if is_own(deps, officer.person, found):
        raise Refused(Reason.OWN_FAMILY)
    return found
