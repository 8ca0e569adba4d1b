"""The port that the hub holds: sign-in, account, renewal and reading."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from functools import partial

from connectors.diaries.kiasuo.client.api import Api, end_of, pasted
from connectors.diaries.kiasuo.client.read import read_page
from connectors.diaries.kiasuo.manifest import MANIFEST
from connectors.diaries.kiasuo.mapping import wire
from connectors.diaries.kiasuo.mapping.account import child_of, holder, local_day
from connectors.kit.answers import decode
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import AuthExpired, Drifted, Rejected
from connectors.kit.manifest import Manifest
from connectors.kit.no_browser import NoBrowser
from connectors.kit.ports import Access, DiaryAccount, DiaryPort, Window
from connectors.kit.secret import Secret
from connectors.kit.together import together


class Kiasuo(NoBrowser):
    """КИАСУО for one instance of the hub."""

    manifest: Manifest = MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self._api = Api(config, equipment)

    async def sign_in(self, credentials: Mapping[str, Secret]) -> DiaryAccount:
        """With the pair of tokens, or with the token alone, which then lasts until it ends by itself.

        The refresh token is not tried here: that would spend it, and the family's own browser would be signed out."""
        if not credentials.get("token"):
            raise Rejected(self.name, "credentials", "token")
        token = pasted(self.name, credentials["token"])
        kept = credentials.get("refresh_token")
        access = Access(token=token, refresh=pasted(self.name, kept) if kept else None, expires_at=end_of(token))
        try:
            return await self.account(access)
        except AuthExpired as error:
            raise Rejected(self.name, "credentials", error.text) from error

    async def account(self, access: Access) -> DiaryAccount:
        """Whose account it is, and the school and class of each child, which stand apart."""
        deadline = Deadline(self.name)
        user, originals = holder(self.name, await self._api.get("user", access.token, deadline))
        owner = str(user.id)
        if access.owner and access.owner != owner:
            raise Drifted(self.name, "$.id", "the account's owner has changed")
        keys = [str(pupil.id) for pupil in user.children]
        bodies = await together([partial(self._api.get, "school_classes", access.token, deadline, child=key) for key in keys])
        now = self._api.now()
        children = tuple(
            child_of(self.name, pupil, plain, decode(self.name, body, list[wire.SchoolClass]), is_self=not user.parent, now=now)
            for pupil, plain, body in zip(user.children, originals, bodies, strict=True)
        )
        own = children[0] if children and not user.parent else None
        return DiaryAccount(
            access=replace(access, owner=owner, extra={"children": " ".join(keys)}),
            subject=owner,
            last_name=own.last_name if own else "",
            first_name=own.first_name if own else "",
            middle_name=own.middle_name if own else "",
            roles=("parent" if user.parent else "child",),
            children=children,
        )

    async def refresh(self, access: Access) -> Access:
        return await self._api.renewed(access, Deadline(self.name))

    async def read(self, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
        return await read_page(self._api, access, child, data & MANIFEST.data, window, today=local_day(self._api.now()))


def connect(config: ConnectorConfig, equipment: Equipment) -> DiaryPort:
    return Kiasuo(config, equipment)
