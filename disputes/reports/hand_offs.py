"""What is still owed between a mediation and the organs that entrusted it, or to which it was handed."""

from cases.models import Case, Result
from disputes.enums import CourtStage, Direction, Organ, Source
from disputes.models import HandOff
from disputes.rules.hand_offs import SOURCES


def organs_owed(case: Case) -> list[HandOff]:
    """Return the letters whose organs do not know the result of the matter."""
    return list(case.hand_offs.owed())


def result_to_tell(case: Case) -> Result | None:
    """Return the newest result of the round, None while there is none that stands: one sent back is told to nobody."""
    result: Result | None = case.results.filter(round=case.round).order_by("-pk").first()
    return result if result and result.is_confirmed is not False else None


def entrusted_by(case: Case) -> HandOff | None:
    """Return the newest letter by which an organ entrusted the matter, if any did."""
    newest: HandOff | None = case.hand_offs.incoming().order_by("-pk").first()
    return newest


def source_of(case: Case) -> Source:
    """Return how a matter came of which a letter is on record: by the newest that stands, else as before any."""
    if letter := entrusted_by(case):
        return SOURCES[Organ(letter.organ)]
    return Source(case.hand_offs.filter(direction=Direction.IN).order_by("pk")[0].source_before)


def court_letter(case: Case) -> HandOff | None:
    """Return the newest letter of a court in this round, from whose signing the court's limit counts."""
    of_round = case.hand_offs.incoming().filter(round=case.round, organ=Organ.COURT)
    newest: HandOff | None = of_round.order_by("-pk").first()
    return newest


def court_stage(letter: HandOff | None) -> CourtStage | None:
    """Return how far the court has come that wrote ``letter``."""
    return CourtStage(letter.court_stage) if letter else None
