"""What this package costs, side by side with what a user would use instead, in one run.

    python benchmarks/run.py             every table of every family, an hour
    python benchmarks/run.py fixture     the ones whose family or name contains a word
    python benchmarks/run.py --list      their names
    python benchmarks/run.py --quick     a tenth of the rounds, to see that it runs

A family is a module beside this one with a tuple ``BENCHMARKS`` of functions, each of which takes
a ``Bench`` (of its own, or that of ``measuring``) and prints its tables. Quote ratios: both sides
of one are measured in turn. Run it in CI's environment, on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import importlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import measuring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def tables() -> Iterator[tuple[str, Callable[[Any], None], type]]:
    """Yield every table's name and function, and what it works with."""
    for path in sorted(Path(__file__).resolve().parent.glob("*.py")):
        if path.stem != Path(__file__).stem:
            family = importlib.import_module(path.stem)
            for benchmark in getattr(family, "BENCHMARKS", ()):
                kind = getattr(family, "Bench", measuring.Bench)
                yield f"{family.__name__}.{benchmark.__name__}", benchmark, kind


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="What this package costs.")
    parser.add_argument("--list", action="store_true", help="name the tables and stop")
    parser.add_argument("--quick", action="store_true", help="a tenth of the rounds")
    parser.add_argument("names", nargs="*", help="parts of the names of families and tables")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mlops-ws-benchmark-") as place:
        for name, benchmark, kind in tables():
            if options.names and not any(part in name for part in options.names):
                continue
            if options.list:
                print(name)
            else:
                benchmark(kind(Path(tempfile.mkdtemp(dir=place)), options.quick))


if __name__ == "__main__":
    main()
