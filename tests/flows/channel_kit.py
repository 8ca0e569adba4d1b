"""Ways to reach people, played in memory: what each was given to deliver, and how its next answers go wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from connectors.kit.channel import Delivered, Delivery, NoticeChannel
from connectors.kit.errors import ConnectorError
from connectors.kit.manifest import Instance, Kind, Manifest
from connectors.kit.notice import TextState


@dataclass
class FakeChannel:
    """`fails` are raised by the next sends, one each, before anything left; with `loses` a message arrives and its answer does not."""

    name: str = "email"
    sends_once: bool = False
    state: TextState = TextState.SENT
    fails: list[ConnectorError] = field(default_factory=list)
    loses: Callable[[], Exception] | None = None
    asked: list[Delivery] = field(default_factory=list)
    """Every call, those that failed too."""
    sent: list[Delivery] = field(default_factory=list)
    """What arrived."""
    manifest: Manifest = field(init=False)

    def __post_init__(self) -> None:
        instance = Instance(name=self.name, title=self.name, prefixes=(self.name,))
        self.manifest = Manifest(id=self.name, title=self.name, kind=Kind.CHANNEL, instances=(instance,), documents=())

    async def send(self, delivery: Delivery) -> Delivered:
        self.asked.append(delivery)
        if self.fails:
            raise self.fails.pop(0)
        if not (self.sends_once and any(one.id == delivery.id for one in self.sent)):
            self.sent.append(delivery)
        if self.loses:
            raise self.loses()
        return Delivered(outside_id=f"o{len(self.sent)}", state=self.state, word="fake")

    @property
    def told(self) -> list[tuple[str, str]]:
        """Address and text of each message that arrived."""
        return [(one.to.reveal(), one.text.reveal()) for one in self.sent]


def fake_channels(*names: str) -> dict[str, FakeChannel]:
    """As `deps.channels`; without names, all four."""
    once = {"push", "vk"}
    return {name: FakeChannel(name=name, sends_once=name in once) for name in names or ("push", "max", "vk", "email")}


def with_channels(*channels: NoticeChannel) -> dict[str, NoticeChannel]:
    """As `deps.channels` holds them."""
    return {one.name: one for one in channels}
