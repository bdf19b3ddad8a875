"""Run the isolation suite with every supported Python, MLflow and DVC; and on the stock path.

    python scripts/matrix.py               everything, two environments at a time
    python scripts/matrix.py 3.13 floor    the cells whose name contains one of these
    python scripts/matrix.py bentoml evidently   their oldest releases, which run only if named
    python scripts/matrix.py --list        the cells, and the interpreters found
    python scripts/matrix.py --others      without the cell that is this very environment
    python scripts/matrix.py --refresh     write the newest releases to tests/matrix.toml

A cell is the built wheel and the tools in the cell's versions, exactly as a resolver has them.
Cells of one Python take turns in the same environment below .matrix/, so that what they have in
common is installed and compiled once. Where one tool alone varies, what is about that tool runs.
With the oldest and the newest MLflow and one halfway a whole suite runs, too, and all of it with
MLOPS_WS_STOCK=1, which switches every private hook into MLflow off.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tests" / "matrix.toml"
PLACE = ROOT / ".matrix"
PYTHONS = ("3.11", "3.12", "3.13")
#: The part of MLflow that is isolated, and what the suite logs; all of MLflow is twice as large.
#: Older releases take any SQLAlchemy 2, and break with what 2.1 took away.
MLFLOW = (
    "mlflow-skinny=={}",
    "sqlalchemy>=2.0,<2.1",
    "alembic>=1.10,!=1.10.0",  # as MLflow itself has it: that one cannot run its migrations
    "pandas>=2.2,<3",
    "scikit-learn>=1.5",
)
#: Before 3.66 DVC takes any pathspec and breaks, with or without us, on what 1.0 renamed. That is
#: for whoever holds DVC back to settle: a cap in our extra would also bind DVC's newer releases.
OLD_DVC = ("pathspec<1",)
#: The other two, of which the whole suite has the newest: their oldest releases, without MLflow.
OTHERS = {"bentoml": ("bentoml=={}", "uv"), "evidently": ("evidently=={}", "pandas<3.1")}
#: Tests about one tool, and a whole suite that uses it.
ABOUT = ("tests/unit/tools/{}", "tests/conformance/{}")
WHOLE_SUITE = "tests/plugin/test_no_trace.py"
#: Of MLflow's minor releases, every which one is tried by a whole suite and on the stock path.
STOCK_STEP = 6
AT_A_TIME = 2
SECONDS = 600


@dataclass(frozen=True)
class Cell:
    """What is installed, and what is tried in it.

    Attributes:
        name: what varies in it.
        version: its Python's.
        python: its interpreter.
        requirements: what is installed in it beside the wheel.
        options: how.
        varies: the tool that differs from other cells, if it is one alone.
        plain: whether to try it as it is; where other cells have the same releases, they do.
        stock: whether to try a whole suite, and the stock path too.
        on_request: whether it is run only if it is named.
    """

    name: str
    version: str
    python: Path
    requirements: tuple[str, ...]
    options: tuple[str, ...] = ()
    varies: str | None = None
    plain: bool = True
    stock: bool = False
    on_request: bool = False


@dataclass(frozen=True)
class Lane:
    """One of the environments that cells take turns in.

    Attributes:
        place: where it is.
        cell: the one whose turn it is.
    """

    place: Path
    cell: Cell


@dataclass(frozen=True)
class Outcome:
    """What became of one run of the suite."""

    name: str
    passed: bool
    closing: str
    seconds: float
    output: str


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="The isolation suite in every environment.")
    parser.add_argument("--list", action="store_true", help="name the cells and stop")
    parser.add_argument("--others", action="store_true", help="without this very environment")
    parser.add_argument("--refresh", action="store_true", help="write the newest releases")
    parser.add_argument("names", nargs="*", help="parts of the names of cells")
    options = parser.parse_args(arguments)
    if options.refresh:
        refresh()
        return 0
    found = interpreters()
    for version in PYTHONS:
        print(f"Python {version}: {found.get(version, 'not found, its cell is left out')}")
    chosen = [
        cell
        for cell in cells(found)
        if any(name in cell.name for name in options.names)
        or not (options.names or cell.on_request)
    ]
    if options.others:
        for cell in filter(is_this_environment, chosen):
            print(f"{cell.name}: is where this runs")
        chosen = [cell for cell in chosen if not is_this_environment(cell)]
    if options.list:
        print("\n".join(cell.name for cell in chosen))
        return 0
    return run_all(chosen)


def run_all(chosen: list[Cell]) -> int:
    """Run the cells, say how each went as soon as it is known, and return the exit status."""
    PLACE.mkdir(exist_ok=True)
    (PLACE / ".gitignore").write_text("*\n", encoding="utf-8")
    wheel = build_wheel()
    outcomes: list[Outcome] = []
    lanes: SimpleQueue[int] = SimpleQueue()
    for number in range(AT_A_TIME):
        lanes.put(number)

    def take_turn(cell: Cell) -> list[Outcome]:
        number = lanes.get()
        try:
            lane = Lane(PLACE / f"python-{cell.version}-{number}", cell)
            return list(run(lane, wheel))
        finally:
            lanes.put(number)

    # The long ones first: nothing waits for a last one.
    chosen = sorted(chosen, key=lambda cell: (cell.varies is not None, not cell.stock))
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        running = [pool.submit(take_turn, cell) for cell in chosen]
        for done in as_completed(running):
            for outcome in done.result():
                verdict = "ok    " if outcome.passed else "FAILED"
                print(
                    f"{verdict} {outcome.name:38} {outcome.seconds:5.1f} s  {outcome.closing}",
                    flush=True,
                )
                outcomes.append(outcome)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed:
        print(f"\n──── {outcome.name} ────\n{outcome.output}")
    print(f"matrix: {len(outcomes) - len(failed)} passed, {len(failed)} failed")
    return bool(failed) or not outcomes


def run(lane: Lane, wheel: Path) -> Iterator[Outcome]:
    """Install one cell and run the suite in it, as it is and on the stock path."""
    name = lane.cell.name
    try:
        install(lane, wheel)
    except subprocess.CalledProcessError as error:
        yield Outcome(name, passed=False, closing="not installed", seconds=0, output=error.output)
        return
    if lane.cell.plain:
        yield pytest(lane, name)
    if lane.cell.stock:
        yield pytest(lane, f"{name} (stock)", MLOPS_WS_STOCK="1")


def pytest(lane: Lane, name: str, **variables: str) -> Outcome:
    """Run the isolation suite once, or what of it is about the tool that varies."""
    # Not `python -m pytest`: that would put the source tree before the installed wheel.
    command = [str(lane.place / "bin" / "pytest"), "-m", "isolation", "-q", "--color=no"]
    command += ["-p", "no:cacheprovider"]
    varies = lane.cell.varies
    places = [path.format(varies) for path in ABOUT] if varies else ["tests"]
    if varies and lane.cell.stock:
        places.append(WHOLE_SUITE)
    command += [place for place in places if (ROOT / place).exists()]
    environment = clean_environment() | variables
    environment["PATH"] = os.pathsep.join([str(lane.place / "bin"), os.environ["PATH"]])
    environment["MLOPS_WS_CACHE_DIR"] = str(PLACE / "cache")
    started = time.monotonic()
    # Outside this repository: some tests are about directories that are in none.
    with tempfile.TemporaryDirectory(prefix="matrix-") as scratch:
        environment["TMPDIR"] = scratch
        try:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=SECONDS,
                check=False,
            )
            output, passed = done.stdout, done.returncode == 0
        except subprocess.TimeoutExpired as error:
            output, passed = f"{error.stdout!r}\nNo end after {SECONDS} s", False
    closing = output.rstrip().rpartition("\n")[2]
    return Outcome(name, passed, closing, time.monotonic() - started, output)


def install(lane: Lane, wheel: Path) -> None:
    """Make the lane's environment hold exactly what the cell says; what it holds already stays."""
    cell, python = lane.cell, lane.place / "bin" / "python"
    if not python.exists():
        uv("venv", "--clear", "--python", str(cell.python), str(lane.place))
    date = tomllib.loads(LIST.read_text(encoding="utf-8"))["date"]
    wanted, pinned = (PLACE / f"{lane.place.name}{suffix}" for suffix in (".in", ".txt"))
    pinned.unlink(missing_ok=True)  # what it pinned for the cell before would be preferred
    wanted.write_text("\n".join([*cell.requirements, str(wheel)]), encoding="utf-8")
    options = ["--exclude-newer", f"{date}T23:59:59Z", "--group", "test", *cell.options]
    target = ["--python", str(python)]
    uv("pip", "compile", *target, *options, str(wanted), "--output-file", str(pinned))
    # The wheel bears the same name whatever is in it.
    uv("pip", "sync", *target, "--reinstall-package", "pytest-mlops-ws", str(pinned))


