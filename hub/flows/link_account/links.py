"""The list of linked accounts, naming a child that the account lists, and unlinking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from connectors.kit.diary import DiaryChild
from hub.deps import Deps
from hub.flows.keep_profile import give_back
from hub.flows.link_account.settle import require_fresh
from hub.flows.refusals import Reason, Refused
from hub.flows.views.family import LinkEvidence, LinkList, LinkView, ToPick
from hub.flows.words import system_title
from hub.store import diary_copies, diary_links
from hub.store.sessions import Visitor
from identity.linking import BindBy, Bound, ListedChild, bind_children
from identity.model import AccountLink, LinkId, Person, PersonId
from identity.model import LinkState as IdentityState
from identity.store import bind_listed, children_of, forget_diary_children, links_of, remove_link

Linked = tuple[diary_links.Link, str | None, DiaryChild | None]


async def list_links(deps: Deps, visitor: Visitor) -> LinkList:
    """Own accounts and the children's, each with its evidence."""
    now, who = deps.now(), PersonId(visitor.person)

    def unit() -> tuple[Sequence[AccountLink], Sequence[Linked], Sequence[Person]]:
        own = [view.person for view in children_of(deps.keys, who, now=now) if not view.diary_only]
        return links_of(deps.keys, who, now=now), diary_links.of_person(deps.keys, who), own

    found, linked, own = await deps.db.read(unit)
    return LinkList(items=tuple(_view(deps, link, linked, own) for link in found))


def _view(deps: Deps, link: AccountLink, linked: Iterable[Linked], own: Sequence[Person]) -> LinkView:
    mine = [row for row in linked if row[0].id == link.id]
    state = mine[0][0].state.value if mine and link.state is IdentityState.ACTIVE else link.state.value
    return LinkView(
        id=link.id,
        system=link.system,
        person=link.person,
        role=link.role.value,
        state=state,
        evidence=LinkEvidence(kind=link.evidence.kind.value),
        title=system_title(deps, link.system),
        created_at=link.evidence.at,
        children=tuple(child for _, child, _ in mine if child is not None),
        to_pick=tuple(_to_pick(pupil, own) for _, child, pupil in mine if child is None and pupil is not None),
    )


def _to_pick(pupil: DiaryChild, own: Sequence[Person]) -> ToPick:
    (fit,) = bind_children([_listed(pupil)], own)
    return ToPick(key=pupil.key, last_name=pupil.last_name, first_name=pupil.first_name, candidates=fit.candidates)


def _listed(pupil: DiaryChild) -> ListedChild:
    return ListedChild(key=pupil.key, last_name=pupil.last_name, first_name=pupil.first_name, birth_date=pupil.birth_date)


async def pick_children(deps: Deps, visitor: Visitor, link: str, picks: Mapping[str, str]) -> None:
    """The owner says which own child a listed one is."""
    now = deps.now()

    def unit() -> None:
        found = diary_links.find(link)
        if found is None or found.person != visitor.person:
            raise Refused(Reason.NOT_FOUND)
        pupils = [pupil for _, pupil in diary_links.pupils(deps.keys, link)]
        if not set(picks) <= {pupil.key for pupil in pupils}:
            raise Refused(Reason.NOT_FOUND)
        before = {pupil.key: child for child, pupil in diary_links.pupils(deps.keys, link)}
        chosen = {key: PersonId(child) for key, child in picks.items()}
        bound = bind_listed(deps.keys, PersonId(visitor.person), found.system, [_listed(one) for one in pupils], picks=chosen, now=now)
        diary_links.bind(deps.keys, link=link, pupils=_kept(pupils, bound, before))

    await deps.db.write(unit)


def _kept(pupils: Iterable[DiaryChild], bound: Iterable[Bound], before: Mapping[str, str | None]) -> list[tuple[str | None, DiaryChild]]:
    """An earlier choice stays while names alone cannot decide."""
    by_key = {one.key: one for one in bound}
    return [(before.get(pupil.key) if by_key[pupil.key].by is BindBy.PICK else by_key[pupil.key].child, pupil) for pupil in pupils]


async def unlink(deps: Deps, visitor: Visitor, link: str) -> None:
    """Closes the link and destroys its access and copies; the last strong identity stays (RULES A11)."""
    require_fresh(deps, visitor.auth_time)
    now, who = deps.now(), PersonId(visitor.person)

    def unit() -> diary_links.Opened | None:
        remove_link(deps.keys, who, LinkId(link), now=now)
        opened = diary_links.opened(deps.keys, link)
        shown = [PersonId(child) for child, _ in diary_links.pupils(deps.keys, link) if child is not None]
        diary_links.remove(link)
        diary_copies.forget(link)
        elsewhere = {child for _, child, _ in diary_links.of_person(deps.keys, who)}
        forget_diary_children(who, [child for child in shown if child not in elsewhere], now=now)
        return opened

    await give_back(deps, await deps.db.write(unit))
