"""Messages to support, generated, and their versions in DVC."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from dvc.repo import Repo

LEAVING = ["cancel my contract", "too expensive for me", "a competitor is cheaper", "refund me"]
STAYING = ["where is my invoice", "change my address", "upgrade my plan", "thank you, solved"]
OPENINGS = ["hello,", "good morning,", "to whom it may concern,", "hi team,"]


def messages(rows: int = 300, seed: int = 0) -> pd.DataFrame:
    """Return *rows* messages with whether their author left; one author in twenty surprises."""
    draw = random.Random(seed)  # noqa: S311 -- generated data, not a secret
    written = []
    for _ in range(rows):
        left = draw.random() < 0.4
        surprising = draw.random() < 0.05
        wish = draw.choice(LEAVING if left != surprising else STAYING)
        written.append((f"{draw.choice(OPENINGS)} {wish}", int(left)))
    return pd.DataFrame(written, columns=["text", "left"])


def publish(repo: Repo, frame: pd.DataFrame) -> str:
    """Version *frame* in the project's DVC repository, push it, and return its hash."""
    path = Path(repo.root_dir, "dvc", "messages.csv")
    path.parent.mkdir(exist_ok=True)
    frame.to_csv(path, index=False)
    (stage,) = repo.add(str(path))
    repo.push(str(path))
    return str(stage.outs[0].hash_info.value)
