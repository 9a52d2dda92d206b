"""To which units a petition can be referred, how its referrals stand, and who decides about an objection."""

from datetime import date, datetime

from cases.enums import ClockKind
from cases.models import Case, Recusal, RecusedPerson
from cases.reports.recusals import Recusals
from centers.enums import Level, Role, UnitKind
from centers.models import Center, Post, Unit
from centers.reports import rights_of
from centers.rules import LEVELS
from core.models import User
from petitions.enums import ClaimRoute, ReferralKind
from petitions.models import Referral
from petitions.rules.procedure import issues_opinions
from petitions.rules.referral import common_level, superior_decides


def units_for(case: Case, *, on: date, within: Center | None = None) -> list[Unit]:
    """Return the units to which a petition can be referred from ``within``, or from where it is held.

    They lie over the place where it arose, at that level or below, and somebody leads them; whom it complains of, who
    has no part in it, and for a claim that only an opinion decides who issues none, is left out (art. 30).
    """
    sender = within or case.holder
    levels = LEVELS[LEVELS.index(Level(sender.level)) :]
    ids = [pk for level in levels if (pk := getattr(case, f"{level}_id")) is not None]
    recusals = Recusals.of([case.pk])
    open_ones = [center for center in Center.objects.filter(pk__in=ids) if not recusals.exclude_center(case.pk, center)]
    recused_people = RecusedPerson.objects.filter(case=case.pk).values("user")
    leaders = Post.objects.on_duty(on=on).filter(role=Role.UNIT_LEADER).exclude(user__in=recused_people)
    recused_units = Recusal.objects.filter(case=case.pk, unit__isnull=False).values("unit")
    units = Unit.objects.filter(center__in=open_ones, pk__in=leaders.values("unit")).exclude(pk__in=recused_units)
    needs_opinion = case.petition.route == ClaimRoute.PETITION
    found = units.select_related("center").order_by("center__path", "name", "pk")
    return [unit for unit in found if not needs_opinion or issues_opinions(UnitKind(unit.kind))]


def referrals_of(case: Case) -> list[Referral]:
    """Return the referrals of the present round, the oldest first."""
    rows = case.referrals.filter(round=case.round).select_related("from_center", "to_unit__center")
    return list(rows.order_by("pk"))


def last_referral(case: Case) -> Referral | None:
    """Return the referral under which a petition lies with a unit or is objected to; None where it lies with none."""
    rows = referrals_of(case)
    return rows[-1] if rows and not rows[-1].is_upheld else None


def is_for_superior(case: Case) -> bool:
    """Return whether the common superior decides about the objection that is open, or would be the next."""
    return superior_decides(sum(row.decided_at is not None for row in referrals_of(case)))


def superior_of(case: Case) -> Center:
    """Return the common superior of all that said something about whose petition it is (art. 24)."""
    rows = referrals_of(case)
    centers = {center.pk: center for row in rows for center in (row.from_center, row.to_unit.center)}
    level = common_level(Level(center.level) for center in centers.values())
    return next(center for center in centers.values() if center.level == level)


def may_still_object(case: Case, referral: Referral, *, now: datetime) -> bool:
    """Return whether the five working days to object to a referral are not over (art. 23)."""
    return case.clocks.filter(kind=ClockKind.PET_OBJECT, key__endswith=f":{referral.pk}", due_at__gt=now).exists()


def assigned_by(case: Case) -> Center | None:
    """Return who wants to be told the result of an assigned petition; None of one that was not assigned."""
    referral = last_referral(case)
    return referral.from_center if referral and referral.kind == ReferralKind.ASSIGN else None


def checks_for(case: Case, user: User) -> bool:
    """Return whether ``user`` may check a result for whoever assigned the petition, or for a center above."""
    assigner = assigned_by(case)
    if assigner is None:
        return True
    levels = LEVELS[: LEVELS.index(Level(assigner.level)) + 1]
    places = set(case.center_ids(Level(assigner.level)))
    held = [right for right in rights_of(user) if right.permission == "cases.verify_case"]
    return any(Level(right.level) in levels and right.center_id in places for right in held)
