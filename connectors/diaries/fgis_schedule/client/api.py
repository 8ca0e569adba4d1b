"""One question to the federal service: the hub's token, the pupil, the days; asked conditionally where the answer is still remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime

from connectors.diaries.fgis_schedule.client.tokens import Tokens
from connectors.diaries.fgis_schedule.errors import checked
from connectors.diaries.fgis_schedule.manifest import MANIFEST
from connectors.diaries.fgis_schedule.mapping.account import pupil_id
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.errors import AuthExpired, Drifted, Rejected
from connectors.kit.ports import Window
from connectors.kit.secret import Secret

(PREFIX,) = MANIFEST.instances[0].prefixes
REMEMBERED = 200
LONGEST_REMEMBERED = 128 * 1024


class Api:
    """The address of the service and this hub's registration there. Shared by all families."""

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.system = config.instance
        self.now: Callable[[], datetime] = equipment.now
        self._caller = equipment.callers[PREFIX]
        secret = Secret(config.options.get("CLIENT_SECRET", ""))
        self.tokens = Tokens(self.system, self._caller, config.options.get("CLIENT_ID", ""), secret, equipment.now)
        self._remembered: OrderedDict[tuple[str, str], tuple[str, bytes]] = OrderedDict()

    def subject(self, token: Secret) -> str:
        """The pupil whom an access names; it is no secret, and nothing but this hub's registration opens anything with it."""
        found = pupil_id(token.reveal())
        if not found:
            raise AuthExpired(self.system, "no pupil's id")
        return found

    async def schedule(self, subject: str, deadline: Deadline, window: Window | None = None) -> bytes:
        """Without days the service's own weeks, asked anew each time.

        A token that the service takes no more is replaced once; where no other is given, the first word stands."""
        query = "" if window is None else f"?start={window.start.isoformat()}&end={window.end.isoformat()}"
        token = await self.tokens.current(deadline)
        try:
            return await self._ask(subject, query, token, deadline)
        except AuthExpired as ended:
            self.tokens.forget(token)
            try:
                newer = await self.tokens.current(deadline)
            except Rejected:
                raise ended from None
            return await self._ask(subject, query, newer, deadline)

    async def _ask(self, subject: str, query: str, token: Secret, deadline: Deadline) -> bytes:
        kept = self._remembered.get((subject, query)) if query else None
        headers = {"Authorization": f"Bearer {token.reveal()}", "Accept": "application/json"}
        response = await self._caller.call(
            "GET",
            f"/Schedule/{subject}{query}",
            deadline_s=deadline.left(),
            idempotent=True,
            headers=headers | ({"If-None-Match": kept[0]} if kept else {}),
        )
        if response.status_code == 304:
            if kept is None:
                raise Drifted(self.system, "status", "304 to a question without a condition")
            return kept[1]
        body = checked(self.system, response)
        if query:
            self._remember((subject, query), response.headers.get("etag", ""), body)
        return body

    def forget(self, subject: str) -> None:
        """No answer about this pupil is remembered any more."""
        for key in [key for key in self._remembered if key[0] == subject]:
            del self._remembered[key]

    def _remember(self, key: tuple[str, str], tag: str, body: bytes) -> None:
        self._remembered.pop(key, None)
        if tag.isascii() and tag.isprintable() and 0 < len(tag) <= 200 and len(body) <= LONGEST_REMEMBERED:
            self._remembered[key] = (tag, body)
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
