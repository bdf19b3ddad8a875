from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_mlops_ws.checks.sources.mentions import collect

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mlops_ws.checks.project import Project
    from pytest_mlops_ws.checks.run import Checked

BASES = ("mlops/workspace", "ml")


@pytest.fixture
def project(checked: Callable[..., Checked]) -> Project:
    manifest = {"mlops/workspace/fraud/workspace.yaml": "project_name: fraud\n"}
    (project,) = checked(manifest).workspaces.projects
    return project


def seen(source: str, project: Project) -> list[tuple[str, str, int, int]]:
    return [
        (mention.kind, mention.text, mention.span.line, mention.span.column)
        for mention in collect(source.encode(), "train.py", project, BASES)
    ]


@pytest.mark.parametrize(
    ("source", "kind", "text"),
    [
        ("mlflow.set_experiment('a')", "experiment", "a"),
        ("mlflow.set_experiment(experiment_name='a')", "experiment", "a"),
        ("set_experiment('a' + '-b')", "experiment", "a-b"),
        ("NAME = 'a'\nmlflow.set_experiment(NAME)", "experiment", "a"),
        ("NAME: str = 'a'\nmlflow.set_experiment(NAME)", "experiment", "a"),
        ("client.get_experiment_by_name('a')", "experiment", "a"),
        ("os.environ['MLFLOW_EXPERIMENT_NAME'] = 'a'", "experiment", "a"),
        ("os.environ.setdefault('MLFLOW_EXPERIMENT_NAME', 'a')", "experiment", "a"),
        ("monkeypatch.setenv('MLFLOW_TRACKING_URI', 'http://a')", "tracking", "http://a"),
        ("mlflow.set_tracking_uri(uri='http://a')", "tracking", "http://a"),
        ("MLOpsClient.from_project('a')", "project", "a"),
        ("create_client(name='a', repo_root='.')", "project", "a"),
        ("MLOpsClient('a')", "project", "a"),
        ("manager.get_workspace('a')", "project", "a"),
        ("open('mlops/workspace/a/dvc/x.csv')", "path", "mlops/workspace/a/dvc/x.csv"),
        ("open('../../mlops/workspace/a/x')", "path", "mlops/workspace/a/x"),
        ("open(f'mlops/workspace/a/{name}')", "path", "mlops/workspace/a/"),
        ("Path('mlops', 'workspace', 'a')", "path", "mlops/workspace/a"),
        ("ROOT / 'mlops' / 'workspace' / 'a' / name / 'b'", "path", "mlops/workspace/a/"),
        ("os.path.join(root, 'mlops', 'workspace', 'a')", "path", "mlops/workspace/a"),
        ("BASE = 'mlops/workspace'\nopen(BASE + '/a')", "path", "mlops/workspace/a"),
    ],
)
def test_a_literal_is_seen_once(source: str, kind: str, text: str, project: Project) -> None:
    assert [mention[:2] for mention in seen(source, project)] == [(kind, text)]


@pytest.mark.parametrize(
    "source",
    [
        "mlflow.set_experiment(name)",
        "mlflow.set_experiment(f'{project}-eval')",
        "mlflow.set_experiment(f'a-{stage}')",
        "mlflow.set_experiment('')",
        "mlflow.set_experiment(7)",
        "mlflow.set_experiment()",
        "NAME = 'a'\nNAME = other()\nmlflow.set_experiment(NAME)",
        "NAME = 'a'\ndef f(NAME):\n    mlflow.set_experiment(NAME)",
        "def f():\n    NAME = 'a'\nmlflow.set_experiment(NAME)",
        "os.environ['MLFLOW_EXPERIMENT_NAME'] = name",
        "os.environ['PATH'] = 'mlflow'",
        "'''Reads mlops/workspace/a/x.'''",
        "def f():\n    '''mlops/workspace/a'''",
        "open('mlops/workspace/')",
        "open('html/x')",
        "open('other-mlops/workspace/a')",
        "Path('mlops', name, 'workspace', 'a')",
        "('mlops' / name) / 'workspace' / 'a'",
        "','.join(['mlops/workspace'])",
        "# mlflow.set_experiment('a')",
    ],
)
def test_what_is_computed_or_only_told_is_not(source: str, project: Project) -> None:
    assert seen(source, project) == []


def test_places_are_those_of_the_literal(project: Project) -> None:
    source = "import mlflow\n\nmlflow.set_experiment(\n    'a',\n)\nopen('ml/b')\n"
    assert seen(source, project) == [("experiment", "a", 4, 5), ("path", "ml/b", 6, 6)]


@pytest.mark.parametrize(
    ("content", "places"),
    [
        ("é = 'ü'; set_experiment('a') # ö\n".encode(), [(1, 25, 1, 28)]),
        ("\ufeffé = 'ü'; set_experiment('a')\n".encode(), [(1, 25, 1, 28)]),
        ("# coding: latin-1\né = 'ü'; set_experiment('a')".encode("latin-1"), [(2, 25, 2, 28)]),
        (
            "'é\f'\r\n'é'; set_experiment('a')\r'é'; f('ml/ü')".encode(),
            [(2, 21, 2, 24), (3, 8, 3, 14)],
        ),
        ("set_experiment('a' + (\n'é' # ö\n'ü'))".encode(), [(1, 16, 3, 5)]),
        (b"x = 1; set_experiment('a')", [(1, 23, 1, 26)]),
    ],
)
def test_columns_are_those_that_an_editor_shows(
    content: bytes, places: list[tuple[int, ...]], project: Project
) -> None:
    found = [mention.span[1:] for mention in collect(content, "train.py", project, BASES)]
    assert found == places


@pytest.mark.parametrize("source", ["def f(:", "x = '\0'", "(" * 500])
def test_what_cannot_be_parsed_is_the_callers_to_tell(source: str, project: Project) -> None:
    with pytest.raises((SyntaxError, ValueError, RecursionError, MemoryError)):
        seen(source, project)


def test_a_warning_about_somebodys_string_is_not_ours(project: Project) -> None:
    assert seen("mlflow.set_experiment('a')\nx = '\\d'", project)[0][1] == "a"
