"""How the progress service is asked: by the parent's SNILS, one SOAP call a question, no session."""

from connectors.diaries.epgu.client.port import connect

__all__ = ["connect"]
