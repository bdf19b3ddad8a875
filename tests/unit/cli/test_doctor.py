from __future__ import annotations

import os
import platform
import socket
import tempfile
import time
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.cli.doctor import strays
from pytest_mlops_ws.ground import alive, distributions
from pytest_mlops_ws.ground.files import locked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Shell, Write

#: Above any system's limit of them.
NOBODY = 2**30
#: What had the number of a process that is gone has got another's by now.
AGAIN = os.getpid()
MANIFEST = "schema_version: 1\nproject_name: churn\n"
FIX = "mlops-ws doctor --fix removes what is stray\n"


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without cache and temporary files."""
    place = tmp_path / "user"
    (place / "pytest-of-somebody").mkdir(parents=True)
    monkeypatch.setenv("MLOPS_WS_CACHE_DIR", str(place / "cache"))
    monkeypatch.setenv("PYTEST_DEBUG_TEMPROOT", str(place))
    monkeypatch.setenv("LOGNAME", "somebody")
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    # Those of whoever runs us are no part of what is looked at.
    monkeypatch.setattr(strays.strangers, "orphans", list)
    return place


def stray(text: str) -> str:
    return text.partition("stray\n")[2]


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_healthy_repository(repository: Write, shell: Shell) -> None:
    root = repository(
        {
            "mlops/workspace/churn/workspace.yaml": MANIFEST,
            "pyproject.toml": '[tool.mlops-ws]\nguard = "warn"\n',
        }
    )
    version = distributions.version
    tools = [
        f"  {tool} {found}\n"
        if (found := version(tool))
        else f"  {tool} is not there: pip install 'pytest-mlops-ws[{tool}]'\n"
        for tool in ("mlflow", "dvc", "bentoml", "evidently")
    ]
    ours, pytest_itself = version("pytest-mlops-ws"), version("pytest")
    expected = f"""\
installed
  pytest-mlops-ws {ours}, pytest {pytest_itself}, Python {platform.python_version()}
{"".join(tools)}configured
  repository {root}
  base mlops/workspace: 1 workspace
  guard=warn (pyproject.toml)
stray
  nothing
