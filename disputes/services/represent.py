"""Who speaks for the parties of disputes that are heard together: a few of them, whom they chose on a day."""

from collections.abc import Collection
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from cases.models import Party
from core import audit, clock
from core.audit import AuditAct
from core.errors import DomainError
from core.models import User
from disputes.models import Representative
from disputes.rules.groups import MOST_REPRESENTATIVES, are_few_enough, may_be_chosen_on
from disputes.services.obtain import OpenGroup, obtain_group


class TooManyRepresentatives(DomainError):
    """More would speak for the parties than may."""

    code = "too_many_representatives"


@transaction.atomic
def name_representatives(
    case_id: int, *, party_ids: Collection[int], chosen_on: date, actor: User, now: datetime
) -> list[Representative]:
    """Write down whom the parties of a group chose on one day to speak for them.

    The disputes are locked, so that two at once name no sixth. Somebody who represents already is named anew and binds
    from now on those who joined since. Raises TooManyRepresentatives, DomainError for whoever is no party of the group
    and for a day before a dispute of it came in or after today, and what ``obtain_group`` raises.
    """
    opened = obtain_group(case_id, actor=actor)
    members = {member.case_id: member for member in opened.members}
    parties = list(Party.objects.filter(pk__in=party_ids, case__in=members).order_by("pk"))
    if not parties or len(parties) != len(set(party_ids)):
        raise DomainError(_("Only parties of the disputes in the group represent the others."))
    _check_day(opened, chosen_on, today=clock.local_day(now))
    standing = Representative.objects.standing().filter(member__in=opened.members)
    check_number(standing.exclude(party__in=parties).count() + len(parties))
    _end_those_before(list(standing.filter(party__in=parties)), actor=actor, now=now)
    told = {"chosen_on": chosen_on, "named_by": actor, "named_at": now}
    rows = [Representative(case_id=one.case_id, member=members[one.case_id], party=one, **told) for one in parties]
    for row in Representative.objects.bulk_create(rows):
        audit.record(AuditAct.TRANSITION, actor=actor, subject=row.case, data={"represents": row.pk}, now=now)
    return rows


@transaction.atomic
def end_representative(
    case_id: int, *, representative_id: int, reason: str, actor: User, now: datetime
) -> Representative:
    """Let somebody represent the parties of a group no more, with the reason; it stays on record.

    Raises Representative.DoesNotExist for one that is ended or of another group, and what ``obtain_group`` raises.
    """
    opened = obtain_group(case_id, actor=actor)
    standing = Representative.objects.standing().filter(member__in=opened.members)
    row = standing.select_related("case").get(pk=representative_id)
    _end(row, reason=reason, actor=actor, now=now)
    audit.record(AuditAct.TRANSITION, actor=actor, subject=row.case, data={"represents_no_more": row.pk}, now=now)
    return row


def check_number(representatives: int) -> None:
    """Raise TooManyRepresentatives where more would speak for the parties of a group than may."""
    if not are_few_enough(representatives):
        raise TooManyRepresentatives(
            _("At most %(most)s represent the parties of a group. End the representation of another one first."),
            most=MOST_REPRESENTATIVES,
        )


def _check_day(opened: OpenGroup, chosen_on: date, *, today: date) -> None:
    received = {clock.local_day(one.case.received_at): one.case.number for one in opened.members}
    if may_be_chosen_on(chosen_on, received_on=received.keys(), today=today):
        return
    latest = max(received)
    raise DomainError(
        _("%(number)s came in on %(day)s: the parties chose together between that day and today. Check the day."),
        number=received[latest],
        day=latest.isoformat(),
    )


def _end_those_before(rows: list[Representative], *, actor: User, now: datetime) -> None:
    with override(settings.LANGUAGE_CODE):
        reason = gettext("Named anew")
    for row in rows:
        _end(row, reason=reason, actor=actor, now=now)


def _end(row: Representative, *, reason: str, actor: User, now: datetime) -> None:
    row.ended_by, row.ended_at, row.end_reason = actor, now, reason
    row.save(update_fields=["ended_by", "ended_at", "end_reason"])
