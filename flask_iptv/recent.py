"""What was used a short while ago, and is forgotten when it has not been used since."""

from __future__ import annotations

from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Remembers by age and by number, in any thread and without looking through what it has.

    There are a younger and an older half. When the younger one has come of age, or is full, it
    becomes the older one, and what was left in that is forgotten.

    :param seconds: for which everything stays at least, unless there is too much; what is used
        no more is gone after twice as long.
    :param most: how many there may be; half as many stay at least.
    """

    def __init__(self, seconds: float, most: int) -> None:
        self._seconds = seconds
        self._half = max(1, most // 2)
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}
        self._since: float | None = None
        self._turning = Lock()

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def get(self, key: K) -> V | None:
        """What was put there, if it is not forgotten; to be asked for keeps nothing."""
        found = self._young.get(key)
        return found if found is not None else self._old.get(key)

    def put(self, key: K, value: V, now: float) -> None:
        """Remember something.

        :param now: seconds; a clock that is set back makes everything older.
        """
        since = self._since
        if since is None or not 0 <= now - since < self._seconds or len(self._young) >= self._half:
            self.age(now)
        self._young[key] = value

    def pop(self, key: K) -> V | None:
        """Forget it, and give what it was."""
        young, old = self._young.pop(key, None), self._old.pop(key, None)
        return young if young is not None else old

    def age(self, now: float) -> None:
        """Forget what is too old, also when nothing more comes."""
        with self._turning:
            since = self._since
            if since is None:
                self._since = now
            elif not 0 <= now - since < self._seconds or len(self._young) >= self._half:
                # After a long silence the younger ones are too old as well.
                is_late = now - since >= 2 * self._seconds
                self._old, self._young = {} if is_late else self._young, {}
                self._since = now

    def clear(self) -> None:
        """Forget everything."""
        with self._turning:
            self._young, self._old = {}, {}
