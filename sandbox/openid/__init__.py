"""A strict standard OpenID Provider: OpenID Connect Core, Discovery, RP-Initiated Logout, RFC 6749, 6750, 7009, 7636, 7662, 9207."""

from sandbox.openid.routes import system

__all__ = ["system"]
