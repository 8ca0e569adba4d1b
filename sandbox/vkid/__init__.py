"""VK ID: its OAuth 2.1 with PKCE and device_id, its pages, and the profile behind a token."""

from sandbox.vkid.routes import system

__all__ = ["system"]
