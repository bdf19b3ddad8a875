from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
#: What an installer leaves in a distribution's metadata that was not in the wheel.
_INSTALLERS = {"INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"}


@pytest.fixture(scope="session")
def wheelhouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wheels of all that the package needs to be built and to run, packed from what is installed.

    With them an environment can be made where there is no index. pre-commit itself needs setuptools
    for a hook without a repository.
    """
    place = tmp_path_factory.mktemp("wheelhouse")
    for name in sorted(closure("pytest-mlops-ws", "hatchling", "setuptools") - {"pytest-mlops-ws"}):
        pack(metadata.distribution(name), place)
    return place


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's own wheel."""
    place = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(place.glob("*.whl"))


@pytest.fixture(scope="session")
def offline(wheelhouse: Path) -> dict[str, str]:
    """What an environment is made in: nobody's settings, and the wheelhouse instead of an index."""
    kept = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_FIND_LINKS": str(wheelhouse),
        "PIP_NO_INDEX": "1",
        "UV_FIND_LINKS": str(wheelhouse),
        "UV_NO_CONFIG": "1",
        "UV_NO_INDEX": "1",
        "UV_OFFLINE": "1",
        "UV_PYTHON_DOWNLOADS": "never",
    }


def closure(*names: str) -> set[str]:
    """All that distributions need here, themselves included and extras not."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += needs(metadata.distribution(name))
    return found


def needs(distribution: metadata.Distribution) -> Iterator[str]:
    for line in distribution.requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield re.sub(r"[-_.]+", "-", requirement.name).lower()


def pack(distribution: metadata.Distribution, place: Path) -> None:
    """Make a wheel again of an installed distribution."""
    tags = re.findall(r"(?m)^Tag: (\S+)-(\S+)-(\S+)$", distribution.read_text("WHEEL") or "")
    tag = "-".join(".".join(sorted({each[part] for each in tags})) for part in range(3))
    name = re.sub(r"[-_.]+", "_", distribution.metadata["Name"])
    files = [
        file
        for file in distribution.files or ()
        # Programs are made anew by whoever installs.
        if not {"..", "__pycache__"} & {*file.parts} and file.name not in _INSTALLERS
    ]
    with zipfile.ZipFile(place / f"{name}-{distribution.version}-{tag}.whl", "w") as wheel:
        for file in files:
            if file.name == "RECORD":
                wheel.writestr(file.as_posix(), "".join(f"{each.as_posix()},,\n" for each in files))
            else:
                wheel.write(file.locate(), file.as_posix())
