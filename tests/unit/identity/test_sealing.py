"""Sealing: what is stored opens only in its own row with a known key, and is found through keyed indexes (ARCHITECTURE 7)."""

from __future__ import annotations

import base64

import pytest

from identity.errors import MalformedKey, UnknownKey, Unsealable
from identity.sealing import Keys, audit_signature_holds, master_bytes, new_master_key

OLD, NEW = new_master_key(), new_master_key()


def test_a_sealed_text_opens_in_its_own_place(keys: Keys) -> None:
    sealed = keys.seal("person", "snils", "p1", "11223344595")
    assert keys.open("person", "snils", "p1", sealed) == "11223344595"
    assert "11223344595" not in sealed


@pytest.mark.parametrize(
    "place", [("persons", "snils", "p1"), ("person", "snil", "p1"), ("person", "snils", "p2"), ("person", "snilsp", "1")]
)
def test_a_value_moved_to_another_table_column_or_row_does_not_open(keys: Keys, place: tuple[str, str, str]) -> None:
    sealed = keys.seal("person", "snils", "p1", "secret")
    with pytest.raises(Unsealable):
        keys.open(*place, sealed)


@pytest.mark.parametrize(
    "spoil", [lambda s: s[:-2], lambda s: s.replace("s1.", "s2."), lambda s: "plain text", lambda s: "", lambda s: s[:12]]
)
def test_a_damaged_value_does_not_open(keys: Keys, spoil: object) -> None:
    assert callable(spoil)
    with pytest.raises((Unsealable, UnknownKey)):
        keys.open("t", "c", "1", spoil(keys.seal("t", "c", "1", "secret")))


def test_equal_texts_are_sealed_differently_and_indexed_equally(keys: Keys) -> None:
    assert keys.seal("t", "c", "1", "x") != keys.seal("t", "c", "1", "x")
    assert keys.index("a", "x") == keys.index("a", "x")
    assert keys.index("a", "x") != keys.index("b", "x")
    assert keys.index("ab", "c") != keys.index("a", "bc")


@pytest.mark.security("30")
def test_an_index_says_nothing_without_the_key() -> None:
    one, other = Keys.from_master(OLD), Keys.from_master(NEW)
    assert one.index("person.snils", "11223344595") != other.index("person.snils", "11223344595")


def test_purposes_have_separate_keys(keys: Keys) -> None:
    assert keys.code_hash("x") != keys.index("code", "x")


def test_old_keys_read_and_look_up_and_never_write() -> None:
    before, during = Keys.from_master(OLD), Keys.from_master(NEW, [OLD])
    sealed = before.seal("t", "c", "1", "text")
    assert during.open("t", "c", "1", sealed) == "text"
    assert not during.is_current(sealed)
    assert during.is_current(during.seal("t", "c", "1", "text"))
    assert during.indexes("l", "x") == (Keys.from_master(NEW).index("l", "x"), before.index("l", "x"))
    assert before.code_hash("x") in during.code_hashes("x")
    assert during.index("l", "x") == during.indexes("l", "x")[0]


def test_without_the_old_key_the_value_names_the_key_it_needs() -> None:
    sealed = Keys.from_master(OLD).seal("t", "c", "1", "text")
    with pytest.raises(UnknownKey, match=Keys.from_master(OLD).current_id):
        Keys.from_master(NEW).open("t", "c", "1", sealed)


def test_the_current_key_listed_among_the_old_ones_counts_once() -> None:
    assert Keys.from_master(NEW, [NEW, OLD, OLD]).ids == (Keys.from_master(NEW).current_id, Keys.from_master(OLD).current_id)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("abcdefgh", "6 bytes"),
        (base64.urlsafe_b64encode(b"x" * 31).decode(), "31 bytes"),
        ("a" * 41, "length"),
        ("пароль" * 10, "base64url"),
        ("a+b/" * 12, "base64url"),
        (base64.urlsafe_b64encode(b"\0" * 32).decode(), "repeated"),
    ],
)
def test_a_malformed_master_key_is_refused_with_its_fault(text: str, word: str) -> None:
    with pytest.raises(MalformedKey, match=word) as refusal:
        Keys.from_master(text)
    assert len(text.strip()) < 4 or text.strip() not in str(refusal.value)


@pytest.mark.parametrize("size", [32, 33, 34, 48, 64])
def test_a_master_key_may_be_longer_and_padded_or_not(size: int) -> None:
    raw = bytes(range(size))
    padded = base64.urlsafe_b64encode(raw).decode()
    assert master_bytes(padded) == master_bytes(padded.rstrip("=") + "\n") == raw


@pytest.mark.security("32")
def test_keys_print_no_key(keys: Keys) -> None:
    assert repr(keys) == f"Keys(current={keys.current_id}, old=0)"
    assert "bytes" not in repr(Keys.from_master(OLD)._current)


def test_an_audit_signature_belongs_to_its_key_and_message(keys: Keys) -> None:
    key_id, signature = keys.sign_audit(b"head")
    public = keys.audit_public_keys()[key_id]
    assert audit_signature_holds(public, b"head", signature)
    assert not audit_signature_holds(public, b"other", signature)
    assert not audit_signature_holds(Keys.from_master(OLD).audit_public_keys()[Keys.from_master(OLD).current_id], b"head", signature)
    assert not audit_signature_holds("zz", b"head", "no")
