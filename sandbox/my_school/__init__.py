"""ФГИС «Моя школа»: sign-in, search of schools, requests to join and the school's decisions (docs/wire/my_school.md)."""

from sandbox.my_school.routes import system

__all__ = ["system"]
