"""A real SQLite file that is filled anew for each use."""

import shutil
from pathlib import Path

from bot.store import Store


class Database:
    """One file, and the one store that opens it, so that each query is compiled once."""

    def __init__(self, path: Path) -> None:
        self.path, self.store = path, Store(f"sqlite:///{path}")
        self.empty()

    def empty(self) -> None:
        """Close it, and leave nothing of it, nor of its journal."""
        self.store.close()
        for file in self.files():
            file.unlink()

    def fill(self, source: Path) -> Store:
        """Return the store, which opens a copy of *source* from now on."""
        self.empty()
        shutil.copy(source, self.path)
        return self.store

    def files(self) -> list[Path]:
        """Return the file and its journal, as far as they are there."""
        return list(self.path.parent.glob(f"{self.path.name}*"))
