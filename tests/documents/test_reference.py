from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mlops_ws import WorkspaceManager, plugin
from pytest_mlops_ws.fixtures import MARKER, TAKES
from pytest_mlops_ws.tools import all_tools
from pytest_mlops_ws.workspaces.workspace import ProjectWorkspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from conftest import Document

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = ROOT / "scripts" / "reference.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_tables_are_in_step_with_the_code(
    script: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    status = script.main(["--check"])
    assert capsys.readouterr().out == ""
    assert status == 0


@pytest.mark.parametrize(
    ("mend", "name"),
    [
        (lambda text: text.replace("`mlops_ws_keep`", "`mlops_ws_kept`"), "settings"),
        (lambda text: text.replace("`MLOPS_WS_CLAIMS`", "`MLOPS_WS_CLAIM`"), "checks"),
        (lambda text: text.replace("tracking store and artifacts", "things"), "areas"),
        (lambda text: text.replace(", `OTEL_*`", ""), "hidden"),
        (lambda text: text.replace("| `GIT_TERMINAL_PROMPT` | `0` | – |\n", ""), "set"),
        (lambda text: text.replace("`GIT_DIR`, ", ""), "unset"),
        (lambda text: text.replace("; autologging", ""), "mlflow-state"),
        (lambda text: text.replace("| `UsageError` | 2", "| `UsageError` | 3"), "errors"),
        (lambda text: text.replace("<!-- table: errors -->", ""), "errors"),
    ],
)
def test_table_out_of_step_is_named(
    script: ModuleType,
    mend: Callable[[str], str],
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = tmp_path / "reference.md"
    page.write_text(mend(script.PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    monkeypatch.setattr(script, "PAGE", page)
    assert script.main(["--check"]) == 1
    assert capsys.readouterr().out == (
        f"reference.md: the table {name!r} is out of step: python scripts/reference.py\n"
    )


def test_variables_inside_are_those_of_the_page(
    reference: Document, suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tool in all_tools():
        for pattern in (*tool.ambient, *tool.telemetry):
            monkeypatch.delenv(pattern.replace("*", "X_OF_THE_SHELL"), raising=False)
            monkeypatch.setenv(pattern.replace("*", "X_OF_THE_SHELL"), "of the shell")
    unset = re.findall(r"`([A-Z_]+)`", section(reference, "unset"))
    assert len(unset) > 20
    left_alone = re.findall(
        r"`([A-Z_]+\*?)`", reference.text.partition("**Left alone**")[2].partition("\n\n")[0]
    )
    shell = {name.replace("*", "X") for name in left_alone} - {"HOME", "PATH"}
    assert len(shell) > 5
    for name in {*unset, *shell}:
        monkeypatch.setenv(name, "of the shell")
    wanted = dict(
        re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", section(reference, "set"), re.MULTILINE)
    )
    suite.makepyfile(
        f"""
        import os

        def test_inside(workspace):
            places = {{"<workspace>": workspace.root_path, "<base>": workspace.base_path}}
            wanted = {wanted!r}
            for name, value in wanted.items():
                value = value.replace("/project/", f"/{{workspace.project_name}}/")
                for place, path in places.items():
                    value = value.replace(place, str(path))
                wanted[name] = value
            found = {{name: os.environ.get(name) for name in wanted}}
            assert found == wanted
            inherited = [name for name, value in os.environ.items() if value == "of the shell"]
            assert sorted(inherited) == {sorted(shell)!r}
        """
    )
    suite.runpytest_subprocess(timeout=120).assert_outcomes(passed=1)


def test_fixtures_are_those_of_the_plugin(reference: Document) -> None:
    rows = "\n".join(re.findall(r"^\| (`\w+`.*?) \|", chapter(reference, "Fixtures"), re.MULTILINE))
    ours = {name for name in plugin.__all__ if not name.startswith("pytest_")}
    assert set(re.findall(r"`(\w+)`", rows)) == ours


def test_marker_takes_what_the_page_says(reference: Document) -> None:
    signature = f"{MARKER}{TAKES}"
    assert f"`@pytest.mark.{signature}`" in chapter(reference, "Marker")


@pytest.mark.parametrize("kind", [WorkspaceManager, ProjectWorkspace])
def test_every_public_member_is_on_the_page(kind: type[Any], reference: Document) -> None:
    text = chapter(reference, "Library")
    members = {name for name in dir(kind) if not name.startswith("_")}
    fields = getattr(kind, "__dataclass_fields__", {}).keys()  # the manifest's keys: one row
    internal = {"bentoml", "monitoring", "overwrite_manifest", "manifest_bytes", "save_under_lock"}
    assert sorted(name for name in members - fields - internal if f"`{name}" not in text) == []


def section(reference: Document, name: str) -> str:
    return reference.text.partition(f"<!-- table: {name} -->")[2].partition("<!-- end -->")[0]


def chapter(reference: Document, title: str) -> str:
    return reference.text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
