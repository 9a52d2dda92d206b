"""How a matter stands as a petition, and who decides about it for its unit."""

from datetime import date

from django.utils.translation import gettext as _

from cases.enums import ClockKind, EventKind, Procedure
from cases.models import Case, Extension
from cases.reports.recusals import unit_leaders
from centers.enums import Role
from centers.models import Post
from core.models import User
from core.once import once
from petitions.enums import Instance, NoticeKind, OpinionOutcome
from petitions.models import Opinion, Petition, Review


def petition_of(case: Case) -> Petition | None:
    """Return the petition of a case; None for a case of another procedure."""
    return getattr(case, "petition", None) if case.procedure == Procedure.PETITION else None


def leads_unit_of(case: Case, user: User, *, on: date) -> bool:
    """Return whether ``user`` leads, on ``on``, the unit that handles a case."""
    return user.pk in unit_leaders(case, on=on)


def notices_owed(case: Case) -> list[str]:
    """Return what the petitioner is still to be told, by name.

    That is each notice that is neither served nor waived, and each extension that was granted (art. 34).
    """
    owed = [str(NoticeKind(kind).label) for kind in case.petition_notices.owed().values_list("kind", flat=True)]
    if Extension.objects.to_tell().filter(clock__case=case, clock__kind=ClockKind.PET_HANDLE).exists():
        owed.append(_("Notice of the extension"))
    return owed


def who_touched(case: Case, *, before: Instance) -> set[int]:
    """Return the accounts that had a hand in a case before the review ``before`` was last asked for.

    None of them takes part in that review (Regulations on Petition Work, arts. 35 and 36).
    """
    asked = case.events.filter(kind=EventKind.REVIEW_ASKED, data__instance=before.value).latest("pk")
    return set(case.events.filter(pk__lt=asked.pk).exclude(actor=None).values_list("actor", flat=True))


def review_under_way(case: Case) -> Review | None:
    """Return the request for a review about which is decided now, None while there is none."""
    reviews = case.reviews.pending().select_related("center", "from_center")
    pending: list[Review] = once(("reviews", case.pk), lambda: list(reviews))
    return pending[0] if pending else None


def opinion_to_execute(case: Case) -> Opinion | None:
    """Return the newest opinion of the present round that obliges to something not done yet; None without one.

    What a higher organ has changed or revoked obliges to nothing any more.
    """
    issued = case.opinions.issued().filter(round=case.round).exclude(outcome=OpinionOutcome.UPHELD)
    newest: Opinion | None = issued.last()
    return newest if newest and newest.execute_by and newest.executed_on is None else None


def unit_that_handled(case: Case) -> int | None:
    """Return the unit whose opinion about a claim was the last to be signed: it executes what is decided."""
    signed = case.opinions.issued().of_handling().filter(round=case.round)
    unit_id: int | None = signed.values_list("unit", flat=True).last()
    return unit_id


def leads_unit(unit_id: int | None, user: User, *, on: date) -> bool:
    """Return whether ``user`` leads a unit on ``on``."""
    posts = Post.objects.on_duty(on=on).filter(unit=unit_id, role=Role.UNIT_LEADER, user=user.pk)
    return unit_id is not None and posts.exists()


def directs(center_id: int, user: User, *, on: date) -> bool:
    """Return whether ``user`` directs a center on ``on``."""
    return Post.objects.on_duty(on=on).filter(center=center_id, role=Role.CENTER_DIRECTOR, user=user.pk).exists()
