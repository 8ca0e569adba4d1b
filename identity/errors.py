"""What identity refuses, each with a stable snake_case code; the hub turns them into problems (ARCHITECTURE 4)."""

from __future__ import annotations


class IdentityError(Exception):
    """Base of identity's refusals; `code` is the last segment of the problem's type."""

    code = "identity_error"


class MalformedKey(IdentityError):
    """A master key is not base64url of at least 32 bytes; the message names the fault and never the key."""

    code = "malformed_key"


class UnknownKey(IdentityError):
    """A sealed value names a key that is neither current nor among the old ones."""

    code = "unknown_key"


class Unsealable(IdentityError):
    """A sealed value is damaged, or was moved from another table, column or row."""

    code = "unsealable"


class NotFound(IdentityError):
    """No such person, link or edge for this viewer; the same for foreign and for not existing."""

    code = "not_found"


class LastStrongIdentity(IdentityError):
    """The link is the person's last way in, or the last strong identity (RULES A11)."""

    code = "last_strong_identity"


class AlreadyLinked(IdentityError):
    """The outside account belongs to another person already (RULES A1)."""

    code = "already_bound"


class NotFresh(IdentityError):
    """The act needs a sign-in of the last five minutes (RULES A16)."""

    code = "not_fresh"


class NotAllowed(IdentityError):
    """A rule forbids the act; `reason` is a stable snake_case word for the page and the problem."""

    code = "not_allowed"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = str(reason)


class SignInContention(IdentityError):
    """Parallel sign-ins kept overtaking this one; the caller may try the unit of work again."""

    code = "contention"


__all__ = [
    "AlreadyLinked",
    "IdentityError",
    "LastStrongIdentity",
    "MalformedKey",
    "NotAllowed",
    "NotFound",
    "NotFresh",
    "SignInContention",
    "UnknownKey",
    "Unsealable",
]
