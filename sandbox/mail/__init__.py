"""Where the town's letters arrive: an SMTP server that delivers to nobody but the inbox (docs/wire/mail.md)."""

from sandbox.mail.routes import system

__all__ = ["system"]
