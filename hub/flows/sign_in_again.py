"""A sign-in is too old for what a person wants: it is done anew, and what was being done goes on where it was (RULES A16)."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.kit.ports import AskingAnew
from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.store.sessions import Visitor
from hub.store.wishes import forms
from hub.store.wishes.forms import Form
from identity.linking import is_fresh
from identity.model import GOSUSLUGI

SECRET_WORDS = ("password", "secret", "code", "pin")
LONGEST = 16_384


def way_again(deps: Deps, visitor: Visitor) -> str:
    """Which provider is asked: the one of this session where it can be made to ask for the password again, else Gosuslugi."""
    port = deps.sign_ins.get(visitor.system)
    if port is not None and (isinstance(port, AskingAnew) or _way_out(deps, visitor.system)):
        return visitor.system
    return GOSUSLUGI if GOSUSLUGI in deps.sign_ins or not deps.sign_ins else next(iter(deps.sign_ins))


def _way_out(deps: Deps, system: str) -> str | None:
    """The provider's own sign-out: whoever is still signed in there would come back in silence, and that is not fresh."""
    port = deps.sign_ins.get(system)
    return port.logout_url(return_to=f"{deps.settings.public_url}/") if port else None


def leave_first(deps: Deps, system: str) -> str | None:
    """Where the browser is signed out before it signs in anew; None where the provider asks for the password when told to."""
    return None if isinstance(deps.sign_ins.get(system), AskingAnew) else _way_out(deps, system)


def is_fresh_now(deps: Deps, visitor: Visitor) -> bool:
    return is_fresh(visitor.auth_time, deps.now())


async def keep_form(deps: Deps, visitor: Visitor, path: str, fields: Mapping[str, str]) -> str | None:
    """Keeps what was typed, sealed; a secret is not kept, not even for a minute. Returns the form's id."""
    if any(word in name for name in fields for word in SECRET_WORDS) or sum(map(len, fields.values())) > LONGEST:
        return None
    now = deps.now()
    return await deps.db.write(lambda: forms.keep(deps.keys, visitor.person, path, fields, now=now))


async def kept_form(deps: Deps, visitor: Visitor, form: str) -> Form:
    """The form, for the person who sent it; another's does not exist."""
    now = deps.now()
    found = await deps.db.read(lambda: forms.find(deps.keys, form, person=visitor.person, now=now))
    if found is None:
        raise Refused(Reason.NOT_FOUND, "Эта страница ждала вас четверть часа. Начните то же самое заново с «Семьи и доступа».")
    return found
