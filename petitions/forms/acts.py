from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.enums import Category, Grade
from cases.forms.acts import HandlerField, choose_from, offer_handlers
from cases.forms.fields import ChoiceField, DayField, LongTextField, RowField, TextField
from cases.forms.limits import ExtensionField
from cases.models import Attachment, Extension
from core.admin import ActForm
from core.models import User
from petitions.enums import ClaimRoute, Instance, Kind, OpinionOutcome, ServiceMethod
from petitions.models import Notice
from petitions.reports.standing import petition_of
from petitions.rules.instances import COURSES, TO_EXECUTE
from petitions.services.notices import NewService
from petitions.services.opinion import NewOpinion
from petitions.services.triage import Triage


class TriageForm(ActForm):
    kind = ChoiceField(choices=Kind.choices, label=_("Purpose"))
    route = ChoiceField(
        choices=[("", "—"), *ClaimRoute.choices],
        label=_("Route of a claim"),
        required=False,
        help_text=_(
            "Regulations on Petition Work, art. 31. Only what has no other statutory route is decided by an opinion."
        ),
    )
    category = ChoiceField(choices=Category.choices, label=_("Category"))
    grade = ChoiceField(choices=Grade.choices, label=_("Grade"))
    handler = HandlerField(
        queryset=User.objects.none(),
        label=_("Handler"),
        required=False,
        empty_label=_("— nobody yet: to be referred to a unit —"),
        help_text=_("Whom the petition complains of, and who serves there, is not offered once the accused is named."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if petition := petition_of(self.row):
            self.fields["kind"].initial, self.fields["route"].initial = petition.kind, petition.route
        self.fields["category"].initial, self.fields["grade"].initial = self.row.category, self.row.grade
        offer_handlers(self, self.row)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == Kind.CLAIM and not data.get("route"):
            self.add_error("route", _("Say by which number of article 31 the claim is handled."))
        if self.errors:
            return data
        route = ClaimRoute(data["route"]) if data["kind"] == Kind.CLAIM else None
        triage = Triage(Kind(data["kind"]), route, Category(data["category"]), Grade(data["grade"]), data["handler"])
        return data | {"triage": triage}


class NothingForm(ActForm):
    """Nothing is asked."""


class RemarkForm(ActForm):
    remark = LongTextField(max_length=500, label=_("Remark"))


class ConfirmForm(ActForm):
    remark = LongTextField(max_length=500, label=_("How the result was checked"))


class ReturnForm(ActForm):
    remark = LongTextField(max_length=500, label=_("What is missing or wrong"))


def execute_by_field() -> DayField:
    """Return the field of the day by which what an opinion decides is done."""
    return DayField(
        label=_("To be executed by"),
        required=False,
        initial=None,
        help_text=_("Where something is to be done: supported, partly supported, changed (art. 32)."),
    )


def check_day_to_execute(form: ActForm, data: dict[str, Any]) -> None:
    """Tell at the field whether a decision asks for the day by which it is executed, or for none."""
    if "outcome" in data and "execute_by" in data and (data["outcome"] in TO_EXECUTE) != bool(data["execute_by"]):
        form.add_error(
            "execute_by", _("Name the day by which what is decided is done, where something is to be done (art. 32).")
        )


class DraftForm(ActForm):
    """The parts that an opinion has (art. 32), and the remedy that it names (art. 35)."""

    heard_on = DayField(
        label=_("Petitioner heard on"),
        help_text=_("Facts and reasons are heard from the petitioner before anything is decided (art. 31(6))."),
    )
    claim = LongTextField(label=_("What the petitioner claims"))
    facts = LongTextField(label=_("Facts found, and on what they rest"))
    outcome = ChoiceField(
        choices=[(one.value, one.label) for one in COURSES[Instance.HANDLING].outcomes], label=_("Decision")
    )
    opinion = LongTextField(label=_("Opinion"))
    basis = LongTextField(max_length=1000, label=_("Laws and rules relied on"), help_text=_("With the articles."))
    review_organ = TextField(
        max_length=120,
        label=_("Organ to be asked for a review"),
        help_text=_("The next higher organ; the petitioner can ask it within 30 days since the service (art. 35)."),
    )
    execute_by = execute_by_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        petition = petition_of(self.row)
        self.fields["heard_on"].required = petition is not None and not petition.is_anonymous
        sent_back = self.row.opinions.of_handling().filter(round=self.row.round).last()
        for name in self.fields if sent_back else ():
            self.fields[name].initial = getattr(sent_back, name)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        check_day_to_execute(self, data)
        if self.errors:
            return data
        given = {name: data[name] for name in self.fields if name != "outcome"}
        return data | {"new": NewOpinion(outcome=OpinionOutcome(data["outcome"]), **given)}


class ServiceForm(ActForm):
    """The record of service (送达回证): when, how, and what proves it."""

    served_on = DayField(label=_("Served on"))
    method = ChoiceField(choices=ServiceMethod.choices, label=_("Manner of service"))
    proof = TextField(
        max_length=200,
        label=_("What proves the service"),
        help_text=_("Signature, return receipt with its number, witness, place and days of the announcement."),
    )
    attachment = RowField(
        queryset=Attachment.objects.none(), label=_("File that proves the service"), required=False, empty_label="—"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "attachment", self.row.attachments.kept())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        attachment = data["attachment"].pk if data["attachment"] else None
        return data | {"new": NewService(data["served_on"], ServiceMethod(data["method"]), data["proof"], attachment)}


class NoticeField(RowField):
    """A notice that is owed, by its kind."""

    def label_from_instance(self, obj: Notice) -> str:
        return str(obj.get_kind_display())


class ServeNoticeForm(ServiceForm):
    notice = NoticeField(queryset=Notice.objects.none(), label=_("Notice"), empty_label=None)
    field_order = ("notice", "served_on", "method", "proof", "attachment")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "notice", self.row.petition_notices.to_serve())


class DecideExtensionForm(ActForm):
    """Nobody is offered a request of their own."""

    extension = ExtensionField(queryset=Extension.objects.none(), label=_("Extension"), empty_label=None)
    remark = LongTextField(max_length=500, label=_("Reason of the decision"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = Extension.objects.to_decide().filter(clock__case=self.row).exclude(asked_by=self.user)
        choose_from(self, "extension", asked.select_related("clock"))