def is_this_environment(cell: Cell) -> bool:
    """Tell whether a cell is what this script runs in, where the whole suite is run anyway."""
    same = f"{sys.version_info.major}.{sys.version_info.minor}" == cell.version
    wanted = map(Requirement, cell.requirements)
    return same and not cell.options and not cell.varies and all(map(is_installed, wanted))


def is_installed(requirement: Requirement) -> bool:
    """Tell whether a requirement is met here."""
    try:
        return metadata.version(requirement.name) in requirement.specifier
    except metadata.PackageNotFoundError:
        return False


def cells(found: dict[str, Path]) -> Iterator[Cell]:
    """Yield every environment that the interpreters found allow."""
    releases = tomllib.loads(LIST.read_text(encoding="utf-8"))
    minors, dvcs = releases["mlflow"], releases["dvc"]
    newest_mlflow, oldest_dvc, newest_dvc = minors[-1], dvcs[0], dvcs[-1]
    oldest = next(iter(found.items()))

    def skinny(mlflow: str, dvc: str) -> tuple[str, ...]:
        return (*(part.format(mlflow) for part in MLFLOW), f"dvc=={dvc}")

    for version, python in found.items():
        everything = (f"mlflow=={newest_mlflow}", f"dvc=={newest_dvc}", "scikit-learn")
        yield Cell(f"python {version}, all of MLflow", version, python, everything)
    stock = {*minors[::STOCK_STEP], newest_mlflow}
    for mlflow in minors:
        tools = skinny(mlflow, newest_dvc)
        # The floors have the oldest, and this environment and every Python the newest.
        plain = mlflow not in {minors[0], newest_mlflow}
        yield Cell(
            f"mlflow {mlflow}", *oldest, tools, varies="mlflow", plain=plain, stock=mlflow in stock
        )
    for tool in ("bentoml", "evidently"):
        tools = tuple(part.format(releases[tool]) for part in OTHERS[tool])
        yield Cell(f"{tool} {releases[tool]}", *oldest, tools, varies=tool, on_request=True)
    floors = ("--resolution", "lowest-direct", "pyproject.toml")
    tools = skinny(minors[0], oldest_dvc) + OLD_DVC
    yield Cell("every floor of pyproject.toml", *oldest, tools, floors)


