"""The half of a diary port that a system without a sign-in in the browser has not."""

from __future__ import annotations

from connectors.kit.errors import Rejected
from connectors.kit.ports import Arrival, Departure, DiaryAccount


class NoBrowser:
    """Refuses `begin` and `finish` as the port asks for a login kind that the manifest does not list."""

    name: str

    async def begin(self, *, state: str, redirect_uri: str) -> Departure:  # noqa: ARG002  the port's arguments, of no use here
        raise Rejected(self.name, "login_kind", "browser")

    async def finish(self, arrival: Arrival) -> DiaryAccount:  # noqa: ARG002  as above
        raise Rejected(self.name, "login_kind", "browser")
