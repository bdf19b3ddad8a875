from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "pytest_mlops_ws"
MODULES = sorted(PACKAGE.rglob("*.py"))
#: Slow to import, or not installed: whoever imports one of them outside its adapter, or while a
#: module is loaded, makes everybody's pytest slow, or fail.
TOOLS = {"mlflow", "dvc", "bentoml", "evidently"}


def test_imports_only_point_down_the_house(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "path", [str(ROOT), *sys.path])
    # It configures logging, which switches every logger there is off for the tests that follow.
    monkeypatch.setattr("logging.config.dictConfig", lambda _: None)
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == 0, capsys.readouterr().out


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_tool_is_imported_inside_functions_of_its_own_adapter_only(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    relative = module.relative_to(PACKAGE)
    own = relative.parts[1].removesuffix(".py") if relative.parts[0] == "tools" else ""
    outside_functions = set(imported(tree, into_functions=False))
    everywhere = set(imported(tree, into_functions=True))
    assert not outside_functions & TOOLS
    assert everywhere & TOOLS <= {own}


@pytest.mark.parametrize(
    "module", sorted((PACKAGE / "model").glob("*.py")), ids=lambda path: str(path.name)
)
def test_the_model_stands_on_the_standard_library_alone(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    names = set(imported(tree, into_functions=True))
    assert names <= set(sys.stdlib_module_names) | {PACKAGE.name}


def imported(tree: ast.AST, *, into_functions: bool) -> list[str]:
    """The first part of each imported name, without what only a type checker reads."""
    names: list[str] = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            names += [alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append((node.module or "").partition(".")[0])
        elif not skipped(node, into_functions=into_functions):
            names += imported(node, into_functions=into_functions)
    return names


def skipped(node: ast.AST, *, into_functions: bool) -> bool:
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING"
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not into_functions
