"""Which releases are installed, and the one sentence said when one is missing or too old."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from pytest_mlops_ws.model.errors import ToolMissingError


def package_directory(module: str) -> Path | None:
    """Return where the top-level package *module* lies, without importing it."""
    try:
        spec = importlib.util.find_spec(module)
    except ValueError:  # a stand-in in sys.modules without a spec
        return None
    locations = list(spec.submodule_search_locations or ()) if spec else []
    return Path(locations[0]) if locations else None


def version(*distributions: str) -> str | None:
    """Return the version of the first of *distributions* that is installed."""
    # pytest has loaded it already; a hook that never asks does not pay its 34 ms.
    from importlib import metadata

    for name in distributions:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return None


def release(text: str) -> tuple[int, ...]:
    """Return the leading numbers of a version: ``3.17.2rc1`` is ``(3, 17, 2)``."""
    numbers = []
    for part in text.split(".")[:3]:
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
        if digits != part:
            break
    return tuple(numbers)


def missing(tool: str, found: str | None, floor: str, *, needs: str = "") -> ToolMissingError:
    """Say that *tool* is not there, or which version is and which is needed, and what to type."""
    state = f"{tool} is not installed{needs}"
    if found:
        state = f"{tool} {found} is installed, {floor} or newer is needed"
    message = f"{state}: pip install 'pytest-mlops-ws[{tool}]'"
    return ToolMissingError(
        message, operation=tool, details={"tool": tool, "found": found, "floor": floor}
    )
