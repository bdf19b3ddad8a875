"""Write the tables of docs/reference.md that the code already knows.

    python scripts/reference.py            write them
    python scripts/reference.py --check    say which differ, and exit with 1

A table stands between ``<!-- table: NAME -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

import argparse
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pytest_mlops_ws import ProjectWorkspace
from pytest_mlops_ws.ground import git
from pytest_mlops_ws.model import errors
from pytest_mlops_ws.model.directories import AREAS
from pytest_mlops_ws.settings import OPTIONS
from pytest_mlops_ws.settings.values import CHECK_OPTIONS
from pytest_mlops_ws.tools import all_tools
from pytest_mlops_ws.tools.mlflow.state import ROWS
from pytest_mlops_ws.workspaces.derivation import derive

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference.md"
_TABLE = re.compile(r"(<!-- table: (?P<name>\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
_BASE = "/BASE"

#: What can be typed after ``mlops-ws check``; a repository's name can after ``mlops-ws claims``.
_TYPED = {"baseline", "claims", "exclude", "ignore", "select"}

Variables = dict[str, str | None]


def settings() -> Iterator[str]:
    """Yield the options, a row each."""
    yield from _head("`[tool.mlops-ws]`", "ini", "flag", "variable", "default", "what")
    for option in OPTIONS:
        default = " ".join(option.default) if isinstance(option.default, tuple) else option.default
        shown = {False: "`false`", None: "", "": ""}.get(default, f"`{default}`")
        choices = f" ({' or '.join(f'`{each}`' for each in option.choices)})"
        names = (option.name.replace("_", "-"), option.ini, option.flag, option.variable)
        what = option.help + (choices if option.choices else "")
        yield _row(*(f"`{name}`" for name in names), shown, what)


def checks() -> Iterator[str]:
    """Yield the options that the checks alone ask for, a row each."""
    yield from _head("`[tool.mlops-ws]`", "flag of `mlops-ws check`", "variable", "what")
    for option in CHECK_OPTIONS:
        name = option.name.replace("_", "-")
        flag = f"`--{name}`" if name in _TYPED else ""
        yield _row(f"`{name}`", flag, f"`{option.variable}`", option.help)


def areas() -> Iterator[str]:
    """Yield the directories of a workspace."""
    yield from _head("directory", "what is in it")
    for area, what in AREAS.items():
        yield _row(f"`{area}/`", what)


def hidden() -> Iterator[str]:
    """Yield the patterns of the shell's variables that do not reach a test."""
    for tool in all_tools():
        yield f"- {tool.name}: {_names(tool.ambient)}"


def set_variables() -> Iterator[str]:
    """Yield the variables with the values they get in a test, and for people."""
    test, people = _variables("hide"), _variables("inherit")
    yield from _head("variable", "in `workspace`", "in `activate()`")
    for name in sorted({*test, *people}):
        if test.get(name) or people.get(name):
            yield _row(f"`{name}`", _value(test, name), _value(people, name))


def unset_variables() -> Iterator[str]:
    """Yield the variables that are never set inside."""
    test, people = _variables("hide"), _variables("inherit")
    always = {name for name, value in people.items() if value is None}
    tests = {name for name, value in test.items() if value is None}
    yield f"- In both: {_names(sorted(always & tests))}."
    yield f"- In `workspace` only: {_names(sorted(tests - always))}."


def mlflow_state() -> Iterator[str]:
    """Yield the pieces of MLflow's state that are set aside and put back."""
    yield "; ".join(row.name for row in ROWS) + "."


def error_classes() -> Iterator[str]:
    """Yield the errors, with what they mean."""
    yield from _head("error", "exit status", "when")
    for kind in vars(errors).values():
        if inspect.isclass(kind) and issubclass(kind, errors.WorkspaceError):
            summary = (kind.__doc__ or "").strip().partition("\n")[0].rstrip(".")
            yield _row(f"`{kind.__name__}`", str(kind.exit_status), summary)


TABLES = {
    "settings": settings,
    "checks": checks,
    "areas": areas,
    "hidden": hidden,
    "set": set_variables,
    "unset": unset_variables,
    "mlflow-state": mlflow_state,
    "errors": error_classes,
}


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Write the tables of docs/reference.md.")
    parser.add_argument("--check", action="store_true", help="write nothing, say what differs")
    options = parser.parse_args(arguments)
    before = PAGE.read_text(encoding="utf-8")
    differ: list[str] = []

    def table(found: re.Match[str]) -> str:
        text = found[1] + "\n".join(["", *TABLES[found["name"]](), "", ""]) + found[3]
        if text != found[0]:
            differ.append(found["name"])
        return text

    after = _TABLE.sub(table, before)
    present = [found["name"] for found in _TABLE.finditer(before)]
    differ += sorted(TABLES.keys() - present)
    if options.check:
        for name in differ:
            print(f"{PAGE.name}: the table {name!r} is out of step: python scripts/reference.py")
        return bool(differ)
    PAGE.write_text(after, encoding="utf-8")
    return 0


def _variables(ambient: Literal["hide", "inherit"]) -> Variables:
    spec = derive(ProjectWorkspace("project", Path(_BASE, "project")))
    found: Variables = dict(git.environment(spec.base_path, ambient))
    for tool in all_tools():
        found |= tool.telemetry
        found |= tool.environment(spec, ambient)
    return found


def _value(variables: Mapping[str, str | None], name: str) -> str:
    if name not in variables:
        return "–"
    value = variables[name]
    if value is None:
        return "unset"
    places = {f"{_BASE}/project/": "<workspace>/", f"{_BASE}/": "<base>/"}
    for place, shown in places.items():
        value = value.replace(place, shown)
    return f"`{value}`"


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _head(*titles: str) -> Iterator[str]:
    yield _row(*titles)
    yield "|" + "---|" * len(titles)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


if __name__ == "__main__":
    raise SystemExit(main())
