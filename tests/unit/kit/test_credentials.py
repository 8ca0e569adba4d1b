"""The sign-in forms that manifests draw, as far as they can be judged without their systems."""

from __future__ import annotations

import pytest

from connectors.kit.credentials import OWN_KINDS, SECRET_KINDS, FieldKind, plain_form
from connectors.kit.manifest import Instance, Kind, LoginKind, Manifest
from connectors.kit.registry import manifests

DIARIES = [manifest for manifest in manifests().values() if manifest.kind is Kind.DIARY]


@pytest.mark.parametrize("manifest", DIARIES, ids=lambda manifest: manifest.id)
def test_the_first_form_asks_for_the_credentials_and_every_form_for_a_secret(manifest: Manifest) -> None:
    forms = manifest.login_forms
    assert bool(forms) == (LoginKind.CREDENTIALS in manifest.logins)
    if manifest.forms:
        assert set(manifest.credentials) <= {name for form in manifest.forms for name in form.names}
        assert {*manifest.forms[0].names} == {*manifest.credentials}
    assert len({form.name for form in forms}) == len(forms)
    for form in forms:
        assert form.title and len({*form.names}) == len(form.fields)
        # What is no secret is filled in by the hub: nobody else's number opens anything.
        assert any(field.kind in SECRET_KINDS | OWN_KINDS for field in form.fields)
        assert all(field.title and field.title != field.name for field in form.fields), "a label is words for people"


def test_a_manifest_that_only_names_its_credentials_gets_the_houses_form() -> None:
    form = plain_form(("login", "password", "mother"))
    assert [(field.title, field.kind) for field in form.fields] == [
        ("Логин", FieldKind.TEXT),
        ("Пароль", FieldKind.PASSWORD),
        ("mother", FieldKind.TEXT),
    ]


def test_a_diary_that_opens_in_the_browser_alone_draws_no_form() -> None:
    manifest = Manifest(
        id="x",
        title="X",
        kind=Kind.DIARY,
        documents=(),
        instances=(Instance(name="x", title="X", prefixes=("x",)),),
        logins=frozenset({LoginKind.BROWSER}),
        credentials=("login", "password"),
    )
    assert manifest.login_forms == ()
