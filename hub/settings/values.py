"""The values of `HUB_*` variables, each read in its own way; problems are noted, one line each."""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from urllib.parse import urlsplit

from connectors.kit.secret import Secret
from hub.settings import names
from hub.settings.addresses import split_http
from hub.settings.names import Name

KEY_LENGTH = 16
LOCAL_HOSTS = ("127.0.0.1", "::1")
THIS_MACHINE = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1"))


@dataclass(slots=True)
class Values:
    """The texts by name, `_FILE` variants already read; `files` says which came from a file."""

    texts: dict[str, str]
    files: dict[str, Path] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def problem(self, name: str, text: str) -> None:
        self.problems.append(f"{name}: {text}")

    def text(self, name: str) -> str:
        return self.texts.get(name, "")

    def number(self, name: str, default: int) -> int:
        text = self.text(name)
        if not text:
            return default
        if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
            self.problem(name, "must be a number from 1 to 65535")
            return default
        return int(text)

    def parts(self, name: str) -> list[str]:
        return [part for part in re.split(r"[,\s]+", self.text(name)) if part]

    def hosts(self) -> tuple[str, ...]:
        found: list[str] = []
        for part in self.parts("HUB_HOST"):
            if part == "localhost":
                found += LOCAL_HOSTS
                continue
            try:
                found.append(str(ipaddress.ip_address(part.strip("[]"))))
            except ValueError:
                self.problem("HUB_HOST", "must be IP addresses or localhost, separated by commas")
        return tuple(dict.fromkeys(found)) or LOCAL_HOSTS

    def networks(self, name: str) -> tuple[IPv4Network | IPv6Network, ...]:
        found = []
        for part in self.parts(name):
            try:
                found.append(ipaddress.ip_network(part))
            except ValueError:
                self.problem(name, "must be IP addresses or networks, separated by commas")
        return tuple(found)

    def secrets(self, name: str) -> tuple[Secret, ...]:
        return tuple(Secret(part) for part in self.parts(name))

    def address(self, name: str, schemes: tuple[str, ...]) -> Secret:
        text = self.text(name)
        if text and not _fits(text, schemes):
            self.problem(name, f"must be {schemes[0]}://…")
        return Secret(text)

    def addresses(self, name: str, schemes: tuple[str, ...]) -> Secret:
        """Several, separated by commas."""
        text = self.text(name)
        if text and not all(_fits(part.strip(), schemes) for part in text.split(",")):
            self.problem(name, f"must be {schemes[0]}://…, separated by commas")
        return Secret(text)

    def public_url(self, default: str) -> str:
        text = self.text("HUB_PUBLIC_URL") or default
        parts = split_http(text)
        if parts is None or parts.path not in ("", "/"):
            self.problem("HUB_PUBLIC_URL", "must be http(s)://host[:port] without a path")
            return default
        return text.rstrip("/")


def _fits(text: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def collect(environ: Mapping[str, str]) -> Values:
    """Takes the known variables that are not empty; unknown ones, wrong choices and wrong forms are problems."""
    known = names.known_in(environ)
    values = Values({})
    for name, text in sorted(environ.items()):
        if name == "SANDBOX_PORT" or name in known:
            if text.strip():
                values.texts[name] = text.strip()
        elif name.startswith("HUB_") and not name.startswith(names.FOR_TESTS):
            _file_or_unknown(values, known, name, text)
    for name, text in values.texts.items():
        if name in known:
            _check(values, known[name], text)
    return values


def _check(values: Values, name: Name, text: str) -> None:
    if name.choices and text not in name.choices:
        values.problem(name.name, f"must be one of {', '.join(name.choices)}")
    if name.pattern and not re.fullmatch(name.pattern, text):
        values.problem(name.name, f"must be {name.form}")


def _file_or_unknown(values: Values, known: Mapping[str, Name], name: str, text: str) -> None:
    target = name.removesuffix("_FILE")
    if target == name or target not in known or not known[target].secret:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
        values.problem(name, f"no such setting{f'; did you mean {near[0]}?' if near else ''}")
        return
    if not text.strip():
        return
    if target in values.texts:
        values.problem(name, f"set either {target} or {name}, not both")
        return
    file = Path(text.strip())
    try:
        content = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        values.problem(name, f"cannot be read: {getattr(error, 'strerror', None) or 'not a text file'}")
        return
    if not content:
        values.problem(name, "the file is empty")
    values.texts[target] = content
    values.files[target] = file
