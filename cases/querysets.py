from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Self

from django.contrib.postgres.functions import TransactionNow
from django.db.models import CharField, Exists, F, Func, OuterRef, Q, Value

from cases.enums import Sensitivity, Stage
from cases.rules.extensions import EXTENDABLE
from cases.rules.sensitivity import ASKS_LAPSE_AFTER
from centers.enums import Level
from centers.reports import Scope, scope_of, scopes_of
from centers.rules import LEVELS
from core.bulk import among
from core.scoping import PublicQuerySet, ScopedQuerySet, has_part, rows_of

HANDLE: Final = "cases.handle_case"
EXTEND: Final = "cases.extend_case"
EXTEND_AT_TOP: Final = "cases.extend_top_case"  # gives EXTEND on what the center itself holds, with none above it
ASSIGN: Final = "cases.assign_case"
ATTACH: Final = "cases.attach_file"
DECLARE: Final = "cases.declare_interest"
SEALED: Final = "cases.view_sealed_case"
RAISE: Final = "cases.raise_sensitivity"
ASK_IDENTITY: Final = "cases.ask_identity"
DECIDE_IDENTITY: Final = "cases.decide_identity"
SEEING: Final = ("cases.view_case", SEALED, HANDLE)
# What the center that holds a case does, or one above it; a center below has handed it on, or was too late.
HOLDERS_ACTS: Final = frozenset({"cases.triage_case", ASSIGN, "cases.verify_case"})

# The longest way from a limit's last day to its last step: ten working days over the longest holiday.
LONGEST_LADDER: Final = timedelta(days=31)

if TYPE_CHECKING:
    from cases.models import ClockRule
    from centers.models import Center
    from core.models import User


def _seen_by(user: "User", scopes: dict[str, Scope]) -> Q:
    """Return what ``user`` may know of: their centers' cases and their desk's, under seal only with that right.

    Whoever may look under the seal also sees what is confidential. A recusal wins over every right.
    """
    on_my_desk = Q(handler=user.pk) & scopes[HANDLE].covers()
    openly = ~Q(sensitivity=Sensitivity.SEALED) & (scopes["cases.view_case"].covers() | on_my_desk)
    return (openly | ~Q(sensitivity=Sensitivity.NORMAL) & scopes[SEALED].covers()) & has_part(user, in_matter="pk")


def _reached_by(user: "User", permission: str, scopes: dict[str, Scope]) -> Q:
    scope = scopes[permission]
    if permission in HOLDERS_ACTS:
        return _held_within(scope)
    if permission == EXTEND:
        return _held_below(scope) | _held_at_top(scopes[EXTEND_AT_TOP])
    return scope.covers() & Q(handler=user.pk) if permission == HANDLE else scope.covers()


def _rights_behind(permission: str) -> tuple[str, ...]:
    return (EXTEND, EXTEND_AT_TOP) if permission == EXTEND else (permission,)


