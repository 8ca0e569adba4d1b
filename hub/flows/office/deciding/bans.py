"""A restriction's second signature, and the two that lift it; it works in the very unit that signs it (RULES A5a, B5)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.follow_edges import cut_off, end_everything
from hub.flows.office.deciding.word import Outcome, Word, guardians_of, tell
from hub.flows.office.officers import Officer
from hub.store.diaries import diary_copies, diary_links
from identity.errors import NotFound
from identity.family.restriction import Restriction, RestrictionId
from identity.model import PersonId
from identity.store import lift_restriction, person, sign_restriction
from identity.store.family.restrictions import refuse_lift, refuse_restriction, restriction


def school_of_ban(_deps: Deps, id_: str) -> str | None:
    try:
        return restriction(RestrictionId(id_)).school
    except NotFound:
        return None


def sign_ban(deps: Deps, officer: Officer, id_: str, _word: Word) -> Outcome:
    """From here on: no session, stream, notice, diary access or copy of this child is left to the restricted human."""
    effect = sign_restriction(deps.keys, RestrictionId(id_), officer.person, now=deps.now())
    child = effect.restriction.child
    end_everything(deps, effect.persons)
    cut_off(deps, effect.persons, child, unnamed=True)
    for link in effect.links:
        # What the restricted one opened in the child's own name goes whole.
        _destroy(link)
    _tell_others(deps, effect.restriction, effect.persons)
    return Outcome(state="done", ended=effect.persons)


def refuse_ban(deps: Deps, officer: Officer, id_: str, word: Word) -> Outcome:
    """It never worked, and nobody hears of it."""
    word.why()
    refuse_restriction(RestrictionId(id_), officer.person, now=deps.now())
    return Outcome(state="refused")


def sign_lift(deps: Deps, officer: Officer, id_: str, _word: Word) -> Outcome:
    """Edges stay frozen and come to the queue: a lifted restriction proves no kinship."""
    lift_restriction(RestrictionId(id_), officer.person, now=deps.now())
    return Outcome(state="done")


def refuse_lift_of(deps: Deps, officer: Officer, id_: str, word: Word) -> Outcome:
    word.why()
    refuse_lift(RestrictionId(id_), officer.person, now=deps.now())
    return Outcome(state="refused")


def _destroy(link: str) -> None:
    diary_links.remove(link)
    diary_copies.forget(link)


def _tell_others(deps: Deps, found: Restriction, who: tuple[PersonId, ...]) -> None:
    """The other guardians learn that something changed, not what: that is the office's to say."""
    child = person(deps.keys, found.child)
    others = [one for one in guardians_of(found.child) if one not in who]
    text = f"Школа изменила, кто видит записи ({child.first_name if child else 'ребёнок'}). Подробности скажут в канцелярии."
    tell(deps, others, "access_changed", text)
