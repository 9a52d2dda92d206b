from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Self

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Least

from cases.enums import Sensitivity
from cases.querysets import HANDLE, OnCaseQuerySet
from centers.reports import centers_in_scope
from core import clock
from core.scoping import ScopedQuerySet, has_part, is_staff_account, rows_of
from disputes.enums import (
    CourtResult,
    Direction,
    FollowUpState,
    JointAnswer,
    OrganAnswer,
    Satisfaction,
    SessionState,
)
from disputes.rules.groups import MEETS

if TYPE_CHECKING:
    from core.models import User

VIEW_COMMITTEES: Final = "disputes.view_committee"
CHANGE_COMMITTEES: Final = "disputes.change_committee"
RELATE: Final = "disputes.relate_case"


class CommitteeQuerySet(ScopedQuerySet):
    """The terms of mediation committees."""

    def visible_to(self, user: "User") -> Self:
        """Return the terms of the committees at the centers where ``user`` may see them, and below."""
        return self.filter(unit__center__in=centers_in_scope(user, VIEW_COMMITTEES))

    def governed_by(self, user: "User") -> Self:
        """Return the terms of the committees whose members ``user`` keeps on record."""
        return self.filter(unit__center__in=centers_in_scope(user, CHANGE_COMMITTEES))

    def in_office(self, *, on: date) -> Self:
        """Return the terms that run on ``on``."""
        return self.filter(starts_on__lte=on, ends_on__gte=on)


