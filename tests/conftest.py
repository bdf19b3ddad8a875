from __future__ import annotations

import os
import subprocess

import pytest

from pytest_mlops_ws.ground import distributions

pytest_plugins = ["pytester"]


@pytest.fixture(scope="session")
def strays() -> set[str]:
    """Names of empty directories that MLflow itself makes where a test stands.

    Before 3.10 it does so whenever it opens a store; the fast path opens it another way.
    """
    release = distributions.release(distributions.version("mlflow-skinny") or "")
    return {"mlruns"} if os.environ.get("MLOPS_WS_STOCK") and release < (3, 10) else set()


@pytest.fixture(scope="session")
def apart() -> list[str]:
    """What runs a command as a container that shares our files does, with numbers of its own."""
    namespaces = ["--pid", "--fork", "--mount-proc", "--kill-child"]
    for user in ([], ["--user", "--map-root-user"]):
        command = ["unshare", *user, *namespaces]
        try:
            subprocess.run([*command, "true"], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return command
    pytest.skip("no process may have a number of its own here")
