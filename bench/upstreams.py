"""Eight outside systems in one process, each answering after 50 ms what was recorded of it: `python -m bench.upstreams PORT FILE`."""

from __future__ import annotations

import asyncio
import pickle
import sys
from pathlib import Path

LATENCY_S = 0.05
Answers = dict[tuple[str, str, bytes], bytes]
READY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
UNKNOWN = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Upstream(asyncio.Protocol):
    """HTTP/1.1 with kept connections, one request at a time on each; no more than a hub's client needs."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._came = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, end, body = self._came.partition(b"\r\n\r\n")
        length = next((int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:"), 0)
        if not end or len(body) < length:
            return
        self._came = b""
        method, target, _ = head.split(b" ", 2)
        if target == b"/readyz":
            self._say(READY)
            return
        answer = self._answers.get((method.decode(), target.decode(), body[:length]), UNKNOWN)
        asyncio.get_running_loop().call_later(LATENCY_S, self._say, answer)

    def _say(self, answer: bytes) -> None:
        if isinstance(self._transport, asyncio.WriteTransport) and not self._transport.is_closing():
            self._transport.write(answer)


async def serve(port: int, answers: Answers) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Upstream(answers), "127.0.0.1", port, backlog=500)
    await server.serve_forever()


if __name__ == "__main__":
    # Written a moment ago by the bench that starts this process.
    asyncio.run(serve(int(sys.argv[1]), pickle.loads(Path(sys.argv[2]).read_bytes())))
