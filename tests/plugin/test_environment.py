from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., pytest.RunResult]

#: What a developer's shell, or the job of a CI, brings along.
SHELL = {
    "MLFLOW_TRACKING_URI": "http://127.0.0.1:9",
    "MLFLOW_REGISTRY_URI": "http://127.0.0.1:9",
    "MLFLOW_EXPERIMENT_NAME": "production",
    "MLFLOW_RUN_ID": "0123456789abcdef0123456789abcdef",
    "MLFLOW_TRACKING_TOKEN": "secret",
    "_MLFLOW_SERVER_ARTIFACT_ROOT": "/nowhere",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
    "BENTOML_HOME": "/nowhere/bentoml",
    "BENTOML_API_TOKEN": "secret",
    "DVC_STUDIO_TOKEN": "secret",
    "DVC_ROOT": "/nowhere",
    "STUDIO_TOKEN": "secret",
    "GIT_DIR": "/nowhere/.git",
    "GIT_WORK_TREE": "/nowhere",
    "GIT_INDEX_FILE": "/nowhere/index",
    "GIT_COMMON_DIR": "/nowhere",
    "GIT_OBJECT_DIRECTORY": "/nowhere",
    "AWS_PROFILE": "mine",
    "GOOGLE_APPLICATION_CREDENTIALS": "/nowhere",
}
STAY = ["AWS_PROFILE", "GOOGLE_APPLICATION_CREDENTIALS"]


@pytest.fixture
def shell(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SHELL.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")  # the conftest says something else


CONFTEST = """
import os

import pytest

os.environ["MLFLOW_HTTP_REQUEST_TIMEOUT"] = "7"
os.environ["MLFLOW_TRACKING_USERNAME"] = "of the conftest"

@pytest.fixture
def minio(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "minio")
    monkeypatch.setenv("MLFLOW_S3_ENDPOINT_URL", "http://127.0.0.1:9000")
"""
TESTS = f"""
import os

import pytest

SHELL = {SHELL!r}
STAY = {STAY!r}

def foreign():
    return sorted(name for name, value in SHELL.items() if os.environ.get(name) == value)

def test_the_shells_variables_are_there_outside():
    assert foreign() == sorted(SHELL)

def test_and_hidden_inside(workspace):
    assert foreign() == STAY

def test_what_the_conftest_set_survives(workspace):
    assert os.environ["MLFLOW_HTTP_REQUEST_TIMEOUT"] == "7"
    assert os.environ["MLFLOW_TRACKING_USERNAME"] == "of the conftest"

@pytest.mark.parametrize("order", ["before", "after"])
def test_what_a_fixture_set_survives(request, order):
    names = ["minio", "workspace"]
    for name in names if order == "before" else reversed(names):
        request.getfixturevalue(name)
    assert os.environ["AWS_ACCESS_KEY_ID"] == "minio"
    assert os.environ["MLFLOW_S3_ENDPOINT_URL"] == "http://127.0.0.1:9000"

def test_what_the_test_sets_survives(workspace, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
    monkeypatch.setenv("DVC_STUDIO_TOKEN", SHELL["DVC_STUDIO_TOKEN"])
    assert os.environ["MLFLOW_TRACKING_URI"] == "http://127.0.0.1:1"
    assert foreign() == [*STAY[:1], "DVC_STUDIO_TOKEN", *STAY[1:]]

def test_what_a_test_leaves_behind_goes(workspace):
    os.environ["MLFLOW_EXPERIMENT_ID"] = "7"
    os.environ["DVC_ROOT"] = "/left"
    os.environ["UNRELATED"] = "stays"

def test_outside_all_is_as_before():
    assert foreign() == sorted(SHELL)
    assert "MLFLOW_EXPERIMENT_ID" not in os.environ
    assert os.environ.pop("UNRELATED") == "stays"

def test_git_is_the_workspaces(workspace):
    import subprocess
    said = subprocess.run(["git", "-C", str(workspace.root_path), "rev-parse", "--git-dir"],
                          capture_output=True, text=True)
    assert said.stdout.strip() == ".git", said.stderr
"""


@pytest.mark.usefixtures("shell")
@pytest.mark.parametrize(
    "workers", [pytest.param("", marks=pytest.mark.isolation), "-n 2 --dist loadfile"]
)
def test_environment_inside_and_outside(suite: pytest.Pytester, run: Run, workers: str) -> None:
    suite.makeconftest(CONFTEST)
    suite.makepyfile(TESTS)
    run(*workers.split()).assert_outcomes(passed=9)


@pytest.mark.usefixtures("shell")
def test_pass_env_lets_names_through(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        """
        import os

        def test_passed(workspace, workspace_factory):
            assert os.environ["MLFLOW_TRACKING_TOKEN"] == "secret"
            assert os.environ["DVC_STUDIO_TOKEN"] == "secret"
            assert "STUDIO_TOKEN" not in os.environ
            assert os.environ["MLFLOW_TRACKING_URI"] == workspace.mlflow.tracking_uri
            with workspace_factory().activate():
                assert os.environ["MLFLOW_TRACKING_TOKEN"] == "secret"
        """
    )
    suite.makeini("[pytest]\nmlops_ws_pass_env = MLFLOW_TRACKING_* DVC_STUDIO_TOKEN\n")
    run().assert_outcomes(passed=1)
    run("-n", "1").assert_outcomes(passed=1)


@pytest.mark.isolation
@pytest.mark.parametrize("order", ["old, mlops_workspace", "mlops_workspace, old"])
def test_a_monkeypatch_brings_no_dead_address_back(
    suite: pytest.Pytester, run: Run, order: str
) -> None:
    suite.makepyfile(
        f"""
        import os

        import pytest

        @pytest.fixture
        def old(monkeypatch):
            return monkeypatch

        def test_swap({order}):
            inside = os.environ["MLFLOW_TRACKING_URI"]
            old.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
            old.delenv("DVC_SITE_CACHE_DIR")
            old.setenv("UNRELATED", "1")

        def test_nothing_is_left():
            assert "MLFLOW_TRACKING_URI" not in os.environ
            assert "DVC_SITE_CACHE_DIR" not in os.environ
            assert "UNRELATED" not in os.environ
        """
    )
    run().assert_outcomes(passed=2)


TELEMETRY = {
    "DO_NOT_TRACK": "true",
    "DVC_NO_ANALYTICS": "1",
    "ITERATIVE_DO_NOT_TRACK": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
}
SAYS = f"""
import os

WHEN_LOADED = {{name: os.environ.get(name) for name in {sorted(TELEMETRY)!r}}}

def test_said():
    print("telemetry:", WHEN_LOADED)
"""


@pytest.mark.parametrize("workers", ["", "-n 1"])
def test_telemetry_is_off_before_a_conftest_is_loaded(
    suite: pytest.Pytester, run: Run, workers: str
) -> None:
    suite.makeconftest(f"import os\nassert {TELEMETRY!r}.items() <= dict(os.environ).items()\n")
    suite.makepyfile("def test_one(): pass")
    run(*workers.split()).assert_outcomes(passed=1)


def test_who_said_something_about_telemetry_is_heard(
    suite: pytest.Pytester, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "false")
    suite.makepyfile(SAYS)
    said = TELEMETRY | {"MLFLOW_DISABLE_TELEMETRY": "false"}
    run("-s").stdout.fnmatch_lines([f"*telemetry: {said}*"])


def test_telemetry_can_be_kept(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(SAYS)
    suite.makeini("[pytest]\nmlops_ws_telemetry = keep\n")
    run("-s").stdout.fnmatch_lines([f"*telemetry: {dict.fromkeys(TELEMETRY)}*"])
