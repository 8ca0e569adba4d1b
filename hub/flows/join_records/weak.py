"""What comes over from the other record without a sign-in of its own just now: it waits suspended for one, as before any strong identity.

Else whoever had put an account into a weak record beforehand would enter the strong one by it (RULES A10).
"""

from __future__ import annotations

from datetime import datetime

from hub.deps import Deps
from hub.flows.words import system_title
from hub.store import notices
from hub.store.diaries import diary_copies, diary_links
from hub.store.sessions import Visitor
from hub.store.wishes.mergers import Wish
from identity.model import AccountLink, LinkId, LinkState, LinkUse, PersonId, Strength
from identity.store import MergePreview, suspend_weak


def unproven(visitor: Visitor, wish: Wish, plan: MergePreview) -> tuple[AccountLink, ...]:
    """The weak accounts of the record that goes, but for the one by which its owner was there a moment ago."""
    kept = _proven(visitor, wish, plan)
    weak = (link for link in plan.links if link.state is LinkState.ACTIVE and link.evidence.strength is Strength.WEAK)
    return tuple(link for link in weak if link.id != kept)


def _proven(visitor: Visitor, wish: Wish, plan: MergePreview) -> LinkId:
    """Of two accounts of one system in the record nobody can tell which it was: both wait."""
    system = wish.system if plan.gone.id == wish.other else visitor.system
    found = [link for link in plan.links if link.use is LinkUse.SIGN_IN and link.person == plan.gone.id and link.system == system]
    return found[0].id if len(found) == 1 else LinkId("")


def suspend_unproven(deps: Deps, kept: PersonId, weak: tuple[AccountLink, ...], *, now: datetime) -> None:
    """In the caller's unit, after the merger: tokens and copies go, the owner reads which and how each returns."""
    for link in suspend_weak(deps.keys, kept, keep=LinkId(""), only=[link.id for link in weak], now=now):
        diary_copies.forget(link.id)
        diary_links.remove(link.id)
        text = (
            f"Подключение «{system_title(deps, link.system)}» пришло из второго кабинета и приостановлено."
            " Если оно ваше, верните его новым входом; если нет, отключите."
        )
        notices.tell(deps.keys, person=kept, kind="link_suspended", text=text, href="/family/sign-ins", now=now)