class CaseQuerySet(ScopedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the cases that arose under the centers whose cases ``user`` may see, and those on their own desk."""
        return self.filter(_seen_by(user, scopes_of(user, *SEEING)))

    def obtainable_by(self, user: "User", permission: str) -> Self:
        """Return the cases that are visible to ``user`` and within reach of the right, in one look at the rights."""
        scopes = scopes_of(user, *SEEING, *_rights_behind(permission))
        return self.filter(_seen_by(user, scopes) & _reached_by(user, permission, scopes))

    def reachable_by(self, user: "User", permission: str) -> Self:
        """Return the cases that arose where ``user`` holds ``permission``.

        For handling, those on their own desk; for a holder's acts, those held where or below where it is held; for
        extensions, those held below it, and for whoever directs a center that has none above it those held there.
        """
        scopes = scopes_of(user, *_rights_behind(permission))
        return self.filter(_reached_by(user, permission, scopes) & has_part(user, in_matter="pk"))

    def belonging_to(self, center: "Center", *, on: date) -> Self:
        """Return the cases whose place belonged to ``center`` on ``on``, by the tree of that day."""
        places, level = rows_of("cases.CasePlace").filter(until_on__gte=on), center.level
        earlier = places.filter(case=OuterRef("case"), pk__lt=OuterRef("pk"))
        then = places.filter(~Exists(earlier), **{level: center.pk})
        unmoved = Q(**{level: center.pk}) & ~Exists(places.filter(case=OuterRef("pk")))
        return self.filter(unmoved | Q(pk__in=then.values("case")))

    def open(self) -> Self:
        """Return the cases that are not closed."""
        return self.filter(closed_at=None)

    def archived(self) -> Self:
        """Return the closed cases the file of whose last round is in the archive."""
        return self.exclude(closed_at=None).filter(_file_of_the_round())

    def to_archive(self) -> Self:
        """Return the closed cases the file of whose last round is not in the archive yet."""
        return self.exclude(closed_at=None).exclude(_file_of_the_round())

    def late(self, *, at: datetime) -> Self:
        """Return the open cases whose nearest limit had passed at ``at``."""
        return self.open().filter(due_at__lte=at)

    def due_between(self, start: datetime, end: datetime) -> Self:
        """Return the open cases whose nearest limit ends after ``start`` and not after ``end``."""
        return self.open().filter(due_at__gt=start, due_at__lte=end)

    def to_triage(self) -> Self:
        """Return the cases that nobody has graded yet."""
        return self.open().filter(stage=Stage.REGISTERED)

    def to_sign_for(self) -> Self:
        """Return the graded cases that came to a center where nobody has taken them over yet."""
        waiting = rows_of("cases.Transfer").waiting().filter(case=OuterRef("pk"))
        return self.open().exclude(stage=Stage.REGISTERED).filter(Exists(waiting))

    def to_verify(self) -> Self:
        """Return the cases whose reported result waits to be checked."""
        return self.open().filter(stage=Stage.REPORTED)

    def to_extend(self) -> Self:
        """Return the cases on which an extension of a limit that is not over waits to be decided."""
        return self.open().filter(Exists(rows_of("cases.Extension").to_decide().filter(clock__case=OuterRef("pk"))))

    def to_reveal(self, user: "User", *, at: datetime) -> Self:
        """Return the cases on which somebody but ``user`` waits for leave to be shown who brought them."""
        asked = rows_of("cases.IdentityReveal").waiting(at=at).exclude(asked_by=user.pk)
        return self.filter(Exists(asked.filter(case=OuterRef("pk"))))

    def to_lower(self, user: "User", *, at: datetime) -> Self:
        """Return the cases of which somebody but ``user`` has proposed that they be kept less closely."""
        asked = rows_of("cases.SensitivityChange").waiting(at=at).exclude(asked_by=user.pk)
        return self.filter(Exists(asked.filter(case=OuterRef("pk"))))

    def paused(self) -> Self:
        """Return the open cases a limit of which does not count now."""
        return self.open().filter(has_paused_limit())

    def climbed(self) -> Self:
        """Return the open cases that moved up because a limit had passed."""
        return self.open().filter(climbed_at__isnull=False)

    def on_desk_of(self, user: "User") -> Self:
        """Return the open cases that ``user`` handles."""
        return self.open().filter(handler=user.pk)

    def with_is_paused(self) -> Self:
        """Annotate ``is_paused``: a limit of the case does not count now."""
        return self.annotate(is_paused=has_paused_limit())


def _file_of_the_round() -> Exists:
    return Exists(rows_of("cases.ArchivedFile").filter(case=OuterRef("pk"), round=OuterRef("round")))


def has_paused_limit() -> Exists:
    """Return the condition "a limit of the case does not count now"."""
    return Exists(rows_of("cases.Clock").paused().filter(case=OuterRef("pk")))


def _held_within(scope: Scope) -> Q:
    """Return the condition "arose under one of the scope's centers, and is held there or below"."""
    return _held_from(scope, 0)


def _held_below(scope: Scope) -> Q:
    """Return the condition "arose under one of the scope's centers, and is held below it"."""
    return _held_from(scope, 1)


def _held_at_top(scope: Scope) -> Q:
    """Return the condition "held by one of the scope's centers, above which there is none"."""
    ids = [pk for pks in scope.center_ids.values() for pk in pks]
    return Q(holder__in=ids, holder__parent=None)


def _held_from(scope: Scope, levels_down: int) -> Q:
    condition = Q(pk__in=[])
    for level, ids in scope.center_ids.items():
        held_at = LEVELS[LEVELS.index(Level(level)) + levels_down :]
        condition |= Q(**{f"{level}__in": ids}, holder__level__in=held_at)
    return condition


class OnCaseQuerySet(ScopedQuerySet):
    """Rows that belong to a case are seen by those who see the case."""

    def visible_to(self, user: "User") -> Self:
        """Return the rows of the cases ``user`` may see."""
        return self.filter(case__in=rows_of("cases.Case").visible_to(user))


class AttachmentQuerySet(OnCaseQuerySet):
    def kept(self) -> Self:
        """Return the attachments that have not been withdrawn."""
        return self.filter(withdrawn_at=None)


class AttachmentContentQuerySet(ScopedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the contents of the attachments to the cases ``user`` may see."""
        return self.filter(attachment__in=rows_of("cases.Attachment").visible_to(user))


class PaperQuerySet(OnCaseQuerySet):
    def of_round(self, number: int) -> Self:
        """Return the papers in the file of one round of each matter."""
        return self.filter(round=number)

    def kept(self) -> Self:
        """Return the papers that have not been withdrawn."""
        return self.filter(withdrawn_at=None)

    def withdrawn(self) -> Self:
        """Return the papers that were withdrawn, each with who did it."""
        return self.exclude(withdrawn_at=None).select_related("withdrawn_by")


class PaperContentQuerySet(ScopedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the contents of the papers of the cases ``user`` may see."""
        return self.filter(paper__in=rows_of("cases.Paper").visible_to(user))


class PaperTemplateQuerySet(PublicQuerySet):
    """The forms of offices are public within the house, and hold nothing about anybody."""

    def newest(self) -> Self:
        """Return the newest version of each kind at each center, withdrawn or not."""
        return self.order_by("center_id", "kind", "-version").distinct("center_id", "kind")


class PaperTemplateContentQuerySet(PublicQuerySet):
    """The documents of the forms are as public as the forms."""


class AskedQuerySet(OnCaseQuerySet):
    """What one person asks for and a second one decides."""

    def waiting(self, *, at: datetime) -> Self:
        """Return what nobody has decided, and has not lapsed at ``at``."""
        return self.filter(state="asked", asked_at__gt=at - ASKS_LAPSE_AFTER)


class IdentityRevealQuerySet(AskedQuerySet):
    def running_for(self, user: "User", *, at: datetime | TransactionNow) -> Self:
        """Return those by which ``user`` is shown an identity at ``at``."""
        return self.filter(asked_by=user.pk, state="approved", ends_at__gt=at)


class IdentityQuerySet(ScopedQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Return the identities that ``user`` is shown by leave of a second person, at the database's own moment."""
        running = rows_of("cases.IdentityReveal").visible_to(user).running_for(user, at=TransactionNow())
        return self.filter(party__case__in=running.values("case"))


class RecusedPersonQuerySet(ScopedQuerySet):
    def among(self, case_ids: Iterable[int]) -> Self:
        """Return who has no part in which of these cases."""
        return self.filter(among("case", case_ids))

    def visible_to(self, user: "User") -> Self:  # noqa: ARG002 - the same for everybody
        """Return nothing: who has no part in what is read by rules, never shown."""
        return self.none()


class TransferQuerySet(OnCaseQuerySet):
    def waiting(self) -> Self:
        """Return the moves that nobody has signed for yet."""
        return self.filter(signed_at=None, superseded_at=None)


class ClockQuerySet(OnCaseQuerySet):
    def running(self) -> Self:
        """Return the clocks that count now."""
        return self.filter(state="running")

    def paused(self) -> Self:
        """Return the clocks that do not count now, and are not over."""
        return self.filter(state="paused")

    def open(self) -> Self:
        """Return the clocks that are not over: those that count, and those that are paused."""
        return self.filter(state__in=["running", "paused"])

    def to_extend(self, *, at: datetime) -> Self:
        """Return the clocks for which an extension may be asked at ``at``: they run, and none has been asked for."""
        asked = rows_of("cases.Extension").to_decide().filter(clock=OuterRef("pk"))
        return self.running().filter(~Exists(asked), kind__in=EXTENDABLE, due_at__gte=at)

    def touched_by(self, days: "Iterable[tuple[date, Center | None]]") -> Self:
        """Return the clocks between whose first day and last step one of ``days`` may lie, in whose region it is.

        Of several days in one place everything from the first to the last counts as touched.
        """
        by_place: dict[Center | None, list[date]] = defaultdict(list)
        for on, center in days:
            by_place[center].append(on)
        touched = Q(pk__in=[])
        for center, theirs in by_place.items():
            place = Q(**{f"case__{center.level}": center.pk}) if center else Q()
            touched |= place & Q(started_on__lte=max(theirs), due_on__gte=min(theirs) - LONGEST_LADDER)
        return self.filter(touched)


class OfClockQuerySet(ScopedQuerySet):
    """Rows that belong to a clock are seen by those who see the clock's case."""

    def visible_to(self, user: "User") -> Self:
        """Return the rows of the clocks on the cases ``user`` may see."""
        return self.filter(clock__in=rows_of("cases.Clock").visible_to(user))


class ExtensionQuerySet(OfClockQuerySet):
    def to_decide(self) -> Self:
        """Return the requests that wait to be decided, on limits that are not over."""
        return self.filter(state="asked", clock__state__in=["running", "paused"])

    def granted(self) -> Self:
        """Return the extensions that were granted."""
        return self.filter(state="granted")

    def to_tell(self) -> Self:
        """Return the granted extensions of which the applicant has not been told yet."""
        return self.granted().filter(told_on=None)


class ClockStepQuerySet(OfClockQuerySet):
    def waiting(self) -> Self:
        """Return the steps that have neither fired nor been cancelled nor been set aside."""
        return self.filter(fired_at=None, cancelled_at=None, failed_at=None)

    def due(self, *, at: datetime) -> Self:
        """Return the waiting steps whose moment had come at ``at``, the oldest first."""
        return self.waiting().filter(at__lte=at).order_by("at", "pk")

    def set_aside(self) -> Self:
        """Return the steps whose effects were refused and that wait to be tried again, each with its ``error_name``."""
        name = Func(F("error"), Value(":"), Value(1), function="split_part", output_field=CharField())
        return self.filter(failed_at__isnull=False).annotate(error_name=name)

    def reachable_by(self, user: "User", permission: str) -> Self:
        """Return the steps of cases that arose where ``user`` holds ``permission``, seen by them or not."""
        return self.filter(scope_of(user, permission).covers("clock__case__"))

    def newest_due(self, *, at: datetime) -> Self:
        """Return the last step of each clock among those whose moment had come at ``at``; a tie goes to the later row.

        One pass over what is due, by whichever index: asked of every step whether a later one is due, the server may
        read all that is due for each.
        """
        return self.due(at=at).order_by("clock_id", "-at", "-pk").distinct("clock_id")


class ClockRuleQuerySet(PublicQuerySet):
    """The rules are public, and hold nothing about anybody."""

    def about_the_same_as(self, rule: "ClockRule") -> Self:
        """Return the rules with the scope of ``rule`` that came, or will come, into force, the oldest first."""
        kind, center, level, grade, category = rule.scope
        same = self.filter(kind=kind, center=center, level=level, grade=grade, category=category)
        return same.exclude(valid_until__lt=F("valid_from")).order_by("valid_from")

    def not_over(self, *, on: date) -> Self:
        """Return the rules that hold on ``on`` or later."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=on)).exclude(valid_until__lt=F("valid_from"))

    def seen_from(self, chain: Iterable[int]) -> Self:
        """Return the rules that hold everywhere, and those of the centers in ``chain``."""
        return self.filter(Q(center=None) | Q(center__in=list(chain)))
