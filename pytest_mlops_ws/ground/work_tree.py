"""Where the git work tree begins that something lies in, found by looking."""

from __future__ import annotations

import os


def top(start: str) -> str | None:
    """Return the root of the git work tree that holds *start*, or None.

    Found as git does it from a directory, so ``GIT_DIR`` has no say. A ``.git`` file (linked work
    tree, submodule) counts. The root is a real path, without symbolic links.
    """
    directory = os.path.realpath(start)
    while True:
        marker = f"{directory.rstrip(os.sep)}{os.sep}.git"
        if os.path.lexists(f"{marker}{os.sep}HEAD") or os.path.isfile(marker):  # noqa: PTH113 -- no pathlib in a hook
            return directory
        parent = os.path.dirname(directory)  # noqa: PTH120 -- likewise
        if parent == directory:
            return None
        directory = parent
