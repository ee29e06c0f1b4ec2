#!/usr/bin/env bash
# install.sh ENVIRONMENT LOCK: installs the locked packages into the environment.
# uv reads no pip configuration, so the index is handed over.
set -euo pipefail
cd "$(dirname "$0")/.."
index=$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)
index=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$index}}
if [ -n "$index" ]; then export UV_DEFAULT_INDEX="$index"; fi
VIRTUAL_ENV=$1 .venv/bin/uv pip install --quiet --require-hashes --compile-bytecode -r "$2"
