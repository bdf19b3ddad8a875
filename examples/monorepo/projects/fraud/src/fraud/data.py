"""Card transactions, generated, and their versions in DVC."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from dvc.repo import Repo

FEATURES = ["amount", "hour", "kilometres"]


def transactions(rows: int = 600, seed: int = 0) -> pd.DataFrame:
    """Return *rows* transactions; about one in six is fraud: far from home, large, at night."""
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "amount": draw.lognormal(3, 1, rows).round(2),
            "hour": draw.integers(0, 24, rows),
            "kilometres": draw.exponential(20, rows).round(1),
        }
    )
    risk = frame.amount / 60 + frame.kilometres / 40 + (frame.hour < 5) * 1.5
    frame["fraud"] = (risk + draw.normal(0, 0.3, rows) > 2.6).astype(int)
    return frame


def publish(repo: Repo, frame: pd.DataFrame) -> Path:
    """Write *frame* into the project's DVC repository, version it and push it."""
    path = Path(repo.root_dir, "dvc", "transactions.csv")
    path.parent.mkdir(exist_ok=True)
    frame.to_csv(path, index=False)
    repo.add(str(path))
    repo.push(str(path))
    return path
