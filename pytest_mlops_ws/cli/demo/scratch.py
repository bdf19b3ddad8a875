"""Two copies of one small monorepo, and pytest in each of them."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import site
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_mlops_ws.model.errors import EnvironmentFailedError, ToolMissingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

PROJECTS: Final = ("churn", "demand", "fraud")
_MODULES = ("alembic", "dvc", "mlflow", "numpy", "pandas", "sklearn", "sqlalchemy")
#: Loaded once before anything is timed, for a cold disk's sake, and on a fresh installation for
#: what has to be compiled.
_WARM_UP = "import alembic.command, mlflow.sklearn, mlflow.store.tracking.sqlalchemy_store, pytest"
#: All that is taken from the caller's environment: where programs and their libraries are.
_INHERITED = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
#: Any workspace will do: the first one on a machine has the template built.
_FIRST_WORKSPACE = """
import sys
from pytest_mlops_ws import WorkspaceManager
WorkspaceManager(sys.argv[1]).create_workspace("first")
"""
_TIMEOUT_SECONDS: Final = 300
_LAST_LINES: Final = 25


@dataclass(frozen=True)
class Half:
    """One copy: its repository, the storage its projects push to, its tests' directories.

    Attributes:
        root: the directory that holds all of it.
        plugin: pytest's argument that takes our plugin in, or leaves it out.
    """

    root: Path
    plugin: str

    @property
    def repo(self) -> Path:
        """The monorepo's root."""
        return self.root / "repo"

    @property
    def storage(self) -> Path:
        """What the DVC remote of every project points at."""
        return self.root / "storage"

    @property
    def tests(self) -> Path:
        """The base of all temporary directories of the tests."""
        return self.root / "tests"

    @property
    def report(self) -> Path:
        """The JUnit report of pytest."""
        return self.root / "junit.xml"

    def testing(self) -> AbstractContextManager[None]:
        """Run the suites of all projects in one pytest, beside the block."""
        options = ["-p", self.plugin, "-p", "no:cacheprovider", "-W", "ignore"]
        places = [f"--basetemp={self.tests}", f"--junitxml={self.report}"]
        return self.running("-m", "pytest", *options, *places, log="pytest.log", accept=(0, 1))

    @contextlib.contextmanager
    def running(self, *arguments: str, log: str, accept: Sequence[int] = (0,)) -> Iterator[None]:
        """Run this interpreter in the repository, beside the block; its output goes to *log*.

        Raises:
            EnvironmentFailedError: it did not end in time, or with a status not in *accept*.
        """
        command = [sys.executable, *arguments]
        path = self.root / log
        with (
            path.open("w", encoding="utf-8") as stream,
            subprocess.Popen(  # noqa: S603 -- our interpreter, our arguments
                command,
                cwd=self.repo,
                env=environment(self.root.parent),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
            ) as process,
        ):
            try:
                yield
                status = process.wait(_TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired as error:
                process.kill()
                raise _failed(command, f"did not end in {_TIMEOUT_SECONDS} s", "") from error
            except BaseException:
                process.kill()
                raise
        if status not in accept:
            last = path.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]
            raise _failed(command, f"ended with status {status}", "\n".join(last))

    def git(self, *arguments: str) -> str:
        """Run git in the repository and return what it prints."""
        command = ["git", *arguments]
        done = subprocess.run(  # noqa: S603 -- git as users have it, arguments of ours
            command,
            cwd=self.repo,
            env=environment(self.root.parent),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            raise _failed(command, f"ended with status {done.returncode}", done.stderr)
        return done.stdout

    def commit(self, message: str) -> None:
        """Commit everything there is."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)


def require_tools() -> None:
    """Refuse to begin without what the projects need.

    Raises:
        ToolMissingError: with the line that installs it.
    """
    missing = [name for name in _MODULES if importlib.util.find_spec(name) is None]
    if missing:
        message = (
            f"The demo trains, logs and versions for real, and {', '.join(missing)} cannot be"
            " imported: pip install 'pytest-mlops-ws[demo]'"
        )
        raise ToolMissingError(message, operation="demo", details={"missing": missing})
    if shutil.which("git") is None:
        message = "The demo's monorepo is a git repository, and there is no git on PATH: install it"
        raise ToolMissingError(message, operation="demo", details={"missing": ["git"]})


def prepare(root: Path) -> tuple[Half, Half]:
    """Make both halves below *root*, equal but for the conftest, and commit them."""
    by_hand = Half(root / "by-hand", plugin="no:mlops_ws")
    with_workspace = Half(root / "with-workspace", plugin="mlops_ws")
    (root / "home").mkdir()
    (root / "tmp").mkdir()
    generated = shutil.ignore_patterns("__pycache__", ".pytest_cache", "*.pyc")
    shutil.copytree(shipped("monorepo"), by_hand.repo, ignore=generated)
    by_hand.git("init", "--quiet", "--initial-branch=main")
    history = [str(shipped("by_hand") / "history.py"), str(by_hand.repo), str(by_hand.storage)]
    with (
        by_hand.running("-c", _WARM_UP, log="warm-up.log"),
        by_hand.running(*history, log="history.log"),
    ):
        pass
    by_hand.commit("Three projects and their data")
    # .dvc/tmp holds what DVC knows of this very directory; a clone does not get it either.
    shutil.copytree(by_hand.root, with_workspace.root, ignore=shutil.ignore_patterns("tmp"))
    shutil.copy2(shipped("by_hand") / "conftest.py", by_hand.repo)
    by_hand.commit("Isolate the tests by hand")
    return by_hand, with_workspace


def build_template(half: Half) -> float:
    """Build what every later workspace on this machine copies; return the seconds it took."""
    somewhere = str(half.root.parent / "tmp")
    started = time.perf_counter()
    with half.running("-c", _FIRST_WORKSPACE, somewhere, log="template.log"):
        pass
    return time.perf_counter() - started


def run_lines(arguments: Sequence[str], root: Path) -> Iterator[str]:
    """Run this interpreter in *root*, and yield what it prints, line by line.

    Raises:
        EnvironmentFailedError: it ended with another status than 0.
    """
    command = [sys.executable, *arguments]
    log = root / "story.log"
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(  # noqa: S603 -- our interpreter, our arguments
            command,
            cwd=root,
            env=environment(root),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
        ) as process,
    ):
        try:
            for line in process.stdout or ():
                yield line.rstrip()
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]
        raise _failed(command, f"ended with status {process.returncode}", "\n".join(last))


def shipped(name: str) -> Path:
    """Return a directory of the examples: in an installed package, or beside an editable one."""
    package = Path(__file__).parents[2]
    installed = package / "examples" / name
    return installed if installed.is_dir() else package.parent / "examples" / name


def environment(root: Path) -> dict[str, str]:
    """Return the environment of every process of a demo below *root*."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    home, identity = str(root / "home"), {"NAME": "demo", "EMAIL": "demo@localhost"}
    return inherited | {
        "HOME": home,
        "USERPROFILE": home,
        "PYTHONUSERBASE": site.getuserbase(),  # what `pip install --user` put there stays
        # Relative to the copy a process works in.
        "PYTHONPATH": os.pathsep.join(f"projects/{name}/src" for name in PROJECTS),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "TMPDIR": str(root / "tmp"),
        "LC_ALL": "C.UTF-8",
        "MLOPS_WS_CACHE_DIR": str(root / "template"),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "DVC_NO_ANALYTICS": "1",
        "DVC_STUDIO_OFFLINE": "true",
        "DVC_SITE_CACHE_DIR": str(root / "home" / "dvc"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_AUTHOR_{key}": value for key, value in identity.items()},
        **{f"GIT_COMMITTER_{key}": value for key, value in identity.items()},
    }


def _failed(command: list[str], how: str, output: str) -> EnvironmentFailedError:
    message = f"`{' '.join(command)}` {how}:\n{output}".rstrip(":\n")
    return EnvironmentFailedError(message, operation="demo")
