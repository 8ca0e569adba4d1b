"""The Gosuslugi service on current progress, SOAP through a WSDL, in School Hub's house format (docs/wire/epgu.md)."""

from sandbox.epgu.routes import system

__all__ = ["system"]
