"""Which files a repository has: those that git knows, or without git those that are there."""

from __future__ import annotations

import os
from types import MappingProxyType
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.foreign import is_foreign
from pytest_mlops_ws.ground.processes import said
from pytest_mlops_ws.ground.repository_variables import REPOSITORY_VARIABLES
from pytest_mlops_ws.model.errors import EnvironmentFailedError
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: How far a walk goes where there is no git to ask.
MAX_FILES = 200_000
MAX_DEPTH = 32
_NOTHING: Mapping[str, str] = MappingProxyType({})


class Listing(Record):
    """The files below a directory, by path relative to it, with ``/``.

    Attributes:
        tracked: what git tracks; every file without git. A file may be gone from the disk, as
            only its reader finds out: to ask for each costs more than the listing.
        untracked: what git neither tracks nor ignores.
        links: those of *tracked* that are symbolic links.
        git: whether git was asked.
        unseen: why a walk did not look at what a directory holds, by the directory's path; ``""``
            is *root*, of which all else was seen.
    """

    tracked: list[str]
    untracked: list[str]
    links: list[str]
    git: bool = True
    unseen: Mapping[str, str] = _NOTHING


def listing(
    root: str, environment: Mapping[str, str] | None = None, *, untracked: bool = True
) -> Listing:
    """List the files of the repository, or the part of one, that *root* is.

    Another repository inside, a submodule or a clone that happens to lie there, is not entered:
    it has its own check. What a sparse checkout left out is not listed.

    Inside a git hook, the index of the commit in the making is the one that is read: it may not
    be the usual one (``git commit PATH``). Variables that speak of another repository are
    ignored.

    Args:
        root: a real path.
        environment: instead of this process's own.
        untracked: whether to look for what git does not track: most of a large listing's time.

    Raises:
        EnvironmentFailedError: git is missing, or refuses.
    """
    variables = _variables(root, dict(os.environ if environment is None else environment))
    if variables is None:
        return _walk(root)
    # --stage tells links and submodules from files, and costs less than to look at each.
    command = ["git", "-C", root, "ls-files", "-z", "-t", "--stage"]
    command += ["--cached", "--others", "--exclude-standard"] if untracked else ["--cached"]
    try:
        status, output = said(command, variables, "output")
    except OSError as error:
        message = (
            f"git could not be started ({error.strerror}), and {root} is a git repository: which"
            " of its files belong to it cannot be told. Install git, or mend PATH."
        )
        raise EnvironmentFailedError(message, details={"command": command}) from error
    if status:
        _, errors = said(command, variables, "errors")
        words = errors.decode(errors="replace").strip() or f"exit status {status}"
        message = (
            f"git could not list the files of {root}: {words}\n"
            f"Once 'git -C {root} ls-files' works, so does this."
        )
        raise EnvironmentFailedError(message, details={"command": command, "status": status})
    return _parsed(root, os.fsdecode(output))


def _parsed(root: str, output: str) -> Listing:
    # "H 100644 <hash> 0\t<path>", or "? <path>"; most are of the first kind, ordinary files.
    entries = output.split("\0")
    width = next((entry.index("\t") + 1 for entry in entries if entry[:2] == "H "), 0)
    tracked = [entry[width:] for entry in entries if entry.startswith("H 100")]
    untracked: list[str] = []
    links: list[str] = []
    others: dict[str, None] = {}
    for entry in entries:
        if entry.startswith("H 100"):
            continue
        tag, mode, path = entry[:1], entry[2:5], entry.partition("\t")[2]
        if tag == "?":
            if entry[-1] != "/":  # a repository that nobody added
                untracked.append(entry[2:])
        # Neither the end nor a submodule, nor what a sparse checkout left out.
        elif path and mode != "160" and (tag != "S" or os.path.lexists(f"{root}/{path}")):
            others[path] = None  # a conflict has up to three of a name
            if mode == "120":
                links.append(path)
    tracked += others
    tracked.sort()
    return Listing(tracked, sorted(untracked), list(dict.fromkeys(links)))


