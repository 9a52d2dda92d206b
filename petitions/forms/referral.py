"""The forms of referral: to whom it goes, who signs for it, and why a unit says that it is not its own."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.forms.acts import HandlerField, choose_from
from cases.forms.fields import ChoiceField, DayField, LongTextField, RowField, TextField
from cases.reports.recusals import handlers_of
from centers.models import Post, Unit
from core import clock
from core.admin import ActForm
from core.models import User
from petitions.enums import NoticeKind, ReferralKind
from petitions.forms.acts import ServeNoticeForm
from petitions.reports.referrals import superior_of, units_for
from petitions.rules.referral import SHORTEST_REASON
from petitions.services.refer import NewReferral


class UnitField(RowField):
    """A unit, with its center."""

    def label_from_instance(self, obj: Unit) -> str:
        return f"{obj.name}（{obj.center.name}）"


class ReferForm(ActForm):
    kind = ChoiceField(
        choices=ReferralKind.choices,
        label=_("How it is passed"),
        help_text=_("What is assigned is reported back by a day, with a report, and checked here (art. 22)."),
    )
    to_unit = UnitField(
        queryset=Unit.objects.none(),
        label=_("Unit"),
        help_text=_("Whom it complains of, and a unit that nobody leads, is not offered."),
    )
    requirement = LongTextField(max_length=500, label=_("What is asked of it"))
    result_due_on = DayField(
        label=_("Result reported by"), required=False, initial=None, help_text=_("Only of what is assigned.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = [unit.pk for unit in self.offered() if unit.pk != self.left_out()]
        choose_from(self, "to_unit", Unit.objects.filter(pk__in=units).select_related("center"))

    def offered(self) -> list[Unit]:
        return units_for(self.row, on=clock.today())

    def left_out(self) -> int | None:
        unit_id: int | None = self.row.unit_id
        return unit_id

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "kind" in data and (data["kind"] == ReferralKind.ASSIGN) != bool(data.get("result_due_on")):
            self.add_error(
                "result_due_on",
                _("Say what is asked of the unit, and of what is assigned by when it reports the result."),
            )
        if self.errors:
            return data
        given = {name: data[name] for name in ("to_unit", "requirement", "result_due_on")}
        return data | {"new": NewReferral(kind=ReferralKind(data["kind"]), **given)}


class CompetenceForm(ReferForm):
    """The common superior names the unit, the one that objected last included."""

    def offered(self) -> list[Unit]:
        return units_for(self.row, on=clock.today(), within=superior_of(self.row))

    def left_out(self) -> int | None:
        return None


class ReceiveForm(ActForm):
    handler = HandlerField(queryset=User.objects.none(), label=_("Handler"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        serving = Post.objects.on_duty(on=clock.today()).filter(unit=self.row.unit_id).values("user")
        people = [person.pk for person in handlers_of(self.row, on=clock.today())]
        choose_from(self, "handler", User.objects.get_queryset().filter(pk__in=people).filter(pk__in=serving))


class ObjectForm(ActForm):
    reasons = LongTextField(
        max_length=1000,
        min_length=SHORTEST_REASON,
        label=_("Reasons"),
        error_messages={
            "min_length": _(
                "Give detailed reasons, with the remit they rest on (Regulations on Petition Work, art. 23)."
            )
        },
        help_text=_("In detail, with the remit they rest on (art. 23). The limits of the petition go on."),
    )
    suggested = TextField(max_length=120, label=_("Competent unit instead"), required=False)


class DecisionForm(ActForm):
    decision = LongTextField(max_length=500, label=_("Reason of the decision"))


class ServeReferralForm(ServeNoticeForm):
    """Where a petition went, as whoever sent it tells the petitioner."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "notice", self.row.petition_notices.owed().filter(kind=NoticeKind.REFERRAL))
