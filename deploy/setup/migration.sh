#!/bin/sh
# Add an empty migration with the next number: migration.sh "what changes"
set -eu
cd "$(dirname "$0")/../.."
[ -n "${1:-}" ] || { echo 'Say what changes: make migration NAME="what changes"' >&2; exit 1; }
last=$(ls deploy/migrations/versions | sed -n 's/^\([0-9]\{4\}\)_.*/\1/p' | sort | tail -1)
next=$(printf '%04d' "$(expr "$last" + 1)")
.venv/bin/alembic -c deploy/alembic.ini revision --rev-id "$next" --head "$last" -m "$1"
