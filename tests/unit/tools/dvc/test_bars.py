"""DVC's own bars, switched off on a terminal and counted for the one line that is shown."""

from __future__ import annotations

import contextlib
import os
import pty
import threading
from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.ground import progress
from pytest_mlops_ws.tools.dvc import bars

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("dvc")


@contextlib.contextmanager
def terminal() -> Iterator[None]:
    ours, its = pty.openpty()
    with os.fdopen(its, "w") as stream, contextlib.redirect_stderr(stream):
        yield
    os.close(ours)


def test_what_threads_of_dvcs_copy_is_counted_where_it_is_shown() -> None:
    import dvc.progress
    from dvc.ui import ui

    stock, quiet = dvc.progress.Tqdm, ui.error_console.quiet

    def copy() -> None:
        for options in ({"desc": "Fetching", "total": 3}, {"desc": "x.csv", "bytes": True}):
            with dvc.progress.Tqdm(**{"total": 10, **options}) as bar:
                bar.update(3)
        with dvc.progress.Tqdm(desc="Building workspace index", total=7) as bar:
            bar.update(7)

    with terminal(), progress.progress("pulling") as meter, bars.counted():
        assert ui.error_console.quiet  # of the graph that it looks at
        thread = threading.Thread(target=copy)
        thread.start()
        thread.join()
    assert (meter.files, meter.of_files, meter.size, meter.of_size) == (3, 3, 3, 10)
    assert (dvc.progress.Tqdm, ui.error_console.quiet) == (stock, quiet)
