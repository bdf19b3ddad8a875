#!/bin/sh
# Sets up .venv and runs the demonstration; arguments go to `mlops-ws demo`.
cd "$(dirname "$0")/.." || exit 1
requirements=demo
. scripts/environment.sh
exec .venv/bin/mlops-ws demo "$@"
