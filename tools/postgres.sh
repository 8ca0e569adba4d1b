#!/bin/sh
# Starts a throw-away PostgreSQL cluster for the tests as user postgres on a free port and prints its URL.
#   HUB_TEST_DATABASE_URL=$(tools/postgres.sh start)        tools/postgres.sh stop
# Debian's tools are used, because initdb refuses to run as root. Connections from this machine need no password.
set -eu

name=hubtest
version=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -n | tail -n 1)
[ -n "$version" ] || { echo "no PostgreSQL server is installed (apt-get install postgresql)" >&2; exit 1; }

as_postgres() {
    if [ "$(id -un)" = postgres ]; then "$@"
    elif [ "$(id -u)" = 0 ]; then setpriv --reuid postgres --regid postgres --init-groups env HOME=/var/lib/postgresql "$@"
    else sudo -n -u postgres "$@"
    fi
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

state() {
    pg_lsclusters --no-header | awk -v v="$version" -v n="$name" '$1 == v && $2 == n { print $3, $4 }'
}

cd /
case "${1:-start}" in
start)
    if [ -z "$(state)" ]; then
        # Durability is not what the tests look at: without fsync they run in half the time.
        as_postgres pg_createcluster --port "$(free_port)" "$version" "$name" \
            -o fsync=off -o full_page_writes=off -o max_connections=300 \
            -- --auth-host=trust --auth-local=trust --encoding=UTF8 --locale=C.UTF-8 >&2
    fi
    set -- $(state)
    [ "$2" = online ] || as_postgres pg_ctlcluster "$version" "$name" start >&2
    echo "postgresql://postgres@127.0.0.1:$1/postgres"
    ;;
stop)
    as_postgres pg_dropcluster --stop "$version" "$name" >&2
    ;;
*)
    echo "usage: $0 [start|stop]" >&2
    exit 2
    ;;
esac
