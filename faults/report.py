"""What a campaign reports: one line of figures, and in words what went wrong."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from faults.ledger import Verdict

FAULTS_A_MINUTE: Final = 150
PROBLEMS_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one campaign; ``seconds`` is how long faults were injected."""

    seed: int
    seconds: float
    counts: Counter[str]
    verdict: Verdict
    max_lag_s: float
    recovered_s: float

    @property
    def per_minute(self) -> float:
        return self.counts.total() * 60 / self.seconds

    @property
    def has_passed(self) -> bool:
        """Say whether nothing went wrong under as many faults as there should be."""
        return self.verdict.is_clean and self.per_minute >= FAULTS_A_MINUTE

    @property
    def line(self) -> str:
        """The figures, as ``faults: key=value …``; the kinds of faults at the end."""
        figures = {
            "seed": self.seed,
            "injected": self.counts.total(),
            "steps": self.verdict.steps,
            "lost": len(self.verdict.lost),
            "double": len(self.verdict.double),
            "stuck": len(self.verdict.stuck),
            "max_lag_s": f"{self.max_lag_s:.1f}",
            "recovered_s": f"{self.recovered_s:.1f}",
            "per_minute": round(self.per_minute),
            **dict(sorted(self.counts.items())),
        }
        return " ".join(["faults:", *(f"{key}={value}" for key, value in figures.items())])

    @property
    def problems(self) -> list[str]:
        """The first of the things that went wrong, each with what it is."""
        found = [
            f"{kind}: {text}"
            for kind in ("lost", "double", "stuck")
            for text in getattr(self.verdict, kind)[:PROBLEMS_SHOWN]
        ]
        if self.per_minute < FAULTS_A_MINUTE:
            found.append(f"only {self.per_minute:.0f} faults a minute, there should be {FAULTS_A_MINUTE}")
        return found
