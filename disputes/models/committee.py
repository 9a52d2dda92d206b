"""People's mediation committees, term by term, and who sits on them."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from cases.enums import Category
from centers.models import Center, Unit
from disputes.enums import FormedBy, Language, MinorityMember, Seat
from disputes.querysets import CommitteeMemberQuerySet, CommitteeQuerySet
from disputes.rules.committees import Statement

# Ranges of numbers, since these need no extension of the database.
_SAME_COMMITTEE = (Func(F("committee"), F("committee"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS)
_SAME_DAYS = (Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange"), RangeOperators.OVERLAPS)


class Committee(models.Model):
    """One term of one mediation committee, from the day on which it was formed until the day on which it ends.

    Whether a woman, and where several peoples live somebody of the smaller ones, is among the members the committee
    states as a whole; of no person is it kept.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="terms", verbose_name=_("mediation committee"))
    starts_on = models.DateField(_("first day of the term"))
    ends_on = models.DateField(_("last day of the term"))
    formed_by = models.CharField(_("how it was formed"), max_length=10, choices=FormedBy.choices)
    has_woman = models.BooleanField(_("a woman is among the members"))
    minority = models.CharField(
        _("a member of the smaller peoples of the area"), max_length=8, choices=MinorityMember.choices
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    opened_at = models.DateTimeField(_("recorded"))

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        verbose_name = _("term of a mediation committee")
        verbose_name_plural = _("mediation committees")
        ordering = ["unit__center__code", "unit", "-starts_on"]
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="committee_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(
                    ends_on__lt=Func(
                        F("starts_on"),
                        template="(%(expressions)s + interval '3 years')::date",
                        output_field=models.DateField(),
                    )
                ),
                name="committee_three_years_at_most",
            ),
            ExclusionConstraint(
                name="committee_one_term_at_a_time",
                expressions=[
                    (Func(F("unit"), F("unit"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    _SAME_DAYS,
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit.name} {self.starts_on:%Y-%m-%d} – {self.ends_on:%Y-%m-%d}"

    @property
    def center(self) -> Center:
        return self.unit.center

    @property
    def statement(self) -> Statement:
        """What the committee says of itself as a whole."""
        return Statement(self.has_woman, MinorityMember(self.minority))


class CommitteeMember(models.Model):
    """One seat of one person on a committee, from a day until a day, at most until the term ends.

    Whoever changes seats, as a member who becomes the chair, has one row for each. A member without an account is
    known by name and mediates nothing here.
    """

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="members")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("account")
    )
    name = models.CharField(_("name"), max_length=40)
    seat = models.CharField(_("seat"), max_length=8, choices=Seat.choices)
    categories = ArrayField(
        models.CharField(max_length=3, choices=Category.choices),
        default=list,
        verbose_name=_("categories taken"),
    )
    languages = ArrayField(
        models.CharField(max_length=10, choices=Language.choices),
        default=list,
        verbose_name=_("languages and dialects"),
    )
    dialects = models.CharField(_("local dialects"), max_length=60, blank=True)
    starts_on = models.DateField(_("seat held from"))
    ends_on = models.DateField(_("seat held until"), null=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("recorded"))

    objects = CommitteeMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a mediation committee")
        verbose_name_plural = _("members of mediation committees")
        ordering = ["starts_on", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="committeemember_has_name"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="committeemember_ends_after_it_starts"
            ),
            ExclusionConstraint(
                name="committeemember_one_chair_at_a_time",
                condition=Q(seat=Seat.CHAIR),
                expressions=[_SAME_COMMITTEE, _SAME_DAYS],
            ),
            ExclusionConstraint(
                name="committeemember_one_seat_at_a_time",
                condition=Q(person__isnull=False),
                expressions=[
                    _SAME_COMMITTEE,
                    _SAME_DAYS,
                    (Func(F("person"), F("person"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.committee_id} {self.name}"

    def category_labels(self) -> str:
        """Return the categories that the person takes, in the reader's language; all where none is named."""
        return "、".join(str(Category(one).label) for one in self.categories) or str(_("All categories"))

    def language_labels(self) -> str:
        """Return what the person speaks, in the reader's language."""
        said = [str(Language(one).label) for one in self.languages]
        return "、".join([*said, *([self.dialects] if self.dialects else [])]) or "—"
