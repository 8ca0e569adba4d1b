"""Chooses dialect and signer by the settings, and refuses combinations that cannot or must not work."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from connectors.esia import manifest
from connectors.esia.signing.dialect import DIALECTS, Dialect, DialectName
from connectors.esia.signing.files import Files
from connectors.esia.signing.gost_openssl import GostOpenssl
from connectors.esia.signing.in_process import GostPython, RsaCms
from connectors.esia.signing.port import Signer
from connectors.kit.config import BadSetting

SIGNERS = ("rsa", "gost_python", "gost_openssl")


def is_loopback(url: str) -> bool:
    """Whether the address is this machine: `localhost`, a name below it, or a loopback number."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def dialect_of(options: Mapping[str, str]) -> Dialect:
    name = options.get(manifest.DIALECT) or DialectName.CURRENT
    if name not in DIALECTS:
        raise BadSetting(manifest.DIALECT, f"must be one of {', '.join(DIALECTS)}")
    return DIALECTS[DialectName(name)]


def signer_of(system: str, options: Mapping[str, str], *, base_url: str) -> Signer:
    """The signer of the settings; empty means pure Python for a sandbox on this machine and openssl elsewhere."""
    dialect = dialect_of(options)
    local = is_loopback(base_url)
    name = options.get(manifest.SIGNER) or ("gost_python" if local else "gost_openssl")
    if name not in SIGNERS:
        raise BadSetting(manifest.SIGNER, f"must be one of {', '.join(SIGNERS)}")
    if name == "rsa" and dialect.raw:
        raise BadSetting(manifest.SIGNER, "rsa signs in the dialect v1 only: the current one takes GOST signatures")
    if name == "gost_python" and not local:
        raise BadSetting(manifest.SIGNER, "gost_python is not constant-time: it is allowed only where the base URL is loopback")
    files = Files(system, key=_path(options, manifest.KEY_FILE), certificate=_path(options, manifest.CERT_FILE))
    if name == "rsa":
        return RsaCms(files)
    return GostPython(files, raw=dialect.raw) if name == "gost_python" else GostOpenssl(files, raw=dialect.raw)


def _path(options: Mapping[str, str], name: str) -> Path:
    text = options.get(name, "")
    if not text:
        raise BadSetting(name, "names no file")
    return Path(text)
