"""A recovery in person: another officer signs, and the code is shown this once (RULES A17)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.office.deciding.word import Outcome, Word
from hub.flows.office.officers import Officer
from identity.invitations import code_from, printed
from identity.store import sign_recovery
from identity.store.accounts.recovery import CODE_FOR, refuse_recovery
from identity.store.school.desk import recovery_case


def school_of_recovery(_deps: Deps, id_: str) -> str | None:
    found = recovery_case(id_)
    return found.school if found else None


def sign_way_back(deps: Deps, officer: Officer, id_: str, word: Word) -> Outcome:
    """The code goes over the desk on paper; the hub keeps only its hash."""
    now = deps.now()
    code = sign_recovery(deps.keys, id_, officer.person, now=now, code=_code(deps, word.seed) if word.seed else "")
    return Outcome(state="done", code=code, expires_at=now + CODE_FOR)


def way_back_again(deps: Deps, seed: str) -> str:
    """The code that a signature with this seed brought about, as it is printed."""
    return printed(_code(deps, seed))


def _code(deps: Deps, seed: str) -> str:
    return code_from(deps.keys.code_hash(f"way back {seed}"))


def refuse_way_back(deps: Deps, officer: Officer, id_: str, word: Word) -> Outcome:
    word.why()
    refuse_recovery(id_, officer.person, now=deps.now())
    return Outcome(state="refused")
