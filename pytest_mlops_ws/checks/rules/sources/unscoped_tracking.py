"""WS502: a project's code sets tracking to something that is not its workspace's."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from pytest_mlops_ws.findings.rule import Rule
from pytest_mlops_ws.ground.locations import canonical
from pytest_mlops_ws.model.diagnostics import Diagnostic
from pytest_mlops_ws.model.names import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.sources.mentions import Mention
    from pytest_mlops_ws.checks.workspaces import Workspaces
    from pytest_mlops_ws.ground.locations import Location

RULE = Rule(
    id="WS502",
    name="unscoped-tracking",
    title="a project's code logs elsewhere than its manifest says",
    why="""\
A tracking URI in the code wins over the workspace that is active: the runs of whoever starts it go
there, a colleague's and a test's alike, and beside the runs of every project that was copied from
the same lines. In a store that several projects share, the same is true of an experiment that does
not bear the project's name.

Tests are left alone: what they write is seen when they run.""",
    bad={
        "mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n",
        "projects/fraud/train.py": """\
import mlflow

mlflow.set_tracking_uri("http://localhost:5000")
""",
    },
    good={
        "mlops/workspace/fraud/workspace.yaml": """\
project_name: fraud
mlflow_tracking_uri: http://localhost:5000
""",
        "projects/fraud/train.py": """\
import mlflow

mlflow.set_tracking_uri("http://localhost:5000")
""",
    },
    severity="warning",
)

_TESTS = ("test_*.py", "*_test.py", "conftest.py")


def check(workspaces: Workspaces) -> Iterator[Diagnostic]:
    """Yield each literal tracking URI or experiment that is not the project's own."""
    mentions = [mention for mention in workspaces.sources.mentions if not _in_a_test(mention)]
    shared = _shared_stores(workspaces) if mentions else set()
    known = {project.experiment for project in workspaces.projects} if mentions else set()
    for mention in mentions:
        project = mention.project
        own = project.place("mlflow_tracking_uri")
        if own is None:
            continue
        if mention.kind == "tracking":
            root = workspaces.files.root
            place = canonical(mention.text, relative_to=root, real=workspaces.real)
            if place.key == own.key:
                continue
            says = "the workspace's own store" if project.embedded else own.text
            message = f"{project.name}'s code logs to {place.text}, its manifest says {says}"
            remedy = "remove the line, or set mlflow_tracking_uri in the manifest"
            subject = place.text
        elif (
            mention.kind == "experiment"
            and _space(project, own) in shared
            and mention.text not in known
        ):
            if mention.text.startswith((project.name, project.tool_name)):
                continue
            subject = mention.text
            message = (
                f"{project.name}'s code sets the experiment {subject!r} in {own.text}, which other"
                " projects use too"
            )
            own_name = f"{project.tool_name}{SEPARATOR}{subject}"
            remedy = f"let its name begin with the project's: {own_name!r}"
        else:
            continue
        yield Diagnostic(
            RULE.id,
            message,
            mention.span,
            remedy,
            RULE.severity,
            related=project.span("mlflow_tracking_uri"),
            projects=(project.name,),
            subject=subject,
        )


def _in_a_test(mention: Mention) -> bool:
    name = mention.span.path.rpartition("/")[2]
    return any(fnmatchcase(name, pattern) for pattern in _TESTS)


def _shared_stores(workspaces: Workspaces) -> set[tuple[str, str | None]]:
    seen: set[tuple[str, str | None]] = set()
    shared: set[tuple[str, str | None]] = set()
    for project in workspaces.projects:
        store = None if project.embedded else project.place("mlflow_tracking_uri")
        if store is not None:
            space = _space(project, store)
            (shared if space in seen else seen).add(space)
    return shared


def _space(project: Project, store: Location) -> tuple[str, str | None]:
    """Return a store, and the workspace in it: in each experiments have names of their own."""
    return store.key, project.value("mlflow_workspace")
