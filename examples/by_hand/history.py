"""Give a copy of `monorepo` a past: last month's data, versioned, pushed and committed.

`python history.py REPO STORAGE`. As in many teams, all projects push to one storage.
"""

import os
import sys
from pathlib import Path

from churn.data import messages
from churn.data import publish as publish_messages
from demand.data import parcels
from demand.data import publish as publish_parcels
from dvc.repo import Repo
from fraud.data import publish as publish_transactions
from fraud.data import transactions

LAST_MONTH = 7
PUBLISHED = {
    "churn": (publish_messages, messages(seed=LAST_MONTH)),
    "demand": (publish_parcels, parcels(seed=LAST_MONTH)),
    "fraud": (publish_transactions, transactions(seed=LAST_MONTH)),
}


def main(repo_root, storage):
    for project, (publish, frame) in PUBLISHED.items():
        root = Path(repo_root, "mlops", "workspace", project)
        Repo.init(str(root), subdir=True).close()
        url = os.path.relpath(storage, root / ".dvc")
        config = f"[core]\n    remote = storage\n['remote \"storage\"']\n    url = {url}\n"
        (root / ".dvc" / "config").write_text(config)
        with Repo(str(root)) as repo:
            publish(repo, frame)


if __name__ == "__main__":
    main(*sys.argv[1:])
