"""A limit on tries per device, in memory; what must hold across processes stands in the records."""

from __future__ import annotations

from collections import defaultdict, deque
from threading import Lock

from flask import current_app, request

from office import clock
from office.web import world

MOST_TRIES, WITHIN_SECONDS = 20, 600
_KEY, _MOST_CLIENTS = "booking-tries", 10_000


class Tries:
    """How often each device has tried something within the last minutes."""

    def __init__(self, most: int = MOST_TRIES, within: int = WITHIN_SECONDS) -> None:
        self._most, self._within = most, within
        self._seen: dict[str, deque[float]] = defaultdict(deque)
        self._lock = Lock()

    def allows(self, client: str) -> bool:
        """Count one try; False once there have been too many."""
        now = clock.now().timestamp()
        with self._lock:
            if len(self._seen) > _MOST_CLIENTS:
                self._seen.clear()
            tries = self._seen[client]
            while tries and tries[0] <= now - self._within:
                tries.popleft()
            if len(tries) >= self._most:
                return False
            tries.append(now)
            return True


def may_try() -> bool:
    """Whether this device may try a booking number once more."""
    tries: Tries = current_app.extensions.setdefault(_KEY, Tries())
    return tries.allows(client())


def client() -> str:
    """The device's address. Behind the reverse proxy (`https = true`) it is what the proxy has added last."""
    forwarded = request.headers.get("X-Forwarded-For", "") if world.platform().settings.https else ""
    return forwarded.rpartition(",")[2].strip() or request.remote_addr or ""