def _variables(root: str, environment: dict[str, str]) -> dict[str, str] | None:
    """Return the environment in which git sees the repository of *root*; None if there is none."""
    given = {name: environment.pop(name, "") for name in REPOSITORY_VARIABLES}
    own, top = _repository(root)
    directory = os.path.realpath(given["GIT_DIR"]) if given["GIT_DIR"] else ""
    if directory and not own:
        # A work tree whose repository is elsewhere: git takes the working directory for it.
        top = os.path.realpath(given["GIT_WORK_TREE"] or os.curdir)
        if root == top or root.startswith(f"{top.rstrip(os.sep)}{os.sep}"):
            environment |= {"GIT_DIR": directory, "GIT_WORK_TREE": top}
            own = directory
    if not own:
        return None
    if given["GIT_INDEX_FILE"]:
        # A hook runs at the top of the work tree, and what it is told is relative to that.
        index = os.path.join(top, given["GIT_INDEX_FILE"])  # noqa: PTH118 -- no pathlib in a hook
        holder = os.path.realpath(os.path.dirname(index))  # noqa: PTH120 -- likewise
        if own in {holder, directory} and os.path.exists(index):  # noqa: PTH110 -- likewise
            environment["GIT_INDEX_FILE"] = index
    return environment


def _repository(root: str) -> tuple[str, str]:
    """Return the git directory that git finds from *root*, and the top of the work tree."""
    top = root
    while True:
        marker = f"{top.rstrip(os.sep)}{os.sep}.git"
        if os.path.lexists(f"{marker}{os.sep}HEAD"):
            return os.path.realpath(marker), top
        try:
            with open(marker, encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123 -- likewise
                target = file.read().removeprefix("gitdir:").strip()
            return os.path.realpath(os.path.join(top, target)), top  # noqa: PTH118 -- likewise
        except (OSError, ValueError):
            pass
        parent = os.path.dirname(top)  # noqa: PTH120 -- likewise
        if parent == top:
            return "", ""
        top = parent


def _walk(root: str) -> Listing:
    """List what is there, without what is hidden, installed or built; no link is followed."""
    unseen: dict[str, str] = {}
    found = Listing([], [], [], git=False, unseen=unseen)
    limit = _fill(found, unseen, root)
    if limit is not None:
        unseen[""] = limit
    found.tracked.sort()
    found.links.sort()
    return found


def _fill(found: Listing, unseen: dict[str, str], root: str) -> str | None:
    """Add what there is, level by level; return what was left out."""
    level = [""]
    for _ in range(MAX_DEPTH):
        below: list[str] = []
        for parent in level:
            try:
                below += _entered(found, root, parent)
            except FileNotFoundError:
                continue
            except OSError as error:
                unseen[parent.rstrip("/")] = error.strerror or str(error)
            if len(found.tracked) >= MAX_FILES:
                return f"after {MAX_FILES} files, the rest of {root} was not looked at"
        if not below:
            return None
        level = below
    return f"what is more than {MAX_DEPTH} directories below {root} was not looked at"


def _entered(found: Listing, root: str, parent: str) -> Iterator[str]:
    """Add the files of one directory; yield the directories in it that count."""
    entries = list(os.scandir(f"{root}/{parent}"))
    if parent and any(entry.name == "pyvenv.cfg" for entry in entries):
        return
    for entry in entries:
        path = f"{parent}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            # Of DVC's own directory its files count; the cache may be larger than all the rest.
            if entry.name == ".dvc" or not (is_foreign(entry.name) or parent.endswith(".dvc/")):
                yield f"{path}/"
            continue
        if entry.is_symlink():
            found.links.append(path)
        elif not entry.is_file(follow_symlinks=False):
            continue
        found.tracked.append(path)
