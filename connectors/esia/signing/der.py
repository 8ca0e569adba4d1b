"""DER in a dozen typed functions over asn1crypto, enough for a GOST key, a CMS and a certificate.

Object identifiers are used as numbers: asn1crypto's tables of names are global, and GOST's names are not in them.
"""

from __future__ import annotations

from asn1crypto import core, parser

UNIVERSAL, CONTEXT = 0, 2
PRIMITIVE, CONSTRUCTED = 0, 1
INTEGER, BIT_STRING, OCTET_STRING, OBJECT, SEQUENCE, SET = 2, 3, 4, 6, 16, 17


class BadDer(ValueError):
    """The bytes are not the structure that they should be."""


def sequence(*parts: bytes) -> bytes:
    return bytes(parser.emit(UNIVERSAL, CONSTRUCTED, SEQUENCE, b"".join(parts)))


def set_of(*parts: bytes) -> bytes:
    """A SET OF, in DER's order."""
    return bytes(parser.emit(UNIVERSAL, CONSTRUCTED, SET, b"".join(sorted(parts))))


def integer(value: int) -> bytes:
    return bytes(core.Integer(value).dump())


def oid(dotted: str) -> bytes:
    return bytes(core.ObjectIdentifier(dotted).dump())


def octets(value: bytes) -> bytes:
    return bytes(parser.emit(UNIVERSAL, PRIMITIVE, OCTET_STRING, value))


def bits(value: bytes) -> bytes:
    return bytes(parser.emit(UNIVERSAL, PRIMITIVE, BIT_STRING, b"\x00" + value))


def boolean(value: bool) -> bytes:
    return bytes(core.Boolean(value).dump())


def text(value: str) -> bytes:
    return bytes(core.UTF8String(value).dump())


def tagged(number: int, contents: bytes) -> bytes:
    """A constructed context tag: EXPLICIT around a whole value, IMPLICIT around a value's contents."""
    return bytes(parser.emit(CONTEXT, CONSTRUCTED, number, contents))


def contents(value: bytes) -> bytes:
    """What a value holds, without its tag and length."""
    return _parse(value)[1]


def parts(value: bytes) -> list[bytes]:
    """The whole values inside a SEQUENCE or SET."""
    inner = contents(value)
    found = []
    while inner:
        header, body, trailer = _sizes(inner)
        length = header + body + trailer
        found.append(inner[:length])
        inner = inner[length:]
    return found


def tag(value: bytes) -> int:
    return _parse(value)[0]


def dotted(value: bytes) -> str:
    """The text of an OBJECT IDENTIFIER."""
    if tag(value) != OBJECT:
        raise BadDer("not an object identifier")
    return str(core.ObjectIdentifier.load(value).dotted)


def _parse(value: bytes) -> tuple[int, bytes]:
    try:
        _, _, number, _, body, _ = parser.parse(value, strict=True)
    except ValueError as error:
        raise BadDer(str(error)) from error
    return int(number), bytes(body)


def _sizes(value: bytes) -> tuple[int, int, int]:
    try:
        _, _, _, header, body, trailer = parser.parse(value)
    except ValueError as error:
        raise BadDer(str(error)) from error
    return len(header), len(body), len(trailer)
