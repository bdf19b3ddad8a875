"""``mlops-ws demo``: the same tests twice, isolated by hand and with ``workspace``; what differs.

A monorepo of three projects (``examples/monorepo``) is copied into a scratch directory, given a
past (each project's data of last month: versioned with DVC, pushed, committed) and duplicated.
pytest runs each copy in one process, the way ``pytest`` in a repository's root does:

``by-hand``
    without this plugin. A ``conftest.py`` (``examples/by_hand``) defines the fixture that public
    repositories write, a tracking URI of its own for every test, under the name the tests ask
    for. DVC has no such habit: a test works on its project's own repository. As in many teams,
    the projects push to one storage.
``with-workspace``
    with this plugin and no conftest.

Test bodies, data, storage, interpreter and environment are the same. The environment is made
from nothing, so neither the home directory nor the shell of whoever runs this matters. Both run
at once: what else the machine does slows both, and the one that takes longer has it to itself in
the end.
Afterwards the two copies are looked at: git's status, every tracking store, the storage's files,
pytest's own JUnit report. Each figure comes from there. The time is that of the tests alone:
set-up, call and tear-down. The template that every workspace is a copy of is built once per
machine and MLflow release; the demo builds its own, beforehand, and states what that took.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_mlops_ws.cli.demo import full, page, scratch
from pytest_mlops_ws.cli.demo.evidence import look
from pytest_mlops_ws.cli.terminal import write
from pytest_mlops_ws.ground.files import remove_tree, unwritable
from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``mlops-ws demo`` takes."""
    parser.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        type=Path,
        help="where to work; must be empty or not exist (default: a new temporary directory)",
    )
    parser.add_argument(
        "--full",
        action="store_true",
        help="go on with the whole story of a client, BentoML and Evidently included (minutes)",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run both halves and print one page.

    Returns:
        0 if the half with ``workspace`` passed and left nothing behind, else 1.

    Raises:
        UsageError: the directory is taken.
        ToolMissingError: something the three projects need is not installed.
        EnvironmentFailedError: git, DVC or pytest could not do their part.
    """
    scratch.require_tools()
    if options.full:
        full.require_tools()
    started = time.perf_counter()
    with _directory(options.output) as root:
        with page.progress("making a monorepo of three projects, with a past"):
            by_hand, with_workspace = scratch.prepare(root)
            template = scratch.build_template(with_workspace)
        with (
            page.progress("running its tests, by hand and with workspace"),
            by_hand.testing(),
            with_workspace.testing(),
        ):
            pass
        found = look(by_hand), look(with_workspace)
        seconds = page.Seconds(template=template, all=time.perf_counter() - started)
        write(page.lines(root, *found, seconds), sys.stdout)
        if options.full:
            full.tell(root)
    return 0 if found[1].spotless else 1


@contextlib.contextmanager
def _directory(wanted: Path | None) -> Iterator[Path]:
    """Yield a directory that stays if all went well, and is gone if not."""
    try:
        if wanted is None:
            root = Path(tempfile.mkdtemp(prefix="mlops-ws-demo-")).resolve()
        else:
            root = wanted.absolute()
            root.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        message = f"{wanted} is a file: name a directory, or none"
        raise UsageError(message, operation="demo") from error
    except OSError as error:
        raise unwritable(wanted or Path(tempfile.gettempdir()), error) from error
    if any(root.iterdir()):
        message = f"{wanted} is not empty: name another directory, or none"
        raise UsageError(message, operation="demo")
    try:
        yield root
    except BaseException:
        remove_tree(root)
        raise
