from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "pytest_mlops_ws"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(place)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return place


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(next(built.glob("*.whl")))


def files(place: Path) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in place.rglob("*")
        if path.is_file() and not {"__pycache__", ".pytest_cache"} & set(path.parts)
    }


def test_wheel_holds_the_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    shipped = files(ROOT / "schemas") | files(ROOT / "examples")
    metadata = {name for name in wheel.namelist() if ".dist-info/" in name}
    expected = files(PACKAGE) | {f"pytest_mlops_ws/{name}" for name in shipped}
    assert set(wheel.namelist()) - metadata == expected


def test_wheel_is_typed_and_has_schema_and_licence(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert "pytest_mlops_ws/py.typed" in names
    assert "pytest_mlops_ws/schemas/workspace.schema.json" in names
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]


def test_wheel_says_what_it_offers_and_needs(wheel: zipfile.ZipFile) -> None:
    (info,) = {name.partition("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
    metadata = message_from_bytes(wheel.read(f"{info}/METADATA"))
    base = {
        line.split(";")[0].split(">")[0]
        for line in metadata.get_all("Requires-Dist", [])
        if "extra ==" not in line
    }
    assert metadata["License-Expression"] == "Apache-2.0"
    assert base == {
        "configobj",
        "filelock",
        "jsonschema",
        "platformdirs",
        "pytest",
        "pyyaml",
        "rich",
    }
    assert wheel.read(f"{info}/entry_points.txt").decode().split("\n") == [
        "[console_scripts]",
        "mlops-ws = pytest_mlops_ws.cli:main",
        "",
        "[pytest11]",
        "mlops_ws = pytest_mlops_ws.plugin",
        "",
    ]


def test_source_distribution_builds_the_same_wheel(
    built: Path, wheel: zipfile.ZipFile, tmp_path: Path
) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    again = zipfile.ZipFile(next(tmp_path.glob("*.whl")))
    assert again.namelist() == wheel.namelist()
