#!/bin/sh
# Sets up .venv and runs the test suite; arguments go to pytest.
cd "$(dirname "$0")/.." || exit 1
requirements=test
. scripts/environment.sh

# Where the caller's shell points MLflow or DVC is none of the suite's business.
for name in $(env | sed -n -E 's/^((MLFLOW|DVC|BENTOML|OTEL)_[A-Z0-9_]*)=.*/\1/p'); do
    unset "$name"
done

[ $# -gt 0 ] || set -- -n auto --maxprocesses 4 --dist loadscope
exec .venv/bin/python -m pytest "$@"