"""
    assert shell("doctor") == (0, expected, "")


def test_a_server_of_a_manifest_is_asked(repository: Write, shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        uri = f"http://127.0.0.1:{server.getsockname()[1]}"
        manifest = f"{MANIFEST}mlflow_tracking_uri: {uri}\n"
        repository({"mlops/workspace/churn/workspace.yaml": manifest})
        answered = shell("doctor")
    refused = shell("doctor")
    said = f"reachable\n  the tracking store of churn, {uri} "
    assert (answered.status, refused.status) == (0, 1)
    assert f"{said}answers\nstray\n" in answered.out
    assert f"{said}does not answer: Connection refused\nstray\n" in refused.out


def in_a_dead_session(place: Path) -> list[Path]:
    session = place / "pytest-of-somebody" / "pytest-0"
    write(session / ".lock", str(AGAIN))
    write(session / f"alive-{AGAIN}")
    write(session / "popen-gw0" / f"alive-{NOBODY}")
    write(session / "test_a0" / "people.csv")
    return [
        write(session / "mlops-ws" / "0001-test-a" / "fraud" / "workspace.yaml"),
        write(session / "popen-gw0" / "mlops-ws" / "0001-test-a" / "fraud" / "workspace.yaml"),
        write(session / f"guard-{NOBODY}.jsonl"),
    ]


def half_built(place: Path) -> list[Path]:
    write(place / "cache" / "mlflow" / "3.17-a-2.lock")
    write(place / "cache" / "mlflow" / "3.17-a-2" / "template.db")
    return [
        write(place / "cache" / "mlflow" / "3.17-a-2.building" / "template.db"),
        write(place / "cache" / "mlflow" / "3.17-a-2" / ".template.db.abcd1234"),
    ]


def at_work(place: Path) -> list[Path]:
    work = place / "mlops-ws-bento-abcd"
    return [write(work / "alive"), write(work / "work" / "bentofile.yaml")]


LEFT: dict[str, tuple[Callable[[Path], list[Path]], str]] = {
    "session": (
        in_a_dead_session,
        f"pytest-of-somebody/pytest-0: 2 workspaces of tests whose session ({AGAIN}) was killed",
    ),
    "template": (
        half_built,
        "cache/mlflow/3.17-a-2.building: a template whose building was killed",
    ),
    "directory": (at_work, "mlops-ws-bento-abcd: a directory for work that was killed"),
}


@pytest.mark.parametrize("kind", LEFT)
def test_what_was_left_is_named_and_only_fix_removes_it(
    kind: str, places: Path, repository: Write, shell: Shell
) -> None:
    repository({})
    leave, text = LEFT[kind]
    left, around = leave(places), places.rglob("*")
    kept = {each for each in around if each.is_file()} - set(left)
    status, out, _ = shell("doctor")
    assert (status, stray(out)) == (1, f"  {places}/{text}\n{FIX}")
    assert all(each.exists() for each in left)
    status, out, _ = shell("doctor", "--fix")
    assert (status, stray(out)) == (0, f"  {places}/{text}: removed\n")
    assert not any(each.exists() for each in left)
    assert all(each.exists() for each in kept)
    status, out, _ = shell("doctor")
    assert (status, stray(out)) == (0, "  nothing\n")


def test_half_written_files_of_a_base_are_strays_and_peoples_are_not(
    repository: Write, shell: Shell
) -> None:
    root = repository({"mlops/workspace/churn/workspace.yaml": MANIFEST})
    base = root / "mlops" / "workspace"
    left = [
        write(base / "..gitignore.abcd1234"),
        write(base / "churn" / ".workspace.yaml.abcd1234"),
    ]
    kept = [
        write(base / "churn" / ".workspace.yaml.swp"),
        write(base / "churn" / ".gitignore.orig"),
    ]
    status, out, _ = shell("doctor", "--fix")
    assert status == 0
    assert stray(out) == "".join(f"  {each}: a write that was killed: removed\n" for each in left)
    assert not any(each.exists() for each in left)
    assert all(each.exists() for each in kept)


def test_what_is_still_at_work_is_no_stray(places: Path, repository: Write, shell: Shell) -> None:
    root = repository({"mlops/workspace/churn/workspace.yaml": MANIFEST})
    session = places / "pytest-of-somebody" / "pytest-0"
    # In a container that shares the directory processes have other numbers.
    write(session / ".lock", str(NOBODY))
    write(session / "mlops-ws" / "0001-test-a" / "fraud" / "workspace.yaml")
    write(session / "popen-gw0" / f"alive-{NOBODY}")
    write(places / "mlops-ws-bento-older" / "bentofile.yaml")
    half_built(places)
    write(root / "mlops" / "workspace" / "churn" / ".workspace.yaml.abcd1234")
    template = places / "cache" / "mlflow" / "3.17-a-2.lock"
    base = root / "mlops" / "workspace" / ".mlops-ws" / "lock"
    write(places / "mlops-ws-model-used" / "alive")
    used = write(places / "mlops-ws-model-used" / "work" / "model")
    # A lock of this process's own may be taken by it twice; another's may not.
    child = os.fork()
    if not child:
        alive.show(session)
        with (
            alive.working_directory("bento"),
            used.open(),
            locked(template, purpose="a test"),
            locked(base, purpose="a test"),
        ):
            time.sleep(60)
    try:
        until = time.monotonic() + 10
        while not base.exists() and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.2)
        status, out, _ = shell("doctor")
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
    assert (status, stray(out)) == (0, "  nothing\n")


def test_of_a_session_that_never_gave_a_sign_of_life_nothing_is_proved(
    places: Path, repository: Write, shell: Shell
) -> None:
    repository({})
    session = places / "pytest-of-somebody" / "pytest-0"
    write(session / ".lock", str(NOBODY))
    write(session / "mlops-ws" / "0001-test-a" / "fraud" / "workspace.yaml")
    status, out, _ = shell("doctor")
    assert (status, stray(out)) == (0, "  nothing\n")


def test_an_outside_setting_is_a_usage_error(repository: Write, shell: Shell) -> None:
    repository({"pyproject.toml": '[tool.mlops-ws]\nguard = "maybe"\n'})
    status, out, err = shell("doctor")
    assert (status, out) == (2, "")
    assert "guard" in err
