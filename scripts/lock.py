"""Write the hashed requirements from pyproject.toml, or check that both still agree.

    python scripts/lock.py              complete the files; pins stay where they can
    python scripts/lock.py --upgrade    take the newest releases
    python scripts/lock.py --check      compare, offline; exit status 1 and the differences

A name of an index's host is never written, so the files serve any mirror.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterator

#: File of requirements/: the extras and dependency groups it holds beside the base, in the order
#: they are resolved. `None` is no base at all.
LOCKS: dict[str, tuple[list[str] | None, list[str]]] = {
    "dev": (["all"], ["dev"]),
    "test": (["all"], ["test"]),
    "demo": (["demo"], []),
    "bootstrap": (None, ["bootstrap"]),
    "all": (["all"], ["dev"]),
}
#: Whatever a developer has is what the smaller sets have, too.
CONSTRAINED = {"test", "demo", "bootstrap"}
OWN_NAME = "pytest-mlops-ws"

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;]+)")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Lock or check requirements/.")
    parser.add_argument("--check", action="store_true", help="compare only, offline")
    parser.add_argument("--upgrade", action="store_true", help="take the newest releases")
    parser.add_argument("--root", type=Path, default=Path(__file__).parent.parent)
    options = parser.parse_args(arguments)
    if options.check:
        differences = list(check(options.root))
        for difference in differences:
            print(difference)
        if differences:
            print("Run `python scripts/lock.py` and commit what it writes.")
        return bool(differences)
    for name in LOCKS:
        write(options.root, name, upgrade=options.upgrade)
    return 0


def write(root: Path, name: str, *, upgrade: bool) -> None:
    """Resolve one file of requirements/ for every supported Python and platform."""
    extras, groups = LOCKS[name]
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"]
    command += ["--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"]
    command += ["--annotation-style", "line", "--no-header"]
    command += [word for group in groups for word in ("--group", group)]
    if extras is not None:
        command += ["pyproject.toml", *(word for extra in extras for word in ("--extra", extra))]
    if name in CONSTRAINED:
        command += ["--constraints", "requirements/dev.txt"]
    if upgrade:
        command += ["--upgrade"]
    command += ["--output-file", f"requirements/{name}.txt"]
    subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL)
    print(f"requirements/{name}.txt")


def check(root: Path) -> Iterator[str]:
    """Say in what a file of requirements/ and pyproject.toml differ."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    for name in LOCKS:
        path = root / "requirements" / f"{name}.txt"
        if not path.is_file():
            yield f"requirements/{name}.txt: missing"
            continue
        text = path.read_text(encoding="utf-8")
        if "://" in text:
            yield f"requirements/{name}.txt: names a host"
        pins, direct = read(text)
        wanted = list(requirements(project, name))
        for requirement in wanted:
            versions = pins.get(canonicalize_name(requirement.name), set())
            if not versions:
                yield f"requirements/{name}.txt: {requirement} is missing"
            yield from (
                f"requirements/{name}.txt: {requirement} is asked for, {version} is pinned"
                for version in sorted(versions)
                if not requirement.specifier.contains(version, prereleases=True)
            )
        for surplus in sorted(direct - {canonicalize_name(found.name) for found in wanted}):
            yield f"requirements/{name}.txt: nothing in pyproject.toml asks for {surplus}"


def read(text: str) -> tuple[dict[str, set[Version]], set[str]]:
    """Return the pinned versions by name, and the names that pyproject.toml itself asked for."""
    pins: dict[str, set[Version]] = {}
    direct: set[str] = set()
    current = ""
    for line in text.splitlines():
        if found := _PIN.match(line):
            current = canonicalize_name(found["name"])
            pins.setdefault(current, set()).add(Version(found["version"]))
        elif line.lstrip().startswith("# via") and "pyproject.toml" in line:
            direct.add(current)
    return pins, direct


def requirements(project: dict[str, Any], name: str) -> Iterator[Requirement]:
    """Yield what pyproject.toml asks of one file of requirements/."""
    extras, groups = LOCKS[name]
    if extras is not None:
        yield from map(Requirement, project["project"]["dependencies"])
    for extra in extras or []:
        yield from _extra(project, extra)
    for group in groups:
        yield from _group(project, group)


def _extra(project: dict[str, Any], extra: str) -> Iterator[Requirement]:
    for text in project["project"]["optional-dependencies"][extra]:
        requirement = Requirement(text)
        if requirement.name == OWN_NAME:
            for other in sorted(requirement.extras):
                yield from _extra(project, other)
        else:
            yield requirement


def _group(project: dict[str, Any], group: str) -> Iterator[Requirement]:
    for entry in project["dependency-groups"][group]:
        if isinstance(entry, str):
            yield Requirement(entry)
        else:
            yield from _group(project, entry["include-group"])


if __name__ == "__main__":
    raise SystemExit(main())
