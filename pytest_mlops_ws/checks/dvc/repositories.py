"""The DVC repositories of a git repository: where they are, whose, and what is configured."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pytest_mlops_ws.ground.dvc_config import config_text
from pytest_mlops_ws.model.directories import REMOTES
from pytest_mlops_ws.model.record import Record

if TYPE_CHECKING:
    from pytest_mlops_ws.checks.dvc.config import Config
    from pytest_mlops_ws.checks.dvc.storage import Storage
    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.workspaces import Workspaces
    from pytest_mlops_ws.model.diagnostics import Span

#: What the names of DVC's files end with; those of its own directory tell where a repository is.
_ENDINGS = (".dvc", "dvc.yaml", "dvc.lock")
_INSIDE = (".dvc/config", ".dvc/config.local", ".dvc/.gitignore")


class Unreadable(Record):
    """A file that DVC cannot read either.

    Attributes:
        span: where reading stopped.
        message: why.
        unchecked: what was not looked at because of it.
        project: whose it is.
    """

    span: Span
    message: str
    unchecked: str
    project: Project | None


class Repository:
    """One DVC repository.

    Attributes:
        directory: relative to the git repository's root.
        root: the real, absolute directory.
        users: the projects that work with it and where that shows, the one whose it is first.
        configs: its configuration as read, unless it is what a workspace is made with.
        storage: remotes and cache; None if they are what a workspace is made with, or unknown.
        shared: the same without ``config.local``, which is one machine's own.
        known: whether its configuration is, byte for byte, what its workspace is made with.
        broken: whether its configuration cannot be read.
    """

    __slots__ = ("broken", "configs", "directory", "known", "root", "shared", "storage", "users")

    def __init__(self, directory: str, root: str) -> None:
        self.directory = directory
        self.root = root
        self.users: dict[Project, str] = {}
        self.configs: tuple[Config, ...] = ()
        self.storage: Storage | None = None
        self.shared: Storage | None = None
        self.known = False
        self.broken = False

    @property
    def config(self) -> str:
        """The configuration's path, relative to the git repository's root."""
        return f"{self.directory}/.dvc/config".lstrip("/")

    @property
    def project(self) -> Project | None:
        """Whose it is."""
        return next(iter(self.users), None)


class Repositories:
    """Every DVC repository that holds a file git knows, and every file of DVC's.

    Attributes:
        by_directory: the repositories, by their directory relative to the git repository's root.
        files: the paths of ``*.dvc``, ``dvc.yaml`` and ``dvc.lock``.
        tracked_local: each ``config.local`` that git tracks.
        missing: each project whose ``dvc_repo_path`` is a directory and no DVC repository.
        unreadable: each configuration that cannot be read.
    """

    def __init__(self, workspaces: Workspaces) -> None:
        self.by_directory: dict[str, Repository] = {}
        self.files: list[str] = []
        self.tracked_local: list[str] = []
        self.missing: list[Project] = []
        self.unreadable: list[Unreadable] = []
        self._workspaces = workspaces
        self._nearest: dict[str, Repository | None] = {}
        self._owners: dict[str, list[Project]] = {}
        self._classify()
        self._assign()
        for repository in self.by_directory.values():
            if repository.users:
                self._configure(repository)

    def around(self, path: str) -> Repository | None:
        """Return the repository that a file of the git repository belongs to."""
        directory = path.rpartition("/")[0]
        if directory not in self._nearest:
            found = self.by_directory.get(directory)
            if found is None and directory:
                found = self.around(directory)
            self._nearest[directory] = found
        return self._nearest[directory]

    def _classify(self) -> None:
        for path in self._workspaces.files.paths:
            if path.endswith(_INSIDE):
                parent, inside, name = path.rpartition(".dvc/")
                if parent[-1:] in {"", "/"} and inside:
                    directory = parent[:-1]
                    if directory not in self.by_directory:
                        root = self._workspaces.absolute(directory)
                        self.by_directory[directory] = Repository(directory, root)
                    if name == "config.local":
                        self.tracked_local.append(path)
            elif path.endswith(_ENDINGS) and not f"/{path}".rpartition("/.dvc/")[1]:
                name = path.rpartition("/")[2]
                if name in _ENDINGS[1:] or (name[-4:] == ".dvc" and name != ".dvc"):
                    self.files.append(path)
        if self.tracked_local:
            tracked = set(self._workspaces.files.tracked)
            self.tracked_local = [path for path in self.tracked_local if path in tracked]

    def _assign(self) -> None:
        workspaces = self._workspaces
        if not self.by_directory and not workspaces.declaring("dvc_repo_path"):
            return
        by_root = {repository.root: repository for repository in self.by_directory.values()}
        for project in workspaces.projects:
            own = by_root.get(project.root)
            if own is not None:
                own.users.setdefault(project, "project_name")
        self._assign_declared(by_root)
        for path in self.files:
            repository = self.around(path)
            holders = self.owners(path)
            if repository is not None and len(holders) == 1:
                repository.users.setdefault(holders[0], path)

    def _assign_declared(self, by_root: dict[str, Repository]) -> None:
        workspaces = self._workspaces
        for project in workspaces.declaring("dvc_repo_path"):
            declared = project.value("dvc_repo_path")
            if declared is None:
                continue
            declared = project.at(declared)
            root = workspaces.absolute(declared)
            if root not in by_root and os.path.isdir(f"{root}{os.sep}.dvc"):  # noqa: PTH112 -- no pathlib in a hook
                directory = os.path.normpath(declared)
                by_root[root] = self.by_directory[directory] = Repository(directory, root)
            if root in by_root:
                by_root[root].users.setdefault(project, "dvc_repo_path")
            elif os.path.isdir(root):  # noqa: PTH112 -- likewise
                self.missing.append(project)

    def is_home(self, repository: Repository, project: Project) -> bool:
        """Tell whether a repository is the one that a project's manifest speaks of.

        That is the one it names, or else its workspace's own, which is made in any case.
        """
        if project.declared("dvc_repo_path") is None:
            return repository.root == project.root
        named = project.value("dvc_repo_path")
        return named is not None and repository.root == self._workspaces.absolute(project.at(named))

    def owners(self, path: str) -> list[Project]:
        """Return whose a file of the git repository is; several if they share its directory."""
        directory = path.rpartition("/")[0]
        if directory not in self._owners:
            territory = self._workspaces.territory
            self._owners[directory] = territory.holders(self._workspaces.absolute(directory))
        return self._owners[directory]

    def _configure(self, repository: Repository) -> None:
        content = self._workspaces.files.read(repository.config)
        local = self._workspaces.files.read(f"{repository.config}.local")
        if not content and not local:
            return
        if local is None and content in _made_with(repository):
            repository.known = True
            return
        from pytest_mlops_ws.checks.dvc import config, nodes, storage

        read = []
        for text, path in ((content, repository.config), (local, f"{repository.config}.local")):
            if text is None:
                continue
            try:
                read.append(config.read(text, path))
            except nodes.UnreadableError as error:
                repository.broken = True
                unchecked = "its remotes and its cache were"
                self.unreadable.append(
                    Unreadable(error.span(path), error.message, unchecked, repository.project)
                )
        directory = f"{repository.root}{os.sep}.dvc"
        repository.configs = tuple(read)
        repository.storage = storage.storage(read, directory, self._workspaces.real)
        everybodys = [each for each in read if each.path == repository.config]
        repository.shared = storage.storage(everybodys, directory, self._workspaces.real)


def _made_with(repository: Repository) -> tuple[bytes, ...]:
    """Return the configurations that mean nothing but what the manifest says."""
    project = repository.project
    if project is None or repository.root != project.root or project.declared("dvc_remote_path"):
        return ()
    url = f"../../{REMOTES}/{project.name}"
    return config_text(url, scm=True).encode(), config_text(url, scm=False).encode()
