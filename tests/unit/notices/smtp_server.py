"""A mail server of a few lines: answers each command as it is told to, keeps what it was given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """`says` by command (`RCPT`, `DATA`, `.` for the letter's end); an empty answer drops the connection."""

    says: Mapping[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        usual = {"HELLO": "220 ready", "EHLO": "250-here\r\n250 8BITMIME", "DATA": "354 go on", "QUIT": "221 bye", "AUTH": "235 in"}

        def tell(command: str) -> bool:
            answer = {**usual, **self.says}.get(command, "250 2.0.0 OK")
            writer.write(f"{answer}\r\n".encode() if answer else b"")
            return bool(answer)

        on = tell("HELLO")
        while on and (line := await reader.readline()):
            said = line.decode().strip()
            self.heard.append(said)
            command = said.split(" ", 1)[0].upper()
            on = tell(command)
            if command == "DATA" and on and self.says.get("DATA", "354").startswith("354"):
                body = await reader.readuntil(b"\r\n.\r\n")
                on = tell(".")
                self.letters += [body.decode()] if on else []
            on = on and command != "QUIT"
            await writer.drain()


@asynccontextmanager
async def mail_server(**says: str) -> AsyncIterator[MailServer]:
    """`END` stands for the letter's end."""
    made = MailServer(says={("." if name == "END" else name): text for name, text in says.items()})
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
