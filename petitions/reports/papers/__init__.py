"""The papers of a petition, in the order of its file (Regulations on Petition Work, 2022): see docs/papers.md."""

from typing import Final

from cases.reports.papers import PaperKind
from petitions.reports.papers import ends, first, handling, opening, referral, review, service

KINDS: Final[tuple[PaperKind, ...]] = (
    *opening.KINDS,
    *referral.KINDS,
    *first.KINDS,
    *handling.KINDS,
    *review.KINDS,
    *ends.KINDS,
    *service.KINDS,
)
