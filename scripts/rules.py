"""Write docs/rules.md, the catalogue of rules, from the rules themselves.

python scripts/rules.py            write it
python scripts/rules.py --check    say whether it differs, and exit with 1
"""

from __future__ import annotations

import argparse
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_mlops_ws.checks.repository import RULES
from pytest_mlops_ws.findings.catalogue import FAMILIES
from pytest_mlops_ws.findings.rule import HardLink, Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pytest_mlops_ws.findings.rule import Rule

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "rules.md"
#: What is said about each bad example, as the tests expect it.
EXPECTED = ROOT / "tests" / "examples" / "rules"

_INTRODUCTION = """\
# Rules

<!-- Written by scripts/rules.py from the rules themselves: edit those. -->

What `mlops-ws check`, the hooks and `pytest --mlops-ws-check` look for. Each rule has an id, which
never means anything else, a name, and a severity: only an *error* fails a run; a *warning* is about
what misleads or does not travel; a *note* says what was not judged. The *stable* rules are asked
for by default, one in *preview* by its id or family: `--select WS5`.

One finding is excused by a comment on its line, `# mlops-ws: ignore[WS306] reason`, deliberate
sharing by an entry of `[[tool.mlops-ws.allow]]` in `pyproject.toml`. Each example here is a small
repository of which git tracks everything: in the bad one the rule says what stands below it, in the
good one no rule says anything. `mlops-ws explain WS306` shows the same at the shell.
"""


def page() -> str:
    """Return the page."""
    rules = list(RULES().values())
    parts = [_INTRODUCTION]
    for family, what in FAMILIES.items():
        members = [rule for rule in rules if rule.family == family]
        if members:
            parts.append(f"\n## {family}xx: {what}\n")
            parts += ["\n", *_table(members)]
            parts += (text for rule in members for text in _section(rule))
    return "".join(parts)


def _table(rules: Iterable[Rule]) -> Iterator[str]:
    yield "| rule | severity | what is wrong |\n|---|---|---|\n"
    for rule in rules:
        fixable = ", `--fix`" if rule.fixable else ""
        preview = "" if rule.stability == "stable" else f", {rule.stability}"
        link = f"[{rule.id} {rule.name}](#{rule.id.lower()}-{rule.name})"
        yield f"| {link} | {rule.severity}{preview}{fixable} | {rule.title} |\n"


def _section(rule: Rule) -> Iterator[str]:
    yield f"\n### {rule.id} {rule.name}\n\n"
    fixable = " `mlops-ws check --fix` mends what is safe to mend." if rule.fixable else ""
    yield f"*{rule.severity.capitalize()}, {rule.stability}:* {rule.title}.{fixable}\n"
    yield f"\n{rule.why}\n"
    yield "\nBad:\n"
    yield from _files(rule.bad)
    expected = EXPECTED / f"{rule.id}.txt"
    if expected.exists():
        lines = expected.read_text(encoding="utf-8").splitlines()
        yield f"\n```text\n{''.join(map(_wrapped, lines))}```\n"
    changed = {path: text for path, text in rule.good.items() if rule.bad.get(path) != text}
    rest = ", and the other files as above" if len(changed) < len(rule.good) else ""
    yield f"\nGood{rest}:\n"
    yield from _files(changed)


def _files(example: Mapping[str, str]) -> Iterator[str]:
    for path, text in example.items():
        if isinstance(text, Link):
            yield f"\n`{path}` is a symbolic link to `{text}`.\n"
        elif isinstance(text, HardLink):
            yield f"\n`{path}` is a hard link to `{text}`.\n"
        elif not text.strip():
            yield f"\n`{path}` is there.\n"
        else:
            yield f"\n`{path}`\n\n```{_language(path)}\n{_shown(text)}```\n"


def _wrapped(line: str) -> str:
    wrapped = textwrap.wrap(
        line, 100, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )
    return "".join(f"{part}\n" for part in wrapped)


def _language(path: str) -> str:
    suffix = Path(path).suffix.removeprefix(".")
    known = {"yml": "yaml", "dvc": "yaml", "lock": "yaml", "py": "python"}
    return known.get(suffix, suffix if suffix in {"yaml", "toml", "json"} else "text")


def _shown(text: str) -> str:
    """Return *text* with what cannot be seen spelled out."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else f"\\x{ord(letter):02x}"
        for letter in text
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Write docs/rules.md from the rules.")
    parser.add_argument(
        "--check", action="store_true", help="write nothing, say whether it differs"
    )
    options = parser.parse_args(arguments)
    text = page()
    if not options.check:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        print(f"{PAGE.name} is out of step with the rules: python scripts/rules.py")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
