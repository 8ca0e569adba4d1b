"""GOST by the openssl command with its GOST engine: the key stays in its file, and each signature is one short process."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

from connectors.esia.signing.files import Files
from connectors.esia.signing.port import within_deadline
from connectors.kit.errors import Unavailable

log = logging.getLogger("hub.esia")

CONFIG = Path(__file__).with_name("gost.cnf")
RAW_SIZE = 64
PARALLEL = 4


class GostOpenssl:
    """The command line names files only; the message goes in by stdin and the signature comes out by stdout."""

    def __init__(self, files: Files, *, raw: bool, command: str = "openssl") -> None:
        self._files = files
        self._raw = raw
        self._command = command
        self._gate = asyncio.Semaphore(PARALLEL)

    async def certificate_hash(self) -> str:
        return await self._files.certificate_hash()

    async def sign(self, message: bytes) -> bytes:
        return await within_deadline(self._files.system, self._sign(message))

    async def _sign(self, message: bytes) -> bytes:
        async with self._gate:
            signature = await self._run(self._arguments(), message)
        if not signature or (self._raw and len(signature) != RAW_SIZE):
            raise Unavailable(self._files.system, f"openssl wrote {len(signature)} bytes")
        return signature

    def _arguments(self) -> tuple[str, ...]:
        key = str(self._files.key)
        if self._raw:
            return ("dgst", "-md_gost12_256", "-sign", key)
        certificate = str(self._files.certificate)
        return ("cms", "-sign", "-binary", "-md", "md_gost12_256", "-signer", certificate, "-inkey", key, "-outform", "DER")

    async def _run(self, arguments: tuple[str, ...], message: bytes) -> bytes:
        # The child sees neither the hub's settings nor its keys.
        environment = {"PATH": os.environ.get("PATH", os.defpath), "OPENSSL_CONF": str(CONFIG), "LC_ALL": "C"}
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(self._command, *arguments, stdin=pipe, stdout=pipe, stderr=pipe, env=environment)
        except OSError as error:
            log.warning("%s: the command %s cannot be started: %s", self._files.system, self._command, error)
            raise Unavailable(self._files.system, "openssl") from error
        try:
            signature, complaint = await process.communicate(message)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            log.warning("%s: openssl refused to sign: %s", self._files.system, _first_line(complaint))
            raise Unavailable(self._files.system, "openssl")
        return signature


def _first_line(complaint: bytes) -> str:
    return complaint.decode(errors="replace").strip().partition("\n")[0][:200]
