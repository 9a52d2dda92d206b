"""The papers of a mediation, in the order of its file (Ministry of Justice, forms of 2010): see docs/papers.md."""

from typing import Final

from cases.reports.papers import PaperKind
from disputes.reports.papers import agreement, closing, course, opening

KINDS: Final[tuple[PaperKind, ...]] = (*opening.KINDS, *course.KINDS, *agreement.KINDS, *closing.KINDS)
