"""Parcels a day, generated, and their versions in DVC."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from dvc.repo import Repo

WEEK = 7


def parcels(days: int = 280, seed: int = 0) -> pd.DataFrame:
    """Return *days* days of parcels: a slow rise, a strong week, some noise."""
    draw = np.random.default_rng(seed)
    day = np.arange(days)
    count = 500 + 0.8 * day + 120 * np.sin(2 * np.pi * day / WEEK) + draw.normal(0, 15, days)
    date = pd.date_range("2025-01-06", periods=days, freq="D")
    return pd.DataFrame({"date": date.strftime("%Y-%m-%d"), "parcels": count.round().astype(int)})


def publish(repo: Repo, frame: pd.DataFrame) -> Path:
    """Write *frame* into the project's DVC repository, version it and push it."""
    path = Path(repo.root_dir, "dvc", "parcels.csv")
    path.parent.mkdir(exist_ok=True)
    frame.to_csv(path, index=False)
    repo.add(str(path))
    repo.push(str(path))
    return path
