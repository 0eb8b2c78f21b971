"""Everything local Azure knows, in one SQLite file that survives a restart.

Ids are ARM ids (`/subscriptions/…/certificates/orders`) or paths of another plane (`/vaults/kv/secrets/orders/…`).
They are looked up without regard to case, as Azure does, and kept as first written.
"""

import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Entity:
    """One thing that exists: what a GET answers, and what no answer ever holds."""

    id: str
    body: Json
    """What a GET may show."""
    private: Json
    """Key material, passwords, bookkeeping: never part of an answer."""
    etag: str
    """Changes with every write; without quotes."""


class Store:
    """Get, put, delete and list entities. Single-threaded, used from one event loop."""

    def __init__(self, path: Path) -> None:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS entity"
            " (key TEXT PRIMARY KEY, id TEXT, body TEXT, private TEXT, etag TEXT) WITHOUT ROWID"
        )
        self.revision = 0
        """Counts the writes of this process: a cache that saw the same number is still right."""

    def get(self, entity_id: str) -> Entity | None:
        """The entity, or None."""
        row = self._connection.execute(
            "SELECT id, body, private, etag FROM entity WHERE key = ?", (entity_id.lower(),)
        ).fetchone()
        return _entity(row) if row else None

    def put(self, entity_id: str, body: Json, private: Json | None = None) -> Entity:
        """Writes the entity whole, with a new etag; `private=None` keeps what was private before."""
        existing = self.get(entity_id)
        if private is None:
            private = existing.private if existing else {}
        entity = Entity(
            id=existing.id if existing else entity_id, body=body, private=private, etag=secrets.token_hex(8)
        )
        self._connection.execute(
            "INSERT OR REPLACE INTO entity VALUES (?, ?, ?, ?, ?)",
            (entity_id.lower(), entity.id, json.dumps(body), json.dumps(private), entity.etag),
        )
        self.revision += 1
        return entity

    def delete(self, entity_id: str) -> bool:
        """Deletes the entity and everything below it; False when there was none."""
        self.revision += 1
        key = entity_id.lower()
        found = self._connection.execute("DELETE FROM entity WHERE key = ?", (key,)).rowcount > 0
        self._connection.execute("DELETE FROM entity WHERE key >= ? AND key < ?", (key + "/", key + "0"))
        return found

    def below(self, prefix: str) -> Iterator[Entity]:
        """Every entity whose id starts with `prefix` and a slash, at any depth, by id."""
        key = prefix.lower().rstrip("/")
        rows = self._connection.execute(
            "SELECT id, body, private, etag FROM entity WHERE key >= ? AND key < ? ORDER BY key", (key + "/", key + "0")
        ).fetchall()
        return map(_entity, rows)

    def children(self, parent: str, kind: str) -> list[Entity]:
        """The entities `<parent>/<kind>/<name>`, by name."""
        prefix = f"{parent.rstrip('/')}/{kind}"
        depth = prefix.count("/") + 1
        return [entity for entity in self.below(prefix) if entity.id.count("/") == depth]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside, or, after an exception, none of them."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            self.revision += 1
            raise
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()


def _entity(row: tuple[str, str, str, str]) -> Entity:
    entity_id, body, private, etag = row
    return Entity(id=entity_id, body=json.loads(body), private=json.loads(private), etag=etag)
