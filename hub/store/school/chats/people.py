"""What follows for the chats when a person leaves the service, or two records become one."""

from __future__ import annotations

from hub.store.school.chats import codes, journal, members


def forget(person: str) -> None:
    """The chats know a profile that nobody here owns: the next look removes it. The journal keeps what was done, not with whom."""
    members.forget(person)
    journal.forget(person)
    codes.forget(person)


def rebind(*, former: str, to: str) -> None:
    members.rebind(former=former, to=to)