def interpreters() -> dict[str, Path]:
    """Return a working interpreter for each supported version that this machine has."""
    found: dict[str, Path] = {}
    for candidate in candidates():
        version = ask(candidate)
        if version in PYTHONS:
            found.setdefault(version, Path(candidate))
    return {version: found[version] for version in PYTHONS if version in found}


def candidates() -> Iterator[str]:
    """Yield what may be an interpreter: from PATH, from pyenv, what uv knows of, and our own."""
    yield from filter(None, (shutil.which(f"python{version}") for version in PYTHONS))
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from map(str, sorted(pyenv.glob("versions/*/bin/python")))
    listed = subprocess.run(
        [sys.executable, "-m", "uv", "python", "list", "--only-installed", "--quiet"],
        capture_output=True,
        text=True,
        check=False,
    )
    yield from (line.split()[1] for line in listed.stdout.splitlines() if len(line.split()) > 1)
    yield sys.executable


def ask(candidate: str) -> str | None:
    """Return the version an interpreter says it has; a shim may name one that does not run."""
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [candidate, "-c", question], capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()


def build_wheel() -> Path:
    """Build this tree's wheel; the name of the file tells nothing, so its place does."""
    place = PLACE / "wheel"
    shutil.rmtree(place, ignore_errors=True)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return next(place.glob("*.whl"))


def uv(*arguments: str) -> None:
    """Run uv, quietly unless it fails."""
    subprocess.run(
        [sys.executable, "-m", "uv", *arguments, "--quiet"],
        cwd=ROOT,
        env=clean_environment(),
        check=True,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def clean_environment() -> dict[str, str]:
    """Return the environment without what steers the tools, pytest or another environment.

    Nor what keeps bytecode off the disk: each process would compile MLflow again, for seconds.
    """
    steering = re.compile(
        r"(MLFLOW|DVC|BENTOML|OTEL|MLOPS_WS|PYTEST)_|VIRTUAL_ENV"
        r"|PYTHON(PATH|HOME|DONTWRITEBYTECODE)"
    )
    return {key: value for key, value in os.environ.items() if not steering.match(key)}


def refresh() -> None:
    """Write the newest patch of every minor of MLflow and the ends of DVC's range."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    supported = {name: Requirement(extras[name][0]).specifier for name in ("mlflow", "dvc")}
    # The parts of an MLflow release are published one after another: count what is complete.
    mlflow = set(supported["mlflow"].filter(released("mlflow") & released("mlflow-skinny")))
    dvc = sorted(supported["dvc"].filter(released("dvc")))
    newest = {version.release[:2]: str(version) for version in sorted(mlflow)}
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    text = LIST.read_text(encoding="utf-8")
    for key, value in (
        ("date", f'"{today}"'),
        ("mlflow", "[" + ", ".join(f'"{version}"' for version in newest.values()) + "]"),
        ("dvc", f'["{dvc[0]}", "{dvc[-1]}"]'),
        *(
            (tool, f'"{Requirement(extras[tool][0]).specifier}"'.replace(">=", ""))
            for tool in OTHERS
        ),
    ):
        text = re.sub(rf"(?ms)^{key} = (\[.*?\]|\".*?\")", f"{key} = {value}", text)
    LIST.write_text(text, encoding="utf-8")


def released(name: str) -> set[Version]:
    """Return the releases of a project."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "index",
        "versions",
        name,
    ]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    versions = re.search(r"^Available versions: (.*)$", listing, re.MULTILINE)
    if versions is None:
        message = f"`{' '.join(command)}` lists no versions:\n{listing}"
        raise SystemExit(message)
    return set(map(Version, versions[1].split(", ")))


if __name__ == "__main__":
    raise SystemExit(main())
