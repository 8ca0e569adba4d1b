"""Whether a photo may be kept and shown now: the consent of its own, by every word that counts (RULES A14, E8)."""

from __future__ import annotations

from collections.abc import Collection

from hub.deps import Deps
from hub.flows.consents import texts
from hub.store.passes import photos
from identity.consent import Purpose
from identity.model import PersonId
from identity.store import consent_holds


def may_show(deps: Deps, child: str) -> bool:
    """In the caller's unit. Withdrawn a moment ago is gone now."""
    now = deps.now()
    text = texts.in_force(now.date()).get(Purpose.PHOTO)
    version = text.version if text else None
    return version is not None and consent_holds(deps.keys, PersonId(child), Purpose.PHOTO, now=now, version=version).holds


def shown_versions(deps: Deps, children: Collection[str]) -> dict[str, str]:
    """In the caller's unit: by child, the photos that are there and may be shown."""
    return {child: version for child, version in photos.versions(children).items() if may_show(deps, child)}
