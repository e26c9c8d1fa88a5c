"""How waitress serves: the suite in one process, and the page where residents answer at home."""

from __future__ import annotations

# One thread per tablet that saves at the same moment; more only queue for SQLite's one writer.
THREADS = 8
# A browser keeps up to six connections open; those beyond the limit would wait without a word.
CONNECTIONS = 800

OPTIONS = {
    "threads": THREADS,
    "connection_limit": CONNECTIONS,
    "asyncore_use_poll": True,  # select() knows no more than 1,024 files
    "ident": None,
}
