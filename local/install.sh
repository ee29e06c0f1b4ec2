#!/usr/bin/env bash
# Installs the locked packages into .venv; uv reads no pip configuration, so the index is handed over.
set -euo pipefail
cd "$(dirname "$0")/.."
index=$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)
index=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$index}}
if [ -n "$index" ]; then export UV_DEFAULT_INDEX="$index"; fi
export VIRTUAL_ENV=.venv
.venv/bin/uv pip install --quiet --require-hashes --compile-bytecode -r requirements-dev.txt
.venv/bin/uv pip install --quiet --no-deps --no-build-isolation -e .
