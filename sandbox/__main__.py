"""`python -m sandbox serve`: the sandbox on its ports, over TLS and behind a proxy if asked; `play`: a school day in one that runs."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys

from sandbox.devices.command import add_arguments
from sandbox.devices.command import run as play
from sandbox.serve import Ports, PortTaken, serve

DEFAULT_PORT = 9000
DEFAULT_HUB_PORT = 8000


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("порт — число от 1 до 65535")
    return int(text)


def _smtp_port(text: str) -> int:
    return 0 if text == "0" else _port(text)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Песочница: стенды внешних систем и один придуманный город")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("serve", help="запустить песочницу")
    command.add_argument("--port", type=_port, help="порт (иначе SANDBOX_PORT, иначе 9000)")
    command.add_argument("--tls-port", type=_port, help="то же самое по TLS")
    command.add_argument("--proxy-port", type=_port, help="CONNECT-прокси, который ведёт настоящие имена на порт TLS")
    command.add_argument("--smtp-port", type=_smtp_port, help="порт для писем (иначе порт песочницы + 25; 0 — без почты)")
    add_arguments(commands.add_parser("play", help="проиграть школьный день проходов и обедов в запущенной песочнице"))
    return parser


def main() -> int:
    parser = _arguments()
    given = parser.parse_args()
    if given.command == "play":
        return play(given)
    if given.proxy_port and not given.tls_port:
        parser.error("--proxy-port ведёт на порт TLS: добавьте --tls-port")
    try:
        port = given.port or _port(os.environ.get("SANDBOX_PORT") or str(DEFAULT_PORT))
    except argparse.ArgumentTypeError as error:
        parser.error(f"SANDBOX_PORT: {error}")
    hub = os.environ.get("HUB_PUBLIC_URL") or f"http://localhost:{os.environ.get('HUB_PORT') or DEFAULT_HUB_PORT}"
    ports = Ports(
        host=os.environ.get("SANDBOX_HOST") or None,
        port=port,
        tls=given.tls_port,
        proxy=given.proxy_port,
        smtp=given.smtp_port,
        hub_url=hub,
    )
    try:
        asyncio.run(serve(ports))
    except PortTaken as error:
        print(error, file=sys.stderr)  # noqa: T201 - the one line that a person reads
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
