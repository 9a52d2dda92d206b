from datetime import date
from typing import Self

from cases.querysets import OnCaseQuerySet


class PetitionQuerySet(OnCaseQuerySet):
    """A petition and what hangs on it are seen by those who see its case."""


class PetitionNoticeQuerySet(OnCaseQuerySet):
    """What a petitioner is told is seen by those who see the case."""

    def owed(self) -> Self:
        """Return the notices that are still to be served."""
        return self.filter(served_on=None, waived_at=None)

    def to_serve(self) -> Self:
        """Return those of them whose service is recorded by itself: that of an opinion is an act of its own."""
        return self.owed().exclude(kind__in=["opinion", "review", "rereview"])

    def late(self, *, on: date) -> Self:
        """Return those of them whose limit had passed on ``on``."""
        return self.owed().filter(clock__due_on__lt=on)


class OpinionQuerySet(OnCaseQuerySet):
    """The opinions about a petition are seen by those who see the case."""

    def drafted(self) -> Self:
        """Return the drafts about which nobody has decided."""
        return self.filter(signed_at=None, sent_back_at=None)

    def issued(self) -> Self:
        """Return the opinions that were signed."""
        return self.filter(signed_at__isnull=False)

    def of_handling(self) -> Self:
        """Return the opinions of the organ that handles the claim, not those of a higher one about them."""
        return self.filter(instance="handling")


class ReviewQuerySet(OnCaseQuerySet):
    """The requests for a review are seen by those who see the case."""

    def pending(self) -> Self:
        """Return the requests that are neither decided, with the decision checked, nor withdrawn."""
        return self.filter(ended_at=None)
