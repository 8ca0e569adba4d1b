"""A push service: RFC 8030 with payloads by RFC 8291 and senders by RFC 8292 (docs/wire/webpush.md)."""

from sandbox.webpush.routes import system

__all__ = ["system"]
