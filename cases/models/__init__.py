"""What: the case (one matter, one code), the people in it, the clocks that run on it and what happened."""

from cases.models.archive import ArchivedFile
from cases.models.attachment import Attachment, AttachmentContent
from cases.models.clocks import Clock, ClockRule, ClockStep, Extension, Pause
from cases.models.identity import Identity, IdentityReveal, SensitivityChange
from cases.models.matter import Case, CasePlace, Party, Transfer
from cases.models.papers import Paper, PaperContent, PaperTemplate, PaperTemplateContent
from cases.models.record import Event, Reopening, Result
from cases.models.recusal import Accused, Recusal, RecusedPerson

__all__ = [
    "Accused",
    "ArchivedFile",
    "Attachment",
    "AttachmentContent",
    "Case",
    "CasePlace",
    "Clock",
    "ClockRule",
    "ClockStep",
    "Event",
    "Extension",
    "Identity",
    "IdentityReveal",
    "Paper",
    "PaperContent",
    "PaperTemplate",
    "PaperTemplateContent",
    "Party",
    "Pause",
    "Recusal",
    "RecusedPerson",
    "Reopening",
    "Result",
    "SensitivityChange",
    "Transfer",
]