class CommitteeMemberQuerySet(ScopedQuerySet):
    """Who sits on mediation committees."""

    def visible_to(self, user: "User") -> Self:
        """Return the seats on the committees that ``user`` may see."""
        return self.filter(committee__in=rows_of("disputes.Committee").visible_to(user))

    def in_office(self, *, on: date) -> Self:
        """Return the seats that are held on ``on``; with the term of its committee every seat ends."""
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=on),
            starts_on__lte=on,
            committee__starts_on__lte=on,
            committee__ends_on__gte=on,
        )

    def until_the_end(self) -> Self:
        """Return the seats that last until the term ends."""
        return self.filter(ends_on=None)

    def not_over(self, *, on: date) -> Self:
        """Return the seats that are held on ``on`` or on any later day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on))


class DisputeQuerySet(OnCaseQuerySet):
    """A mediation is seen by those who see its case."""


class ConsentQuerySet(OnCaseQuerySet):
    """What parties said to mediation is seen by those who see the case."""

    def given(self, *, round_number: int, center_id: int) -> Self:
        """Return the consents to mediation by the committee of one center in one round."""
        return self.filter(is_given=True, round=round_number, center=center_id)


class SafetyFlagQuerySet(OnCaseQuerySet):
    """Whose safety is at stake in a matter is seen by those who see the matter."""

    def standing(self) -> Self:
        """Return the flags that nobody has cleared."""
        return self.filter(cleared_at=None)


class SafetyMeasureQuerySet(OnCaseQuerySet):
    """What was done for whoever is in danger is seen by those who see the matter."""

    def standing(self) -> Self:
        """Return what was done, without reports that were withdrawn as mistakes."""
        return self.filter(hand_off__withdrawn_at=None)


class HandOffQuerySet(OnCaseQuerySet):
    """What went between the mediation and an organ is seen by those who see the matter."""

    def incoming(self) -> Self:
        """Return what organs entrusted to the mediation, without what was withdrawn as a mistake."""
        return self.filter(direction=Direction.IN, withdrawn_at=None)

    def outgoing(self) -> Self:
        """Return what was handed out of the mediation, without what was withdrawn as a mistake."""
        return self.filter(direction=Direction.OUT, withdrawn_at=None)

    def owed(self) -> Self:
        """Return the entrusted ones whose organ knows no result, or only one that was sent back since."""
        return self.incoming().filter(Q(result=None) | Q(result__is_confirmed=False))

    def open_to_answer(self) -> Self:
        """Return the ones handed out of which the organ may still say more: nothing came, or it was taken up."""
        return self.outgoing().filter(answer__in=["", OrganAnswer.ACCEPTED])

    def to_withdraw(self) -> Self:
        """Return those that may have been recorded by mistake: no organ was told a result, and none has answered."""
        return self.filter(result=None, answer="", withdrawn_at=None)


class MediatorQuerySet(OnCaseQuerySet):
    """Who mediates a matter is seen by those who see the matter."""

    def of_round(self, number: int) -> Self:
        """Return who mediates in one round: those who were named and not replaced."""
        return self.filter(round=number, replaced_at=None)


class JointUnitQuerySet(ScopedQuerySet):
    """Units that were asked to take part in a mediation."""

    def visible_to(self, user: "User") -> Self:
        """Return what was asked of the units at which ``user`` holds a post today that handles matters.

        The matter itself stays out of their sight. One that is kept from them, or under seal, is not told at all.
        """
        if not is_staff_account(user):
            return self.none()
        handling = rows_of("centers.CenterGrant").live(on=clock.today())
        handling = handling.filter(user=user.pk, permission__codename=HANDLE.partition(".")[2])
        posts = rows_of("centers.Post").filter(grants__in=handling, unit__isnull=False)
        openly = ~Q(case__sensitivity=Sensitivity.SEALED)
        return self.filter(openly & has_part(user, in_matter="case_id"), unit__in=posts.values("unit"))

    def standing(self, *, round_number: int) -> Self:
        """Return the units asked in one round that have not declined and were not released."""
        return self.filter(round=round_number, released_at=None).exclude(answer=JointAnswer.DECLINED)

    def unanswered(self) -> Self:
        """Return what units were asked in the present round of a matter, and have not answered."""
        return self.filter(answer="", released_at=None, round=F("case__round"), case__closed_at=None)

    def taking_part(self, *, round_number: int) -> Self:
        """Return the units that take part in one round: they agreed and were not released."""
        return self.standing(round_number=round_number).filter(answer=JointAnswer.AGREED)


class RelationQuerySet(ScopedQuerySet):
    """Which matters belong together."""

    def visible_to(self, user: "User") -> Self:
        """Return the relations between matters both of which ``user`` sees."""
        seen = rows_of("cases.Case").visible_to(user).values("pk")
        return self.filter(case__in=seen, other__in=seen)

    def standing(self) -> Self:
        """Return the relations that nobody has ended."""
        return self.filter(ended_at=None)

    def of(self, case_id: int) -> Self:
        """Return the relations of one matter, whichever of the two it is."""
        return self.filter(Q(case=case_id) | Q(other=case_id))


class DisputeGroupQuerySet(ScopedQuerySet):
    """Groups of disputes that are heard together."""

    def visible_to(self, user: "User") -> Self:
        """Return the groups of the disputes that ``user`` sees; how many others there are is another question."""
        return self.filter(pk__in=rows_of("disputes.GroupMember").visible_to(user).values("group"))


class GroupMemberQuerySet(OnCaseQuerySet):
    """That a dispute is in a group is seen by those who see the dispute."""

    def standing(self) -> Self:
        """Return the disputes that are heard together now: in a group, mediated openly, and nobody is in danger."""
        flagged = rows_of("disputes.SafetyFlag").standing().filter(case=OuterRef("case"))
        return self.filter(
            ~Exists(flagged),
            left_at=None,
            group__ended_at=None,
            round=F("case__round"),
            case__sensitivity=Sensitivity.NORMAL,
            case__dispute__state__in=MEETS,
        )

    def together(self) -> Self:
        """Return those of these rows that share their group with another one of these."""
        others = self.filter(group=OuterRef("group")).exclude(pk=OuterRef("pk"))
        return self.filter(Exists(others))


class RepresentativeQuerySet(OnCaseQuerySet):
    """Who represents parties is seen by those who see the matter of the representative."""

    def standing(self) -> Self:
        """Return those who represent parties now: not ended, and their own dispute stands in its group."""
        return self.filter(ended_at=None, member__in=rows_of("disputes.GroupMember").standing())


class ObligationQuerySet(OnCaseQuerySet):
    """What the parties undertook is seen by those who see the case."""

    def open(self) -> Self:
        """Return the obligations that are not done."""
        last = rows_of("disputes.Performance").filter(obligation=OuterRef("pk"), is_last=True)
        return self.filter(~Exists(last))

    def of_newest_agreement(self, case_id: int) -> Self:
        """Return what the agreement says that the case has now; one that was returned binds nobody."""
        newest = rows_of("disputes.Agreement").filter(case=case_id).order_by("-pk").values("pk")[:1]
        return self.filter(agreement=newest)

    def with_performed(self) -> Self:
        """Annotate ``performed``, the yuan that were paid of each so far, and ``is_done``."""
        last = rows_of("disputes.Performance").filter(obligation=OuterRef("pk"), is_last=True)
        return self.annotate(performed=Sum("performances__amount", default=Decimal(0)), is_done=Exists(last))


class SessionQuerySet(OnCaseQuerySet):
    """The sessions of a mediation are seen by those who see the case."""

    def planned(self) -> Self:
        """Return the sessions that are still to come, or of which the record is still to be written."""
        return self.filter(state=SessionState.PLANNED)

    def to_come(self) -> Self:
        """Return those of the planned ones whose mediation goes on, in the round for which they were planned."""
        return self.planned().filter(round=F("case__round"), case__dispute__state__in=MEETS)

    def held(self) -> Self:
        """Return the sessions that were held and recorded."""
        return self.filter(state=SessionState.HELD)


class AttendanceQuerySet(OnCaseQuerySet):
    """Who is asked to a session is seen by those who see the case."""

    def with_departure(self) -> Self:
        """Annotate ``gone_at``: since when somebody has no part in the matter, or their unit is released; else None.

        Of whoever is recused through an office it is the day of the last such recusal of the matter.
        """
        recused = rows_of("cases.RecusedPerson").filter(case=OuterRef("case"), user=OuterRef("person"))
        why = rows_of("cases.Recusal").filter(Q(person=OuterRef("person")) | Q(person=None), case=OuterRef("case"))
        since = Subquery(why.order_by("person", "-recorded_at").values("recorded_at")[:1])
        return self.annotate(gone_at=Least(Case(When(Exists(recused), then=since)), F("joint_unit__released_at")))

    def still_asked(self) -> Self:
        """Return those who have a part in their session as it is planned: nobody is gone by its beginning."""
        return self.with_departure().filter(Q(gone_at=None) | Q(gone_at__gt=F("session__starts_at")))


class ConfirmationQuerySet(OnCaseQuerySet):
    """Applications for judicial confirmation are seen by those who see the case."""

    def waiting(self) -> Self:
        """Return those that the court has not decided."""
        return self.filter(result="")

    def standing(self) -> Self:
        """Return those that keep out another one: they wait for the court, or the court has confirmed."""
        return self.filter(result__in=["", CourtResult.CONFIRMED])


class FollowUpQuerySet(OnCaseQuerySet):
    """Follow-ups are seen by those who see the case."""

    def due(self, *, on: date) -> Self:
        """Return those that are to be done by ``on``."""
        return self.filter(state=FollowUpState.DUE, due_on__lte=on)

    def to_judge(self) -> Self:
        """Return those in which somebody was dissatisfied and nobody has decided what is done about it.

        A matter that was taken up again since has that for an answer: of the rounds before nothing is asked any more.
        """
        return self.filter(result=Satisfaction.DISSATISFIED, verdict="", agreement__result__round=F("case__round"))

    def drop(self) -> int:
        """Give up what was still to be asked of an agreement that binds no more; return how many follow-ups it was."""
        return self.filter(state=FollowUpState.DUE).update(state=FollowUpState.DROPPED)
