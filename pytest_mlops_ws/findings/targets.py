"""Several reports of one run, each to its place: ``--format sarif --output x.sarif --format text``.

An ``--output`` belongs to the ``--format`` before it; a format without one goes to standard output.
With one of each, their order does not matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pytest_mlops_ws.findings.reports import formats, load

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence
    from typing import TextIO

    from pytest_mlops_ws.findings.catalogue import Catalogue
    from pytest_mlops_ws.findings.context import Context
    from pytest_mlops_ws.findings.outcome import Outcome
    from pytest_mlops_ws.model.errors import UsageError

_DEST = "reports"
_STDOUT = "-"


class Target(NamedTuple):
    """One report.

    Attributes:
        format: its name.
        path: the file it goes to; None is standard output.
    """

    format: str
    path: str | None = None


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare ``--format`` and ``--output``; ``targets`` takes what becomes of ``reports``."""
    parser.add_argument(
        "--format",
        dest=_DEST,
        action="append",
        default=[],
        type=lambda word: ("format", word),
        metavar="|".join(formats()),
        help="how to report; may be given several times (default: text)",
    )
    parser.add_argument(
        "--output",
        dest=_DEST,
        action="append",
        default=[],
        type=lambda word: ("output", word),
        metavar="FILE",
        help="where the format before it goes (default: standard output)",
    )


def targets(words: Iterable[tuple[str, str]]) -> tuple[Target, ...]:
    """Pair formats with outputs.

    Args:
        words: ``("format", name)`` and ``("output", path)``, in the order they were given.

    Raises:
        UsageError: there is no such format, an output too many, or two reports in one place.
    """
    given = list(words)
    if [kind for kind, _ in given] == ["output", "format"]:
        given.reverse()
    elif given and given[0][0] == "output":
        given.insert(0, ("format", "text"))
    found: list[Target] = []
    for kind, word in given:
        if kind == "format":
            _check_format(word)
            found.append(Target(word))
        elif found[-1].path is not None:
            message = f"--output {word}: say --format before it; {found[-1].format} has an output"
            raise _usage_error(message)
        else:
            found[-1] = Target(found[-1].format, word)
    found = [Target(name, None if path == _STDOUT else path) for name, path in found]
    _check_places(found or [Target("text")])
    return tuple(found or [Target("text")])


def deliver(
    outcome: Outcome,
    catalogue: Catalogue,
    context: Context,
    wanted: Sequence[Target],
    stream: TextIO,
) -> None:
    """Write every report.

    Args:
        outcome: what was found.
        catalogue: every rule there is.
        context: what the run was; its terminal is what *stream* leads to.
        wanted: the reports.
        stream: standard output.

    Raises:
        EnvironmentFailedError: the disk did not take a file.
    """
    for target in wanted:
        report = load(target.format).report
        if target.path is None:
            stream.write(report(outcome, catalogue, context))
        else:
            from pathlib import Path

            from pytest_mlops_ws.ground.files import write_atomic

            text = report(outcome, catalogue, context._replace(terminal=None))
            write_atomic(Path(target.path), text.encode("utf-8"))


def _check_format(word: str) -> None:
    known = formats()
    if word not in known:
        from pytest_mlops_ws.findings.suggestions import did_you_mean

        hint = did_you_mean(word, known, f". There are: {', '.join(known)}")
        message = f"--format {word}: there is no such format{hint}"
        raise _usage_error(message)


def _check_places(wanted: Sequence[Target]) -> None:
    paths = [target.path for target in wanted if target.path is not None]
    twice = [path for path in paths if paths.count(path) > 1]
    if twice:
        message = f"--output {twice[0]}: two reports cannot go to one file"
        raise _usage_error(message)
    printed = [target.format for target in wanted if target.path is None]
    documents = [name for name in printed if load(name).DOCUMENT]
    if documents and len(printed) > 1:
        message = (
            f"--format {documents[0]}: it cannot share standard output with another report; say"
            f" --format {documents[0]} --output FILE"
        )
        raise _usage_error(message)


def _usage_error(message: str) -> UsageError:
    from pytest_mlops_ws.model.errors import UsageError

    return UsageError(message, operation="check")
