"""Text gateways played in memory: what each was told, what it has, and how its next answers go wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from connectors.kit.errors import ConnectorError, NotFound, Rejected
from connectors.kit.manifest import Instance, Kind, Manifest
from connectors.kit.notice import Message, Price, SentText, TextState


@dataclass
class FakeGateway:
    """`fails` are raised by the next sends, one each; with `loses` a send arrives and its answer does not."""

    name: str = "smsc"
    finds: bool = True
    fails: list[ConnectorError] = field(default_factory=list)
    loses: Callable[[], ConnectorError] | None = None
    sent: list[tuple[str, str]] = field(default_factory=list)
    there: dict[str, SentText] = field(default_factory=dict)
    asked: int = 0

    @property
    def manifest(self) -> Manifest:
        instance = Instance(name=self.name, title="СМС", prefixes=(self.name,))
        return Manifest(id=self.name, title="СМС", kind=Kind.NOTICE, instances=(instance,), documents=())

    def now(self, state: TextState, word: str = "w") -> None:
        """Every message there is in this state from here on."""
        self.there = {key: SentText(gateway_id=one.gateway_id, state=state, word=word) for key, one in self.there.items()}

    async def send(self, message: Message) -> SentText:
        if self.fails:
            raise self.fails.pop(0)
        if message.id not in self.there or not self.finds:
            self.sent.append((message.phone.reveal(), message.text.reveal()))
            made = SentText(gateway_id=f"g{len(self.sent)}", state=TextState.QUEUED, word="-1", parts=1, cost_kop=350)
            self.there[message.id] = made
        if self.loses:
            raise self.loses()
        return self.there[message.id]

    async def find(self, message: Message) -> SentText:
        if not self.finds:
            raise Rejected(self.name, "cannot")
        return await self.status(message, "")

    async def status(self, message: Message, gateway_id: str) -> SentText:
        self.asked += 1
        if message.id not in self.there:
            raise NotFound(self.name, "-3")
        return self.there[message.id]

    async def price(self, message: Message) -> Price:
        return Price(parts=1, cost_kop=350)

    async def balance(self) -> int:
        return 100_000
