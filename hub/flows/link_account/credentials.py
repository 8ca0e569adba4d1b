"""Connecting with the login and password, or the token, that the diary gave the family; neither is kept, only the opened access."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.kit.calls import SIGNING_IN
from connectors.kit.errors import AuthExpired, Rejected
from connectors.kit.manifest import LoginKind
from connectors.kit.secret import Secret
from hub.deps import Deps
from hub.flows.link_account.intents import check_person, exits
from hub.flows.link_account.settle import Purpose, check_account, require_fresh, settle_link
from hub.flows.refusals import Reason, Refused
from hub.flows.views.family import LinkState
from hub.store.sessions import Visitor
from identity.errors import AlreadyLinked
from identity.model import LinkRole

MOST_FIELDS = 8
LONGEST_FIELD = 4096


async def link_with_credentials(
    deps: Deps,
    visitor: Visitor,
    system: str,
    credentials: Mapping[str, str],
    *,
    person: str | None = None,
    role: LinkRole | None = None,
    network: str = "",
) -> LinkState:
    """Opens the account and links it; wrong tries are counted per person and network."""
    port = deps.diaries.get(system)
    if port is None:
        raise Refused(Reason.UNKNOWN_SYSTEM)
    if not port.manifest.logins & {LoginKind.CREDENTIALS, LoginKind.TOKEN}:
        raise Refused(Reason.MALFORMED, "Этот дневник подключается на его собственной странице входа.")
    _check_shape(credentials)
    require_fresh(deps, visitor.auth_time)
    await check_person(deps, visitor, person, role)
    tries = deps.memory.failed_callbacks
    counted = ("credentials", visitor.person, network)
    wait_s = tries.wait_s(counted)
    if wait_s > 0:
        raise Refused(Reason.TOO_MANY, after_s=wait_s)
    SIGNING_IN.set(True)
    try:
        account = await port.sign_in({name: Secret(text) for name, text in credentials.items()})
    except (AuthExpired, Rejected) as error:
        tries.note(counted)
        raise Refused(Reason.WRONG_CREDENTIALS, error.text or None, more={"system": system}) from error
    check_account(port, account)
    now = deps.now()
    whose = person if person != visitor.person or role is LinkRole.CHILD else None
    purpose = Purpose(initiator=visitor.person, person=whose, role=role)
    try:
        link = await deps.db.write(lambda: settle_link(deps, port, account, purpose, now=now))
    except AlreadyLinked as error:
        raise Refused(Reason.ALREADY_BOUND, more={"exits": exits(system)}) from error
    return LinkState(id=link, state="active")


def _check_shape(credentials: Mapping[str, str]) -> None:
    if not credentials or len(credentials) > MOST_FIELDS or any(not text or len(text) > LONGEST_FIELD for text in credentials.values()):
        raise Refused(Reason.MALFORMED, "Заполните все поля входа в дневник.")
