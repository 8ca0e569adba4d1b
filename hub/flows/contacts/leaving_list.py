"""«Не присылать писем»: the link of a letter takes one POST without a sign-in (RFC 8058); what is told on the page goes on."""

from __future__ import annotations

import hmac

import msgspec

from hub.deps import Deps
from hub.flows.contacts.changing import PAGE
from hub.flows.refusals import Reason, Refused
from hub.store import notices, preferences
from identity.model import ActorKind, PersonId, PersonState
from identity.store import person, record_change

TOLD = "Письма выключены по ссылке из письма. Включить их снова можно здесь."


def unsubscribe_link(deps: Deps, who: str) -> str:
    """For the letters to this person. It opens nothing: whoever has it can switch these letters off."""
    return f"{deps.settings.public_url}/unsubscribe/{who}.{_mark(deps, who)}"


async def leave_list(deps: Deps, token: str) -> None:
    """Of a link that is none, and of a person who left, the same is said; a repeat is harmless."""
    now, who = deps.now(), owner_of(deps, token)
    if who is None:
        raise Refused(Reason.NOT_FOUND)

    def unit() -> None:
        found = person(deps.keys, who)
        if found is None or found.state is not PersonState.ACTIVE:
            raise Refused(Reason.NOT_FOUND)
        chosen = preferences.of_person(deps.keys, who)
        if chosen.no_email:
            return
        preferences.save(deps.keys, who, msgspec.structs.replace(chosen, no_email=True), now=now)
        record_change(actor=who, actor_kind=ActorKind.GUARDIAN, subject=who, action="settings.contacts", object="email off", now=now)
        notices.tell(deps.keys, person=who, kind="email_off", text=TOLD, href=PAGE, now=now)

    await deps.db.write(unit)


def owner_of(deps: Deps, token: str) -> PersonId | None:
    who, _, mark = token.rpartition(".")
    known = [one[:32] for one in deps.keys.code_hashes(f"unsubscribe {who}")]
    return PersonId(who) if who and any(hmac.compare_digest(mark.encode(), one.encode()) for one in known) else None


def _mark(deps: Deps, who: str) -> str:
    return deps.keys.code_hash(f"unsubscribe {who}")[:32]
