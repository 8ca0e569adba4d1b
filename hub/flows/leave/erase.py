"""A person leaves: the own part is erased in one unit, alone and at once; what the law keeps has no name any more (RULES A5b, A13, A14)."""

from __future__ import annotations

from hub.deps import Deps
from hub.flows.follow_edges import end_everything
from hub.flows.join_school.outside import consent_of, end_consent
from hub.flows.keep_profile import give_back
from hub.flows.leave.passes import forget_passes
from hub.flows.leave.preview import CONFIRM, what_blocks
from hub.flows.link_account.settle import require_fresh
from hub.flows.recognise import forget
from hub.flows.refusals import Reason, Refused
from hub.ledger.store.agreements import parting as agreements
from hub.ledger.store.paid import notices as notice_wishes
from hub.store import notices, outbox, preferences, reach, sessions
from hub.store.connecting import checklist, choices, intents, registrations, steps
from hub.store.diaries import diary_copies, diary_links
from hub.store.diaries.diary_links import Opened
from hub.store.joining import bundles as joins
from hub.store.outputs import calendars
from hub.store.passes import photos, unowned_meals
from hub.store.school import carriers, services
from hub.store.school.chats import people as chat_people
from hub.store.school.kiosks import codes as kiosk_codes
from hub.store.school.meals import till_records
from hub.store.school.meals import words as meal_words
from hub.store.sessions import Visitor
from hub.store.wishes import autopay, demands, forms
from hub.store.written import absences, appeals, contradictions, disputes, letters, texts, tickets
from identity.errors import NotFound
from identity.model import EdgeState, PersonId
from identity.store import edges, erase_person, person


async def erase_me(deps: Deps, visitor: Visitor, *, confirm: str) -> None:
    """Fresh, with the word typed. Tokens that a provider can take back are given back afterwards; ours are destroyed whatever it says."""
    require_fresh(deps, visitor.auth_time)
    if confirm.strip().casefold() != CONFIRM.casefold():
        raise Refused(Reason.WRONG_WORD, f"Наберите слово «{CONFIRM}», чтобы подтвердить.")
    now, who = deps.now(), PersonId(visitor.person)

    def unit() -> tuple[list[Opened], str | None]:
        why, until = what_blocks(deps, who, now)
        if why is not None:
            raise Refused(Reason.FORBIDDEN, why, more={"until": until.isoformat()} if until else None)
        agreed = consent_of(deps, who)
        return _erase(deps, who), agreed

    try:
        opened, agreed = await deps.db.write(unit)
    except NotFound as gone:
        raise Refused(Reason.NOT_SIGNED_IN) from gone  # another tab left a moment ago, and this session went with it
    forget(deps, person=who)
    for one in opened:
        await give_back(deps, one)
    await end_consent(deps, agreed)


def _erase(deps: Deps, who: PersonId) -> list[Opened]:
    """In the caller's unit. The other guardians of each child hear that this one is gone."""
    _tell_others(deps, who)
    opened = []
    for link in {link.id: link for link, _, _ in diary_links.of_person(deps.keys, who)}.values():
        found = diary_links.opened(deps.keys, link.id)
        opened += [found] if found else []
        diary_copies.forget(link.id)
        diary_links.remove(link.id)
    end_everything(deps, (who,))
    sessions.forget(who)
    notices.forget(who)
    outbox.forget(who)
    preferences.forget(who)
    reach.forget(who)
    intents.forget(who)
    steps.forget(who)
    registrations.forget(who)
    choices.forget(who)
    forms.forget(who)
    autopay.forget(who, now=deps.now())
    letters.forget(who)
    absences.forget(who)
    appeals.forget(who)
    contradictions.forget(who)
    disputes.forget(who)
    services.forget(who)
    tickets.forget(who)
    texts.forget(who)
    kiosk_codes.forget(who)
    agreements.forget(who)
    checklist.forget(who)
    joins.forget(who)
    calendars.forget(who)
    chat_people.forget(who)
    forget_passes(deps, (who,))
    carriers.forget(who)
    unowned_meals.forget(who)
    photos.forget(who)
    meal_words.forget(who)
    till_records.forget(who)
    notice_wishes.forget(who)
    demands.forget(who)
    erase_person(deps.keys, who, by=who, now=deps.now())
    return opened


def _tell_others(deps: Deps, who: PersonId) -> None:
    me = person(deps.keys, who)
    for edge in edges.of_guardian(who):
        child = person(deps.keys, edge.child)
        if edge.state is not EdgeState.ACTIVE or child is None or me is None:
            continue
        text = f"{me.first_name} больше не видит записи: {child.first_name}. Кабинет удалён по собственному желанию."
        others = (one.guardian for one in edges.of_child(edge.child) if one.state is EdgeState.ACTIVE)
        for other in dict.fromkeys((*others, edge.child)):
            if other != who:
                notices.tell(deps.keys, person=other, kind="guardian_left", text=text, href="/family", now=deps.now())
