"""The port that the hub holds: sign-in, account, renewal and reading."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from functools import partial

from connectors.diaries.kiasuo.client.api import Api, end_of, pasted
from connectors.diaries.kiasuo.client.read import read_page
from connectors.diaries.kiasuo.client.sign_in import arrive, depart, join
from connectors.diaries.kiasuo.manifest import INVITATION, MANIFEST
from connectors.diaries.kiasuo.mapping import wire
from connectors.diaries.kiasuo.mapping.account import child_of, holder, local_day
from connectors.kit.answers import decode
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.credentials import CredentialForm
from connectors.kit.deadline import Deadline
from connectors.kit.diary import Datum, DiaryChild, DiaryPage
from connectors.kit.errors import AuthExpired, Drifted, NotFound, Rejected
from connectors.kit.manifest import Manifest
from connectors.kit.ports import Access, Arrival, Departure, DiaryAccount, DiaryPort, Waiting, Window
from connectors.kit.registration import Answer, Asked
from connectors.kit.secret import Secret
from connectors.kit.together import together


class Kiasuo:
    """КИАСУО for one instance of the hub."""

    manifest: Manifest = MANIFEST

    def __init__(self, config: ConnectorConfig, equipment: Equipment) -> None:
        self.name = config.instance
        self._api = Api(config, equipment)

    async def begin(self, *, state: str, redirect_uri: str) -> Departure:
        return depart(self._api, state=state, redirect_uri=redirect_uri)

    async def finish(self, arrival: Arrival) -> DiaryAccount:
        return await self.account(await arrive(self._api, arrival))

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
            waits_for=None if children else Waiting.INVITATION,
        )

    async def refresh(self, access: Access) -> Access:
        return await self._api.renewed(access, Deadline(self.name))

    async def joining(self, access: Access) -> tuple[CredentialForm, ...]:  # noqa: ARG002  the form is the same for everybody
        return (INVITATION,)

    async def join(self, access: Access, form: str, given: Mapping[str, Secret]) -> None:  # noqa: ARG002  there is one form
        await join(self._api, access, given)

    async def asked(self, access: Access) -> tuple[Asked, ...]:  # noqa: ARG002  a code leaves nothing open
        return ()

    async def answer(self, access: Access, key: str, answer: Answer) -> None:  # noqa: ARG002  as above
        raise NotFound(self.name, "nothing is asked")

    async def read(self, access: Access, child: DiaryChild, data: Set[Datum], window: Window) -> DiaryPage:
        return await read_page(self._api, access, child, data & MANIFEST.data, window, today=local_day(self._api.now()))


def connect(config: ConnectorConfig, equipment: Equipment) -> DiaryPort:
    return Kiasuo(config, equipment)
