#!/bin/sh
# Makes .venv with the pinned, hashed requirements; does nothing when it is already fresh. Usage: tools/setup.sh run|dev
set -eu
cd "$(dirname "$0")/.."
kind=${1:-run}
if [ "$kind" = dev ]; then file=requirements-dev.txt; else file=requirements.txt; fi
stamp=".venv/.school-hub-$kind"
wanted=$(cksum <"$file")
if [ -x .venv/bin/python ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then exit 0; fi
# The development set contains the run set: a fresh one serves both.
if [ "$kind" = run ] && [ -x .venv/bin/python ] && [ -f .venv/.school-hub-dev ] && [ "$(cat .venv/.school-hub-dev)" = "$(cksum <requirements-dev.txt)" ]; then exit 0; fi

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3.14 python3; do
        path=$(command -v "$name" 2>/dev/null) || continue
        if "$path" -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info < (3, 15)))' 2>/dev/null; then
            printf '%s' "$path"
            return 0
        fi
    done
    return 1
}

no_python() {
    say "School Hub needs Python 3.11-3.14 with venv, or uv. On Debian: apt-get install python3 python3-venv make"
    exit 1
}

say "[1/3] Python environment .venv"
if uv --version >/dev/null 2>&1; then
    [ -x .venv/bin/python ] || uv venv --quiet --no-python-downloads --python '>=3.11,<3.15' .venv || no_python
    say "[2/3] Packages from $file (uv)"
    uv pip install --quiet --python .venv/bin/python --require-hashes --only-binary :all: -r "$file"
else
    python=$(find_python) || no_python
    if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
        "$python" -m venv .venv >/dev/null 2>&1 || { rm -rf .venv; "$python" -m venv --without-pip .venv >/dev/null 2>&1 || no_python; }
    fi
    if .venv/bin/python -c 'import pip' 2>/dev/null; then
        say "[2/3] Packages from $file (pip)"
        .venv/bin/python -m pip --disable-pip-version-check install --quiet --progress-bar on --require-hashes --only-binary :all: -r "$file"
    elif "$python" -m pip --version >/dev/null 2>&1; then
        say "[2/3] Packages from $file (the system's pip)"
        "$python" -m pip --disable-pip-version-check --python .venv/bin/python install --quiet --require-hashes --only-binary :all: -r "$file"
    else
        no_python
    fi
fi
printf '%s' "$wanted" >"$stamp"
say "[3/3] Ready"
