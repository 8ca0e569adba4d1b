"""A person leaves: the consent that the outside system was told of is ended there too (RULES A14)."""

from __future__ import annotations

import logging

from connectors.kit.errors import ConnectorError
from hub.deps import Deps
from hub.store.joining import bundles
from identity.model import GOSUSLUGI, PersonId
from identity.store import links

log = logging.getLogger("hub.joining")


def consent_of(deps: Deps, who: PersonId) -> str | None:
    """In the caller's unit, before the record is erased: the account by which the other side knows this person."""
    accounts = links.sign_ins_of(deps.keys, who, system=GOSUSLUGI)
    known = any(one.outside for one in bundles.of_applicant(deps.keys, who))
    return accounts[0].subject if deps.joining and known and len(accounts) == 1 else None


async def end_consent(deps: Deps, oid: str | None) -> None:
    """After the erasure, which no silence of the other side undoes."""
    if oid is None:
        return
    for port in deps.joining.values():
        try:
            await port.forget(oid)
        except ConnectorError as error:
            log.warning("a consent was not ended at the other side of joining: %s", type(error).__name__)
