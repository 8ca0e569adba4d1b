#!/bin/sh
# A throw-away PostgreSQL cluster for the tests, run by user postgres on a free port; several may stand side by side.
#   started=$(sh tools/postgres.sh start) && eval "$started"      sets and exports HUB_TEST_DATABASE_URL and HUB_TEST_CLUSTER
#   sh tools/postgres.sh stop "$HUB_TEST_CLUSTER"                 drops it with all its data
# Debian's tools are used, because initdb refuses to run as root. Connections from this machine need no password.
set -eu

say() { printf '%s\n' "$*" >&2; }

usage() {
    say "usage: $0 start | stop CLUSTER"
    exit 2
}

version=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null | sort -n | tail -n 1)
if [ -z "$version" ] || ! command -v pg_createcluster >/dev/null; then
    say "no PostgreSQL server is installed (apt-get install postgresql)"
    exit 1
fi

as_postgres() {
    if [ "$(id -un)" = postgres ]; then "$@"
    elif [ "$(id -u)" = 0 ]; then setpriv --reuid postgres --regid postgres --init-groups env HOME=/var/lib/postgresql "$@"
    else sudo -n -u postgres "$@"
    fi
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start() {
    name="hubtest$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')"
    port=$(free_port)
    # Durability is not what the tests look at: without fsync they run in half the time.
    as_postgres pg_createcluster --port "$port" "$version" "$name" \
        -o fsync=off -o full_page_writes=off -o max_connections=300 \
        -- --auth-host=trust --auth-local=trust --encoding=UTF8 --locale=C.UTF-8 >&2
    as_postgres pg_ctlcluster "$version" "$name" start >&2 || { stop "$name"; exit 1; }
    printf 'export HUB_TEST_DATABASE_URL=postgresql://postgres@127.0.0.1:%s/postgres HUB_TEST_CLUSTER=%s\n' "$port" "$name"
}

stop() {
    # Only what this script made is dropped, whatever name it is given.
    case "$1" in
    hubtest*) as_postgres pg_dropcluster --stop "$version" "$1" >&2 ;;
    *) say "$1 is no cluster of this script"; exit 2 ;;
    esac
}

cd /
case "$#:${1:-}" in
1:start) start ;;
2:stop) stop "$2" ;;
*) usage ;;
esac
