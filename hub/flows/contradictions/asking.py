"""A family looks at a contradiction, asks the school about it with one tap, or says that all is well (RULES D7, A13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hub.deps import Deps
from hub.flows.appeals.opening import put_appeal
from hub.flows.contradictions.rules import RULES
from hub.flows.contradictions.words import seen_by, title_of, view_of
from hub.flows.debits.payer import NOT_YOURS
from hub.flows.disputes.ask import put_dispute
from hub.flows.disputes.rules import checked
from hub.flows.money.sight import seen_account
from hub.flows.refusals import Reason, Refused
from hub.flows.show_diary.sources import note_reading
from hub.flows.timeline.visits_page import may_see
from hub.flows.views.people.joint import Contradiction, ContradictionList
from hub.ledger.debits.putting_right import row_of
from hub.store.sessions import Visitor
from hub.store.written import contradictions
from hub.store.written.appeals import About
from hub.store.written.contradictions import Odd, OddState
from hub.store.written.disputes import FAMILY
from identity.family.child_login import CHILD_LOGIN
from identity.model import ActorKind, PersonId
from identity.store import record_change

PAGE, SHOWN = "contradictions", timedelta(days=100)
ASKABLE = (OddState.OPEN, OddState.DISMISSED)


async def list_contradictions(deps: Deps, visitor: Visitor, child: str) -> ContradictionList:
    """Newest day first; those that a late word explained are not there."""
    now = deps.now()

    def unit() -> ContradictionList:
        may_see(deps, visitor, child, now=now)
        found: Sequence[Contradiction] = seen_by(deps, visitor.person, (child,), since=(now - SHOWN).date())
        return ContradictionList(items=tuple(found))

    view = await deps.db.read(unit)
    await note_reading(deps, visitor, child, PAGE)
    return view


async def show_contradiction(deps: Deps, visitor: Visitor, child: str, odd: str) -> Contradiction:
    view = await deps.db.read(lambda: view_of(_own(deps, visitor, child, odd, now=deps.now())))
    await note_reading(deps, visitor, child, PAGE)
    return view


async def ask_school(deps: Deps, visitor: Visitor, child: str, odd: str, *, text: str = "") -> tuple[Contradiction, bool]:
    """A debit is disputed, anything else appealed against; and whether it is new: the school is asked once, whoever taps again."""
    now = deps.now()

    def unit() -> tuple[Contradiction, bool]:
        found = _own(deps, visitor, child, odd, now=now)
        if found.state not in ASKABLE:
            return view_of(found), False
        _must_be_guardian(visitor, child)
        # Of several taps at once one goes on from here.
        won = contradictions.turn(odd, before=ASKABLE, after=OddState.ASKED, by=visitor.person, now=now)
        if won:
            appeal, dispute = _asked(deps, visitor, found, text.strip() or prefilled(view_of(found)), now=now)
            contradictions.note_asked(odd, appeal=appeal, dispute=dispute)
        return view_of(_own(deps, visitor, child, odd, now=now)), won

    return await deps.db.write(unit)


async def dismiss(deps: Deps, visitor: Visitor, child: str, odd: str) -> Contradiction:
    """«Всё верно»: it is shown no more as open; twice is harmless."""
    now = deps.now()

    def unit() -> Contradiction:
        _own(deps, visitor, child, odd, now=now)
        _must_be_guardian(visitor, child)
        if contradictions.turn(odd, before=(OddState.OPEN,), after=OddState.DISMISSED, by=visitor.person, now=now):
            record_change(
                actor=PersonId(visitor.person),
                actor_kind=ActorKind.GUARDIAN,
                subject=PersonId(child),
                action="contradiction.dismissed",
                object=odd,
                now=now,
            )
        return view_of(_own(deps, visitor, child, odd, now=now))

    return await deps.db.write(unit)


def prefilled(one: Contradiction) -> str:
    return f"{one.title}. {one.text} Проверьте, пожалуйста."


def _own(deps: Deps, visitor: Visitor, child: str, odd: str, *, now: datetime) -> Odd:
    """Another child's, another person's diary and none at all look the same."""
    may_see(deps, visitor, child, now=now)
    found = contradictions.find(deps.keys, odd)
    if found is None or found.child != child or found.person not in (None, visitor.person) or found.state is OddState.GONE:
        raise Refused(Reason.NOT_FOUND)
    return found


def _must_be_guardian(visitor: Visitor, child: str) -> None:
    if visitor.system == CHILD_LOGIN or visitor.person == child:
        raise Refused(Reason.FORBIDDEN, NOT_YOURS)


def _asked(deps: Deps, visitor: Visitor, found: Odd, text: str, *, now: datetime) -> tuple[str | None, str | None]:
    rule = RULES.get(found.rule)
    row = row_of(found.said.txn) if found.said.txn and rule and rule.appeal == "debit" else None
    if row is not None:
        seen_account(deps, visitor, row.account.id, now=now)
        dispute, new = put_dispute(deps, row, author=visitor.person, side=FAMILY, text=checked(text), now=now)
        if new:
            record_change(
                actor=PersonId(visitor.person),
                actor_kind=ActorKind.GUARDIAN,
                subject=PersonId(found.child),
                action="debit.disputed",
                object=row.txn,
                now=now,
            )
        return None, dispute
    kind = rule.appeal if rule else "other"
    title = f"{title_of(found.rule)}, {found.day:%d.%m.%Y}"
    about = About(kind=kind, id=found.about[:200], title=title, href=f"/children/{found.child}/contradictions/{found.id}")
    appeal, _ = put_appeal(deps, visitor, found.child, kind=kind, text=text, form=f"contradiction {found.id}", about=about)
    return appeal, None
