#!/bin/sh
# Make .venv hold exactly what requirements.lock says. Fast when nothing has changed.
set -eu
cd "$(dirname "$0")/../.."

python=${PYTHON:-python3}
key=$("$python" - <<'PY'
import hashlib, pathlib, sys
if sys.version_info < (3, 11):
    sys.exit("Belegfluss needs Python 3.11 or newer; name one: make PYTHON=python3.12 ...")
files = b"".join(pathlib.Path(f).read_bytes() for f in ("requirements.lock", "pyproject.toml"))
print(hashlib.sha256(files).hexdigest()[:16])
PY
)
stamp=.venv/installed
[ -x .venv/bin/python ] && [ "$(cat $stamp 2>/dev/null)" = "$key" ] && exit 0

"$python" -c 'import ensurepip, venv' 2>/dev/null || sh deploy/setup/packages.sh venv
[ -x .venv/bin/python ] || "$python" -m venv .venv

echo "Installing dependencies (1.4 GB, some minutes; pip says nothing meanwhile) ..." >&2
pip() {
    .venv/bin/python -m pip --disable-pip-version-check --quiet --quiet --no-input "$@" >&2
}
pip install --require-hashes -r requirements.lock
pip install --no-deps --no-build-isolation -e .
echo "$key" > $stamp
