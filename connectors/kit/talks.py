"""Notices through a carrier of class chats: the same port writes to a person, with an account of the operator's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from connectors.kit.channel import DELIVER_WITHIN_S, Delivered, Delivery, Gone
from connectors.kit.class_chat import AccountSeen, ChatAccount, ClassChatPort, Detached, Outcome, ToPerson
from connectors.kit.errors import AuthExpired, Rejected, TimedOut
from connectors.kit.manifest import Manifest
from connectors.kit.notice import TextState
from connectors.kit.secret import Secret

WANTS_NONE = "Человек не открывал переписку или остановил её: сначала её надо открыть снова."
DEAD = "Сообщения в мессенджер сейчас не отправляются: мы видим это и чиним. Всё, что в них, есть в кабинете."


class Talks:
    """A carrier's account that writes to people one by one; `at` is where a person opens the talk with it.

    `token` is asked for at each message: the demo learns it from the sandbox."""

    def __init__(
        self, manifest: Manifest, carrier: ClassChatPort, token: Callable[[], str], *, at: str, longest: int, sends_once: bool
    ) -> None:
        self.manifest = manifest
        self.name = manifest.channel
        self.sends_once = sends_once
        self._carrier, self._token, self._at, self._longest = carrier, token, at, longest
        self._seen: tuple[ChatAccount, AccountSeen] | None = None

    async def send(self, delivery: Delivery) -> Delivered:
        account, words = self._account(), self._words(delivery)
        try:
            async with asyncio.timeout(DELIVER_WITHIN_S):
                sent = await self._carrier.send(account, ToPerson(member=delivery.to.reveal()), words, key=delivery.id)
        except TimeoutError as error:
            raise TimedOut(self._carrier.name, "no answer in time", text=DEAD) from error
        except Detached as error:
            raise Gone(self._carrier.name, error.detail, text=WANTS_NONE) from error
        except AuthExpired as error:
            # The carrier's own sentence is for a school with a chat; this account is the operator's.
            raise AuthExpired(self._carrier.name, error.detail, text=DEAD) from error
        if sent.outcome is not Outcome.DONE:
            raise Gone(self._carrier.name, sent.code or sent.outcome.value, text=WANTS_NONE)
        return Delivered(outside_id=sent.id, state=TextState.SENT, word="sent")

    async def opens_at(self) -> str:
        account = self._account()
        if self._seen is None or self._seen[0] != account:
            self._seen = (account, await self._carrier.check(account))
        _, seen = self._seen
        return self._at.format(username=seen.username, id=seen.id)

    def _account(self) -> ChatAccount:
        token = self._token()
        if not token:
            raise AuthExpired(self._carrier.name, "no account", text=DEAD)
        return ChatAccount(token=Secret(token))

    def _words(self, delivery: Delivery) -> str:
        """Nothing is ever cut in the middle: a text that is too long will never go. A short text is its own title, and is said once."""
        parts = [delivery.title.strip(), delivery.text.reveal().strip(), delivery.link]
        said = "\n\n".join(dict.fromkeys(part for part in parts if part))
        if not said or len(said) > self._longest:
            raise Rejected(self._carrier.name, "length", DEAD)
        return said
