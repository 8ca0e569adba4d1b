"""The family's letters with the school, in the diaries that carry them; they stay there, nothing is read ahead (RULES A15, C3, C8)."""

from hub.flows.correspondence.read import list_messages, list_recipients, open_message
from hub.flows.correspondence.write import NewLetter, send_letter

__all__ = ["NewLetter", "list_messages", "list_recipients", "open_message", "send_letter"]
