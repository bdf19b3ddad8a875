"""Read damaged manifests and random bytes, and tell what a reader must never do.

    python scripts/fuzz.py                      100,000 documents
    python scripts/fuzz.py --count N --seed S   others, or fewer
    python scripts/fuzz.py FILE…                these files
    python scripts/fuzz.py --guided [DIR]       coverage-guided, until interrupted; needs atheris

It must not raise, crash or take a second; not accept what jsonschema refuses; not say two things of
one file; and not call a change safe that is none. Exit status 1, and the document, if it did.
"""

from __future__ import annotations

import argparse
import os
import random
import runpy
import subprocess
import sys
import tempfile
import time
import traceback
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from jsonschema import Draft202012Validator

from pytest_mlops_ws.manifest import codec, emit, file, rules
from pytest_mlops_ws.manifest.edit import edited
from pytest_mlops_ws.manifest.fixes import fix
from pytest_mlops_ws.manifest.reading import read
from pytest_mlops_ws.manifest.schema import keys, schema
from pytest_mlops_ws.manifest.validation import validate
from pytest_mlops_ws.model.errors import UsageError

if TYPE_CHECKING:
    from pytest_mlops_ws.manifest.reading import Reading

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "tests" / "examples").glob("*/*.yaml"))
COUNT = 100_000
#: What one file may take of the processor; and the wall time after which it never ends.
SECONDS = 1.0
PATIENCE = 20.0

