"""How often, and how soon, something that has ended is started again."""

from typing import Final

LIMIT: Final = 5
WINDOW_SECONDS: Final = 600.0
FIRST_PAUSE_SECONDS: Final = 1.0


class Restarts:
    """The restarts of one child. Whoever ends again and again has a fault that no restart heals."""

    def __init__(self) -> None:
        self._moments: list[float] = []

    def pause_before_next(self, now: float) -> float | None:
        """Note a restart at ``now`` and return the seconds to wait before it: 1, 2, 4, 8, 16.

        Returns None when there have been five in the last ten minutes.
        """
        self._moments = [moment for moment in self._moments if now - moment < WINDOW_SECONDS]
        if len(self._moments) >= LIMIT:
            return None
        self._moments.append(now)
        return float(FIRST_PAUSE_SECONDS * 2 ** (len(self._moments) - 1))
