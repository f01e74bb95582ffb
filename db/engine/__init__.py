"""The store: one interface to SQLite and PostgreSQL, with transactions, upgrade, backup and copy."""

from db.engine.opening import open_store
from db.engine.store import Store, read_url, wake
