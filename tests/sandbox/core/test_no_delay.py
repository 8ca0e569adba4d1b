"""A kept connection does not stall between two answers."""

from __future__ import annotations

import socket

from sandbox.serve import _sockets


def test_listeners_name_their_protocol_so_that_asyncio_sets_tcp_nodelay() -> None:
    listeners = _sockets(None, 0)
    try:
        assert {listener.proto for listener in listeners} == {socket.IPPROTO_TCP}
    finally:
        for listener in listeners:
            listener.close()
