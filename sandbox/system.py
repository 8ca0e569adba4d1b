"""What the sandbox's core asks of each outside system that it plays, and what it gives to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from quart import Blueprint, Response

from sandbox.inbox import Inbox
from sandbox.outbound import Outbound
from sandbox.paying.shops import Merchants

if TYPE_CHECKING:
    from sandbox.clock import Clock
    from sandbox.faults import Faults
    from sandbox.recorder import Recorder
    from sandbox.sign_in_as import SignInAs
    from sandbox.world.town import Town


@dataclass(slots=True, kw_only=True)
class Sandbox:
    """The shared state of one sandbox process. `town` is replaced as a whole by a reset: read it anew for each request.

    `shared` is what one system lends to another, by its own id: the terminal's till to the kiosk."""

    clock: Clock
    town: Town
    faults: Faults
    recorder: Recorder
    sign_in_as: SignInAs
    base_url: Callable[[], str]
    inbox: Inbox = field(default_factory=Inbox)
    outbound: Outbound = field(default_factory=Outbound)
    merchants: Merchants = field(default_factory=Merchants)
    shared: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault that the system itself must word: `kind` is auth_expired, rate_limit or error; `value` as the control call gave it."""

    kind: str
    value: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One outside system, built by its folder's `system(sandbox)`.

    `blueprints`: prefix without slash -> routes below it, exactly the system's own paths.
    `control`: routes below `/_sandbox/<id>`. `reset` forgets sessions, codes and tokens, keeps registered clients.
    `word_fault` answers a fault in the system's own envelope, or None where the path has nothing to say to it
    (the request then runs on). `drift_fields` are required JSON keys; a drift fault renames them in every data answer.
    `hosts`: real host name -> prefix, for the TLS port. `secret_fields`: body, query and header names that the recorder masks
    besides the usual ones. `word_fault` runs inside the request's context.
    """

    id: str
    title: str
    blueprints: Mapping[str, Blueprint]
    control: Blueprint | None = None
    reset: Callable[[], None] = lambda: None
    word_fault: Callable[[Fault], Response | None] = lambda fault: None
    drift_fields: tuple[str, ...] = ()
    hosts: Mapping[str, str] = field(default_factory=dict)
    secret_fields: frozenset[str] = frozenset()
