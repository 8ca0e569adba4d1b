"""Whose account was opened: decided by its role and its children, written in the caller's unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.kit.errors import Drifted
from connectors.kit.ports import DiaryAccount, DiaryPort
from hub.deps import Deps
from hub.flows.link_account.children import bind_children, keep_children, told_by
from hub.flows.refusals import Reason, Refused
from hub.store.connecting import waiting
from hub.store.diaries import diary_links
from identity.claims import Level
from identity.linking import Bound, is_fresh
from identity.model import Evidence, EvidenceKind, LinkRole, LinkUse, PersonId, Strength
from identity.snils import Snils
from identity.store import NewLink, attach_account, children_of, links, person

MOST_CHILDREN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """Who asks, and whose account it is meant to be; without a role the account itself says. `snils` is the one that opened the account.

    `unproven`: it was opened by a number that a guardian typed and nobody vouched for."""

    initiator: str
    person: str | None = None
    role: LinkRole | None = None
    snils: Snils | None = None
    unproven: bool = False


def require_fresh(deps: Deps, auth_time: datetime | None) -> None:
    """Linking and unlinking need a sign-in of the last five minutes (RULES A16)."""
    if not is_fresh(auth_time, deps.now()):
        raise Refused(Reason.NOT_FRESH)


def check_account(port: DiaryPort, account: DiaryAccount) -> None:
    """What no family's account looks like is stored nowhere (RULES C8)."""
    if len(account.children) > MOST_CHILDREN:
        raise Drifted(port.name, "children", "more than ten children")
    if not account.subject:
        raise Drifted(port.name, "subject", "an account without an owner")
    keys = [child.key for child in account.children]
    if len(set(keys)) != len(keys):
        raise Drifted(port.name, "children", "one child twice")


def settle_link(deps: Deps, port: DiaryPort, account: DiaryAccount, purpose: Purpose, *, now: datetime) -> str:
    """Links the account, keeps its access, and binds its children; returns the link's id. Raises `Refused` or `AlreadyLinked`."""
    owner = PersonId(purpose.initiator)
    # A child's cabinet that each guardian opens for himself has no role of its own.
    role = LinkRole.PARENT if port.manifest.one_login_a_child else _role(account, purpose)
    tenant = purpose.initiator if port.manifest.one_login_a_child else ""
    held = links.find(deps.keys, port.name, tenant, account.subject)
    before = {pupil.key: child for child, pupil in diary_links.pupils(deps.keys, held.id)} if held is not None else {}
    picks = told_by(deps, account.children, owner, purpose.person, purpose.snils, now=now)
    bound = bind_children(deps, port.name, account.children, owner, picks=picks, before=before, now=now)
    whose = owner if role is LinkRole.PARENT else _pupil(deps, account, bound, purpose, now=now)
    me = person(deps.keys, owner)
    strong = me is not None and me.level is Level.CONFIRMED
    evidence = Evidence(
        kind=EvidenceKind.BOTH_SIDES_LOGIN,
        at=now,
        by=owner,
        source=port.name,
        strength=Strength.STRONG if strong else Strength.WEAK,
    )
    new = NewLink(
        system=port.name,
        tenant=tenant,
        subject=account.subject,
        person=whose,
        opened_by=owner,
        evidence=evidence,
        use=LinkUse.DIARY,
        role=role,
    )
    link = attach_account(deps.keys, new, now=now)
    diary_links.save(deps.keys, id_=link.id, system=port.name, person=owner, access=account.access, now=now)
    waiting.set_waiting(link.id, account.waits_for.value if account.waits_for else None, now=now)
    keep_children(deps, link.id, account.children, bound, now=now)
    return link.id


def _role(account: DiaryAccount, purpose: Purpose) -> LinkRole:
    """A pupil's account lists itself alone."""
    found = LinkRole.CHILD if account.children and all(child.is_self for child in account.children) else LinkRole.PARENT
    if purpose.role is not None and purpose.role is not found:
        raise Refused(Reason.ROLE_MISMATCH)
    return found


def _pupil(deps: Deps, account: DiaryAccount, bound: tuple[Bound, ...], purpose: Purpose, *, now: datetime) -> PersonId:
    """The person whose own account it is: must be the one that the intent names, and one whom the initiator sees."""
    own = {child.key for child in account.children if child.is_self}
    found = next((one.child for one in bound if one.key in own and one.child is not None), None)
    visible = {view.person.id for view in children_of(deps.keys, PersonId(purpose.initiator), now=now)} | {PersonId(purpose.initiator)}
    if found is None or found not in visible or (purpose.person not in (None, found)):
        raise Refused(Reason.ROLE_MISMATCH)
    return found
