"""Whom to ask, without signing in: schools and systems with phones, hours and «сейчас открыто»; kept by the schools' offices (F229)."""

from hub.flows.directory.keeping import TypedContact, add_contact, change_contact, own_contacts, remove_contact
from hub.flows.directory.listing import list_directory, show_place
from hub.flows.directory.of_child import whom_to_ask

__all__ = [
    "TypedContact",
    "add_contact",
    "change_contact",
    "list_directory",
    "own_contacts",
    "remove_contact",
    "show_place",
    "whom_to_ask",
]
