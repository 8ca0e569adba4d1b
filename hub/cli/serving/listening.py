"""Before serving: the port must be free and, on SQLite, the data dir ours alone; each trouble is one line."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.settings import Settings, SettingsError

_NO_SUCH_ADDRESS = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})


def free_hosts(hosts: tuple[str, ...], port: int, *, shared: bool = False) -> tuple[str, ...]:
    """The addresses of this machine among `hosts`. Raises when the port is taken: the server itself would share it silently.

    `shared`: taken by our own sister processes is fine.
    """
    found = []
    for host in hosts:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT if shared else socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind((host, port))
                if not shared:
                    probe.listen(1)
        except OSError as error:
            if error.errno in _NO_SUCH_ADDRESS and len(hosts) > 1:
                continue
            reason = "is busy: stop the other program or choose another port" if error.errno == errno.EADDRINUSE else error.strerror
            raise SettingsError((f"port {port} on {host} {reason}",)) from error
        found.append(host)
    if not found:
        raise SettingsError((f"none of {', '.join(hosts)} is an address of this machine",))
    return tuple(found)


@contextmanager
def sole_server(settings: Settings) -> Iterator[None]:
    """On SQLite one `hub serve` a data dir; the lock ends with the process, however it ends. PostgreSQL takes any number."""
    if settings.database_url:
        yield
        return
    file = settings.data_dir / "hub.lock"
    _make_dir(settings.data_dir)
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid = os.read(handle, 20).decode(errors="replace").strip()
            raise SettingsError((f"another hub (process {pid or 'unknown'}) serves the data dir {settings.data_dir} already",)) from error
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)


def _make_dir(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError((f"HUB_DATA_DIR: {folder} cannot be made: {error.strerror}",)) from error
