"""The list of linked accounts, naming a child that the account lists, and unlinking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

from connectors.kit.diary import DiaryChild
from connectors.kit.registration import JoiningPort
from hub.deps import Deps
from hub.flows.keep_profile import give_back
from hub.flows.link_account.children import bind_children, is_nameless, listed
from hub.flows.link_account.settle import require_fresh
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.family import LinkEvidence, LinkList, LinkView, ToPick
from hub.flows.waiting_words import waiting_words
from hub.flows.words import system_title
from hub.store.connecting import registrations, steps, waiting
from hub.store.diaries import diary_copies, diary_links
from hub.store.sessions import Visitor
from identity.linking import bind_children as fits_of
from identity.model import AccountLink, LinkId, LinkRole, Person, PersonId
from identity.model import LinkState as IdentityState
from identity.store import children_of, forget_diary_children, links_of, remove_link

Linked = tuple[diary_links.Link, str | None, DiaryChild | None]


async def list_links(deps: Deps, visitor: Visitor) -> LinkList:
    """Own accounts and the children's, each with its evidence."""
    now, who = deps.now(), PersonId(visitor.person)

    def unit() -> LinkList:
        seen = children_of(deps.keys, who, now=now)
        lacking = waiting.waiting_of(who)
        linked = [one for one in diary_links.of_person(deps.keys, who) if _is_seen(one, {view.person.id for view in seen})]
        own = [view.person for view in seen if not view.diary_only]
        shown = [_view(deps, link, linked, own, lacking.get(link.id)) for link in links_of(deps.keys, who, now=now)]
        codes = [_step_view(deps, one) for one in steps.of_person(deps.keys, who, now=now)]
        letters = [registration_view(deps, one) for one in registrations.of_person(deps.keys, who, now=now)]
        return LinkList(items=(*shown, *codes, *letters))

    return await deps.db.read(unit)


async def show_link(deps: Deps, visitor: Visitor, link: str) -> LinkView:
    """One diary that the person opened; a foreign one does not exist."""
    found = next((one for one in (await list_links(deps, visitor)).items if one.id == link and one.system in deps.diaries), None)
    if found is None:
        raise Refused(Reason.NOT_FOUND)
    return found


def _step_view(deps: Deps, step: steps.Step) -> LinkView:
    """An account that waits for the code which its diary sent."""
    return LinkView(
        id=step.id,
        system=step.system,
        person=step.whose or step.person,
        role=step.role or LinkRole.PARENT.value,
        state="needs_code",
        evidence=None,
        title=system_title(deps, step.system),
        created_at=step.created_at,
    )


def registration_view(deps: Deps, one: registrations.Registration) -> LinkView:
    """A registration that waits for the person or for the diary."""
    return LinkView(
        id=one.id,
        system=one.system,
        person=one.whose or one.person,
        role=LinkRole.PARENT.value,
        state=f"waiting_{one.waits_for}",
        evidence=None,
        title=system_title(deps, one.system),
        created_at=one.created_at,
        waiting=waiting_words(
            deps.diaries.get(one.system),
            one.system,
            one.waits_for,
            since=one.created_at,
            until=one.expires_at,
            sent_to=one.sent_to,
            code=one.code,
            tries_left=one.tries_left,
        ),
    )


def _is_seen(one: Linked, seen: Set[str]) -> bool:
    """A nameless child may be one that the person must not see: then nothing of it is told, not even its class (RULES A5a)."""
    _, child, pupil = one
    return child is None or pupil is None or not is_nameless(pupil) or child in seen


def _view(deps: Deps, link: AccountLink, linked: Iterable[Linked], own: Sequence[Person], lacks: waiting.Waits | None) -> LinkView:
    mine = [row for row in linked if row[0].id == link.id]
    state = mine[0][0].state.value if mine and link.state is IdentityState.ACTIVE else link.state.value
    if lacks and state == IdentityState.ACTIVE.value:
        state = f"waiting_{lacks.waits_for}"
    return LinkView(
        id=link.id,
        system=link.system,
        person=link.person,
        role=link.role.value,
        state=state,
        evidence=LinkEvidence(kind=link.evidence.kind.value),
        title=system_title(deps, link.system),
        created_at=link.evidence.at,
        waiting=waiting_words(deps.diaries.get(link.system), link.system, lacks.waits_for, since=lacks.since)
        if lacks and state.startswith("waiting_")
        else None,
        joining=state == IdentityState.ACTIVE.value and bool(mine) and isinstance(deps.diaries.get(link.system), JoiningPort),
        children=tuple(child for _, child, _ in mine if child is not None),
        to_pick=tuple(
            _to_pick(pupil, own)
            for _, child, pupil in mine
            if pupil is not None and (child is None or (is_nameless(pupil) and child not in {one.id for one in own}))
        ),
    )


def _to_pick(pupil: DiaryChild, own: Sequence[Person]) -> ToPick:
    (fit,) = fits_of([listed(pupil)], own)
    candidates = tuple(one.id for one in own) if is_nameless(pupil) else fit.candidates
    return ToPick(key=pupil.key, last_name=pupil.last_name, first_name=pupil.first_name, candidates=candidates, group=group_of(pupil))


def group_of(pupil: DiaryChild) -> str:
    """Where a child without names is told apart: class and school, as the diary writes them."""
    school = pupil.school.short_name or pupil.school.name if pupil.school else ""
    return ", ".join(part for part in (pupil.group.name if pupil.group else "", school) if part)


async def pick_children(deps: Deps, visitor: Visitor, link: str, picks: Mapping[str, str]) -> None:
    """The owner says which own child a listed one is; an empty answer leaves it a child of this diary alone."""
    now = deps.now()

    def unit() -> None:
        found = diary_links.find(link)
        if found is None or found.person != visitor.person:
            raise Refused(Reason.NOT_FOUND)
        before = {pupil.key: child for child, pupil in diary_links.pupils(deps.keys, link)}
        pupils = [pupil for _, pupil in diary_links.pupils(deps.keys, link)]
        if not set(picks) <= {pupil.key for pupil in pupils}:
            raise Refused(Reason.NOT_FOUND)
        chosen = {key: PersonId(child) for key, child in picks.items() if child}
        kept = {key: child for key, child in before.items() if picks.get(key) != ""}
        if len({*chosen.values()}) < len(chosen) or {*chosen.values()} & {kept[key] for key in kept if key not in chosen}:
            raise Refused(Reason.MALFORMED, "Один и тот же ребёнок выбран дважды: у каждого ребёнка в дневнике свой.")
        bound = bind_children(deps, found.system, pupils, PersonId(visitor.person), picks=chosen, before=kept, now=now)
        diary_links.bind(deps.keys, link=link, pupils=[(one.child, pupil) for one, pupil in zip(bound, pupils, strict=True)])
        for child in before.values():
            if child is not None and child not in {one.child for one in bound}:
                # What was read for the former child must not be shown as the other's.
                diary_copies.forget(link, child=child)

    await deps.db.write(unit)


async def unlink(deps: Deps, visitor: Visitor, link: str) -> None:
    """Closes the link and destroys its access and copies; the last strong identity stays (A11). A waiting code or letter is dropped."""
    if await deps.db.write(lambda: steps.drop(link, person=visitor.person) or registrations.drop(link, person=visitor.person)):
        return
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
