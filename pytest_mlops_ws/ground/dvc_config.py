"""The configuration that a workspace's own DVC repository is made with."""

from __future__ import annotations

#: The default remote's name.
REMOTE = "storage"


def config_text(url: str, *, scm: bool) -> str:
    """Return what `dvc init` and `dvc remote add --default` would write.

    Args:
        url: the remote's, spelled as ConfigObj reads it.
        scm: whether a git repository holds the DVC repository (``dvc init --subdir``) or none
            does (``dvc init --no-scm``).
    """
    settings = f"    remote = {REMOTE}\n" if scm else f"    no_scm = True\n    remote = {REMOTE}\n"
    return f"[core]\n{settings}['remote \"{REMOTE}\"']\n    url = {url}\n"
