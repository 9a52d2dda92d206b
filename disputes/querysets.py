from typing import Self

from cases.querysets import OnCaseQuerySet


class DisputeQuerySet(OnCaseQuerySet):
    """A mediation is seen by those who see its case."""


class ConsentQuerySet(OnCaseQuerySet):
    """What parties said to mediation is seen by those who see the case."""

    def given(self, *, round_number: int, center_id: int) -> Self:
        """Return the consents to mediation by the committee of one center in one round."""
        return self.filter(is_given=True, round=round_number, center=center_id)
