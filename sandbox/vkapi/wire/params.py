"""The parameters of one method call: from query and form alike, as texts, read with VK's own complaints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.vkapi.wire.errors import VkError

OLDEST = (5, 81)
CHAT_PEERS = 2_000_000_000
NO_VERSION = "v (version) is required"
OLD_VERSION = 'versions below 5.81 are deprecated. Version param should be passed as "v". "version" param is invalid and not supported'


def version_of(text: str) -> tuple[int, int]:
    """`v` is mandatory and may not be below 5.81."""
    if not text:
        raise VkError(8, NO_VERSION)
    major, _, minor = text.partition(".")
    if not (major.isascii() and major.isdigit() and (minor or "0").isascii() and (minor or "0").isdigit()):
        raise VkError(8, NO_VERSION)
    version = (int(major[:4]), int((minor or "0")[:6]))
    if version < OLDEST:
        raise VkError(8, OLD_VERSION)
    return version


@dataclass(frozen=True, slots=True)
class Params:
    """Read-only; numbers that are none are error 100."""

    values: Mapping[str, str]

    def text(self, name: str, *, required: bool = False) -> str:
        value = self.values.get(name, "").strip()
        if required and not value:
            raise VkError.bad(f"{name} is a required parameter")
        return value

    def given(self, name: str) -> bool:
        return bool(self.values.get(name, "").strip())

    def number(self, name: str, default: int | None = None, *, least: int | None = None, most: int | None = None) -> int:
        """Without a default the parameter is required."""
        text = self.text(name, required=default is None)
        if not text:
            return default or 0
        value = _integer(text, name)
        if least is not None and value < least:
            raise VkError.bad(f"{name} should be greater or equal to {least}")
        if most is not None and value > most:
            raise VkError.bad(f"{name} should be less or equal to {most}")
        return value

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in {"1", "true", "yes"}

    def numbers(self, name: str, *, required: bool = False, most: int | None = None) -> list[int]:
        """A comma-separated list, each once, in the asked order."""
        found = [_integer(part.strip(), name) for part in self.text(name, required=required).strip("[]").split(",") if part.strip()]
        if most is not None and len(found) > most:
            raise VkError.bad(f"{name} should contain not more than {most} elements")
        return list(dict.fromkeys(found))

    def words(self, name: str) -> list[str]:
        return [part.strip() for part in self.text(name).split(",") if part.strip()]


def _integer(text: str, name: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise VkError.bad(f"{name} not integer")
    return int(text)
