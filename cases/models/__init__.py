"""What: the case (one matter, one code), the people in it, the clocks that run on it and what happened."""

from cases.models.clocks import Clock, ClockRule, ClockStep, Extension, Pause
from cases.models.matter import Case, Party, Transfer
from cases.models.record import Event, Reopening, Result
from cases.models.recusal import Accused, Recusal, RecusedPerson

__all__ = [
    "Accused",
    "Case",
    "Clock",
    "ClockRule",
    "ClockStep",
    "Event",
    "Extension",
    "Party",
    "Pause",
    "Recusal",
    "RecusedPerson",
    "Reopening",
    "Result",
    "Transfer",
]
