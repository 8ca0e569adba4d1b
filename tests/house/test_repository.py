"""What the repository may hold: no hosts of registries, no machine paths, no secrets, no binaries but pictures."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.house.tree import ROOT, files, name

HOSTS = re.compile("py" + r"pi\.org|files\.python" + r"hosted|registry\.npm" + r"js|deb\.deb" + r"ian\.org|/wo" + r"rk/main|/ro" + r"ot/")
PRIVATE_KEY = re.compile("-----BEGIN (RSA |EC )?PRIVATE" + " KEY-----")
PICTURES = {".png", ".webp"}
TEXTS = [path for path in files() if path.suffix not in PICTURES]


def test_every_file_is_text_without_hosts_paths_or_keys() -> None:
    bad = [name(path) for path in TEXTS if HOSTS.search(text := path.read_text("utf-8")) or PRIVATE_KEY.search(text)]
    assert not bad


def test_pictures_live_in_docs_img_and_are_small() -> None:
    for path in files():
        if path.suffix in PICTURES and not name(path).startswith("hub/web/static/"):
            assert name(path).startswith("docs/img/"), name(path)
            assert path.stat().st_size <= 200 * 1024, name(path)


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_and_hashed(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    assert "://" not in text and "--index" not in text
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    assert len(blocks) > 30
    for block in blocks:
        assert re.match(r"[a-zA-Z0-9._-]+==[^ ]+", block), block.splitlines()[0]
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_httpx2_is_in_no_lock_because_it_would_silently_replace_httpx() -> None:
    for file in ("requirements.txt", "requirements-dev.txt"):
        assert not re.search(r"^httpx2", (ROOT / file).read_text("utf-8"), re.MULTILINE)


def test_the_two_locks_agree() -> None:
    def pins(file: str) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9._-]+)==([^ ]+)", (ROOT / file).read_text("utf-8"), re.MULTILINE))

    run, dev = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: dev.get(name) for name in run} == run


def test_every_command_of_the_readme_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for document in (ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        assert set(re.findall(r"`make ([a-z-]+)", document.read_text("utf-8"))) <= targets


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for path in files():
        if path.suffix != ".md":
            continue
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text("utf-8")):
            if "://" not in target and not (path.parent / target).exists():
                broken.append(f"{name(path)} -> {target}")
    assert not broken


def test_the_python_versions_are_said_once() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["project"]["requires-python"] == ">=3.11"
