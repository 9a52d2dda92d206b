"""What a session of a mediation asks for: who must be there, and when strangers may listen."""

from cases.enums import Category, Sensitivity
from disputes.enums import AgreementForm


def may_be_open(category: Category, sensitivity: Sensitivity, *, nobody_objects: bool) -> bool:
    """Return whether a session may be open to others than those who take part.

    Order 75 of the Ministry of Justice (2002), art. 29: only where no privacy or trade secret is touched and no party
    objects. Of medical disputes nothing is made public (Regulations on Medical Disputes, art. 42), nor of a matter
    that is kept closely.

    >>> may_be_open(Category.MEDICAL, Sensitivity.NORMAL, nobody_objects=True)
    False
    """
    return nobody_objects and category is not Category.MEDICAL and sensitivity is Sensitivity.NORMAL


def is_complete(*, is_joint: bool, parties: int) -> bool:
    """Return whether so many parties make a joint session, or one with one party alone."""
    return parties > 1 if is_joint else parties == 1


def takes_session(form: AgreementForm, *, is_done_at_once: bool) -> bool:
    """Return whether an agreement has to come out of a session that is on record.

    What an agreement in writing rests on was said at a session, whose record is a part of the file (People's Mediation
    Law, arts. 27 and 29). What was agreed by word of mouth and done on the spot was perhaps settled over the fence.

    >>> takes_session(AgreementForm.ORAL, is_done_at_once=True)
    False
    """
    return form is AgreementForm.WRITTEN or not is_done_at_once