WORDS = [
    *(
        b"\n",
        b"\r\n",
        b"\r",
        b" ",
        b"  ",
        b"\t",
        b": ",
        b":",
        b"- ",
        b"-",
        b"? ",
        b", ",
        b"#",
        b" # c",
    ),
    *(
        b"[",
        b"]",
        b"{",
        b"}",
        b"'",
        b'"',
        b"\\",
        b"|",
        b">",
        b"|+\n",
        b">-\n",
        b"&a ",
        b"*a",
        b"!",
        b"!!",
    ),
    *(
        b"---\n",
        b"...\n",
        b"%YAML 1.1\n",
        b"%TAG ! x\n",
        b"<<: ",
        b"=",
        b"~",
        b"null",
        b"yes",
        b"NO",
    ),
    *(
        b"0",
        b"-1",
        b"1.0",
        b"1e3",
        b"0755",
        b"0x1f",
        b"0b_",
        b"1_0",
        b"1:30",
        b".nan",
        b"-.inf",
        b"2026-02-30",
    ),
    *(
        b"1" * 5000,
        b"[" * 40,
        b"{a: " * 20,
        b"a: &a [*a, *a]\n",
        b"x" * 1100,
        b"- " * 30,
        b"\x00",
        b"\x85",
    ),
    *(
        "\ufeff".encode(),
        "\u2028".encode(),
        "é".encode(),
        "😀".encode(),
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
    ),
    *(
        b"load_from: []\n",
        b"project_name: fraud\n",
        b"schema_version: 1\n",
        b"fraud",
        b"con",
        b"../x",
    ),
    *(f"{key}: ".encode() for key in keys()),
]
VALUES: list[Any] = [
    *(
        None,
        True,
        False,
        0,
        1,
        2,
        7,
        1.0,
        2.0,
        1.5,
        float("nan"),
        float("inf"),
        "",
        "a",
        "fraud",
        "Fraud",
    ),
    *(
        "fraud\n",
        "fraud-",
        "con",
        "a" * 51,
        "w" * 64,
        "/abs",
        "~/x",
        "..",
        "../x",
        "C:\\x",
        "é",
        "\u2028",
    ),
    *(
        "2026-11-23",
        "2026-02-30",
        "0000-01-01",
        "2026-11-23T09:15:02+00:00",
        "${X:-y}",
        "s3://b/k",
        "yes",
    ),
    *([], ["a"], ["a", "a"], ["a", 1, 1.0, True], [["a"]], {}, {"a": 1}, {"": {"b": [None]}}),
]
#: What looks like one thing and is another, or is another to other readers.
PLAIN = [
    *(
        "yes",
        "Off",
        "true",
        "~",
        "",
        "1",
        "2",
        "1.0",
        "2.0",
        "-1",
        "0755",
        "0o17",
        "08",
        "1_0",
        "1:30",
    ),
    *(
        "1e3",
        "3.10",
        ".5",
        ".nan",
        "-.inf",
        "2026-11-23",
        "2026-02-30",
        "12:30:45",
        "0b_",
        "<<",
        "=",
    ),
    *("!!str a", "!t a", "! a", "&a a", "*a", "[a, a]", "[1, yes]", "{a: b, a: c}", "{<<: {a: 1}}"),
    *(
        "'a",
        '"a\\x"',
        "a: b",
        "- a",
        "? a",
        "| a",
        "# a",
        "@a",
        "%a",
        "`a",
        "\u2028",
        "\x85",
        "a\tb",
    ),
]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Read damaged manifests and random bytes.")
    parser.add_argument("files", nargs="*", type=Path, help="judge these instead")
    parser.add_argument("--count", type=int, default=COUNT, help="how many documents")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--guided", action="store_true", help="coverage-guided, by atheris")
    parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds for one document")
    parser.add_argument("--note", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.guided:
        return guided(options.files)
    if options.note:
        return work(options.seed, options.count, options.note)
    if options.files:
        return 0 if all([stands(path.read_bytes()) for path in options.files]) else 1  # noqa: C419 -- all of them are told
    return supervise(options.seed, options.count, options.patience)


# ── what must hold ────────────────────────────────────────────────────────────────────────────


def stands(content: bytes) -> bool:
    """Judge a document; say what is wrong with how it was read, if anything is."""
    try:
        judge(content)
    except Exception:  # noqa: BLE001 -- whatever it is, it must not happen
        print(f"{content!r}\n{traceback.format_exc()}", flush=True)
        return False
    return True


def judge(content: bytes) -> None:
    """Read *content*, and all that is done with what was read.

    Raises:
        Exception: any at all is a fault of the reader.
    """
    begun = time.process_time()
    reading = read(content, "w.yaml")
    took = time.process_time() - begun
    expect(took < SECONDS, f"reading it took {took:.1f} s")
    stopped = any(fault.stops for fault in reading.diagnostics) or reading.foreign is not None
    expect((reading.values is None) == stopped, "values and diagnostics contradict each other")
    for fault in reading.diagnostics:
        expect(fault.span.line > 0 and fault.span.column > 0, f"{fault!r} stands nowhere")
        expect(str(fault).isprintable(), f"{fault!r} breaks the line")
    if reading.foreign is not None:
        expect("project_name" not in reading.root_keys, f"it is no file of {reading.foreign}")
    else:
        long_way = tuple(validate(reading.document))
        expect(reading.diagnostics == long_way, f"the long way finds {long_way}")
    if reading.values is not None:
        as_others_do(content, reading)
        and_back(reading)
    change(content, reading)


def as_others_do(content: bytes, reading: Reading) -> None:
    """Hold an accepted document against PyYAML and jsonschema."""
    loader = Reference(content)
    data = values(loader, loader.get_single_node())
    expect(repr(data) == repr(reading.values), f"PyYAML reads {data!r}")
    told = {fault.rule for fault in reading.diagnostics}
    for error in Draft202012Validator(schema()).iter_errors(data):
        # An unknown key is a warning.
        warned = error.validator == "additionalProperties" and rules.UNKNOWN_KEY in told
        expect(warned, f"jsonschema refuses it: {error}")


class Reference(yaml.CSafeLoader):
    """PyYAML, with the text of times, and of the two signs that it knows no value for."""


for tag in ("timestamp", "merge", "value"):
    Reference.add_constructor(f"tag:yaml.org,2002:{tag}", lambda _, node: node.value)


def values(loader: Reference, node: Any) -> Any:  # noqa: ANN401 -- PyYAML's nodes hold anything
    """Return what PyYAML makes of *node*, the keys as text."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: values(loader, value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [values(loader, item) for item in node.value]
    try:
        return loader.construct_object(node)
    except ValueError:
        return node.value  # 0b_ looks like a number to its own resolver only


def and_back(reading: Reading) -> None:
    """Write what an accepted document says, and read that again."""
    said = reading.manifest
    expect(said is not None, "it says nothing")
    assert said is not None  # noqa: S101 -- for the type checker
    try:
        written = codec.render(said)
    except UsageError:
        return  # longer when written plainly
    again = codec.read(written, "w.yaml")
    expect(again.manifest == said or "nan" in repr(said), f"read back as {again}")


def change(content: bytes, reading: Reading) -> None:
    """Mend a document and save changes to it: what is not changed stays what it was."""
    wanted: dict[str, Any] = {"root_path": None, "dvc_remote_path": "x: y", "metadata": {"a": [1]}}
    mended = fix(reading, wanted, "mend it")
    if mended is not None and mended.safe:
        after = read(edited(reading.document.text, mended.edits).encode(), "w.yaml")
        changed = {key: value for key, value in wanted.items() if value is not None}
        kept = set(reading.root_keys) - wanted.keys()
        expect(set(after.root_keys) == kept | changed.keys(), f"mended to {after}")
    if reading.values is not None and (said := reading.manifest):
        del wanted["root_path"]
        try:
            saved = codec.read(file.changed(content, reading, wanted), "w.yaml")
        except UsageError:
            return  # what can be read in braces cannot always be written as lines
        whole = saved.manifest is not None and saved.manifest.values()
        expect(repr(whole) == repr(said.values() | wanted), f"saved as {saved}")
        expect({*reading.root_keys} - {*keys()} == {*saved.root_keys} - {*keys()}, "lost keys")


def expect(holds: bool, otherwise: str) -> None:  # noqa: FBT001 -- as assert has it
    """Assert, in optimised Python, too."""
    if not holds:
        raise AssertionError(otherwise)


# ── documents ─────────────────────────────────────────────────────────────────────────────────


def document(seed: int, number: int) -> bytes:
    """Return one of the documents, the same each time."""
    rng = random.Random(f"{seed} {number}")  # noqa: S311 -- no secret
    kind = rng.random()
    if kind < 0.1:  # noqa: PLR2004 -- a tenth
        return rng.randbytes(rng.randrange(300))
    content = built(rng) if kind < 0.4 else rng.choice(CORPUS)  # noqa: PLR2004 -- a third
    for _ in range(rng.choice((0, 1, 1, 2, 3, 8))):
        content = damaged(rng, content)
    return content[:70_000]


def built(rng: random.Random) -> bytes:
    """Return a document with the right keys, mostly, and any values."""
    names = [*keys(), "project_name", "metadta", "Ü"]
    chosen = {"project_name": "fraud"} if rng.random() < 0.8 else {}  # noqa: PLR2004 -- mostly
    chosen |= {rng.choice(names): rng.choice(VALUES) for _ in range(rng.randrange(6))}
    lines = [line for key, value in chosen.items() for line in emit.entry(key, value)]
    lines += [f"{rng.choice(names)}: {rng.choice(PLAIN)}" for _ in range(rng.choice((0, 0, 1, 2)))]
    return ("\n".join(lines) + "\n").encode()


def damaged(rng: random.Random, content: bytes) -> bytes:
    """Return *content* with one thing changed."""
    start, end = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    end = min(end, start + rng.choice((1, 2, 10, 1000)))
    before, piece, after = content[:start], content[start:end], content[end:]
    lines = content.splitlines(keepends=True)
    rng.shuffle(lines)
    ways = (
        before + after,
        before + rng.choice(WORDS) + after,
        before + rng.choice(WORDS) + piece + after,
        before + piece * rng.choice((2, 3, 20, 2000)) + after,
        before + bytes(byte ^ 1 << rng.randrange(8) for byte in piece) + after,
        before + rng.choice(CORPUS)[start:],
        b"".join(lines),
    )
    return rng.choice(ways)


CORPUS = [path.read_bytes() for path in EXAMPLES]


# ── processes ─────────────────────────────────────────────────────────────────────────────────


def supervise(seed: int, count: int, patience: float) -> int:
    """Read *count* documents in a process that may crash or hang; return the exit status."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        note = Path(place, "note")
        command = [sys.executable, __file__, "--note", str(note)]
        command += ["--seed", str(seed), "--count", str(count)]
        with subprocess.Popen(command) as worker:
            what = watch(worker, note, patience)
        if not what:
            took = time.monotonic() - begun
            print(f"{count} documents of seed {seed}: all as it should be, {took:.0f} s")
            return 0
        number = int(note.read_text(encoding="ascii"))
    culprit = Path(tempfile.gettempdir(), f"fuzz-{seed}-{number}.yaml")
    culprit.write_bytes(document(seed, number))
    print(f"document {number} of seed {seed}: the reader {what}")
    print(f"python scripts/fuzz.py {culprit}")
    return 1


def watch(worker: subprocess.Popen[bytes], note: Path, patience: float) -> str:
    """Wait for the process; return what it did wrong."""
    seen = b""
    while True:
        try:
            status = worker.wait(patience)
        except subprocess.TimeoutExpired:
            now = note.read_bytes()
            if now == seen:
                worker.kill()
                return f"took {patience:.0f} s"
            seen = now
        else:
            return f"ended with {status}" if status else ""


def work(seed: int, count: int, note: Path) -> int:
    """Read documents, noting which one is being read."""
    with note.open("wb", buffering=0) as stream:
        for number in range(count):
            os.pwrite(stream.fileno(), b"%09d" % number, 0)
            if not stands(document(seed, number)):
                return 1
    return 0


def guided(directories: list[Path]) -> int:
    """Let atheris look for documents that take another way through the reader."""
    try:
        atheris = import_module("atheris")  # which nobody needs but who asks for this
    except ImportError:
        print("--guided needs atheris: python -m pip install atheris")
        return 2
    # Imported a second time, watched: all that is loaded by now would take minutes to instrument.
    for name in [name for name in sys.modules if name.startswith("pytest_mlops_ws")]:
        del sys.modules[name]
    with atheris.instrument_imports(include=["pytest_mlops_ws"]):
        again = runpy.run_path(__file__)
    atheris.Setup([sys.argv[0], *map(str, directories)], again["judge"])
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
