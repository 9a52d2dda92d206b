"""The forms of what becomes of an agreement, and the rows in which an agreement's obligations are given."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from cases.enums import Category
from cases.forms.acts import choose_from
from cases.forms.fields import ChoiceField, DayField, LongTextField, RowField, TextField
from cases.models import Attachment
from core.admin import ActForm
from disputes.enums import Action, AgreementForm, Route
from disputes.forms.ends import EndForm
from disputes.models import Obligation
from disputes.reports.drafts import Draft, draft_of
from disputes.reports.windows import is_confirmed
from disputes.rules.ends import routes_owed
from disputes.services.perform import NewPerformance
from disputes.services.undertake import NewObligation

COLUMNS: Final = ("debtor", "creditor", "what", "amount", "due_on")
ROWS: Final = 10
SIGNED_BY: Final = "signed_by_"


class AmountField(forms.DecimalField):
    """Yuan, with two places at most."""

    widget = UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, min_value=Decimal("0.01"), **kwargs)


class ObligationsWidget(forms.Widget):
    """A table whose rows are the obligations; each column's inputs share one name."""

    parties: tuple[tuple[str, str], ...] = ()
    terms: Sequence[str] = ()  # what may be chosen in place of typing what is undertaken
    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]]:  # noqa: ARG002 - the signature of every widget
        columns = [data.getlist(f"{name}_{column}") if hasattr(data, "getlist") else [] for column in COLUMNS]
        rows = [
            dict(zip(COLUMNS, (cell.strip() for cell in cells), strict=True)) for cells in zip(*columns, strict=False)
        ]
        return [row for row in rows if any(row.values())]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:  # noqa: ARG002 - the signature of every widget
        rows = [*(value or []), *({} for _row in range(ROWS - len(value or [])))]
        context = {"name": name, "rows": rows, "parties": self.parties, "terms": self.terms}
        return render_to_string("disputes/obligation_rows.html", context)


class RowForm(forms.Form):
    """One row of an agreement's obligations."""

    debtor = forms.ChoiceField(label=gettext_lazy("Who owes it"))
    creditor = forms.ChoiceField(label=gettext_lazy("To whom"), required=False)
    what = forms.CharField(label=gettext_lazy("What is undertaken"), max_length=300)
    amount = AmountField(label=gettext_lazy("Yuan"), required=False)
    due_on = forms.DateField(label=gettext_lazy("To be done by"))

    def __init__(self, *args: Any, parties: tuple[tuple[str, str], ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("debtor", "creditor"):
            self.fields[name].choices = [("", ""), *parties]  # type: ignore[attr-defined]  # a choice field

    def obligation(self) -> NewObligation:
        data = self.cleaned_data
        creditor = int(data["creditor"]) if data["creditor"] else None
        return NewObligation(int(data["debtor"]), data["what"], data["due_on"], data["amount"], creditor)


class ObligationsField(forms.Field):
    """What the parties undertake, a row each."""

    widget = ObligationsWidget

    def clean(self, value: Any) -> tuple[NewObligation, ...]:
        forms_of_rows = [RowForm(row, parties=self.widget.parties) for row in value or []]
        wrong = [
            _("Obligation %(number)s, %(column)s: %(error)s")
            % {"number": number, "column": form.fields[name].label, "error": error}
            for number, form in enumerate(forms_of_rows, start=1)
            for name, errors in form.errors.items()
            for error in errors
        ]
        if wrong:
            raise ValidationError(wrong)
        return tuple(form.obligation() for form in forms_of_rows)


class AgreeForm(ActForm):
    form = ChoiceField(choices=AgreementForm.choices, label=gettext_lazy("Form of the agreement"))
    facts = LongTextField(label=gettext_lazy("Main facts, disputed items and each party's responsibility"))
    content = LongTextField(label=gettext_lazy("Content of the agreement"))
    performance = TextField(max_length=300, label=gettext_lazy("Manner and time limit of performance"))
    obligations = ObligationsField(
        label=gettext_lazy("Obligations"),
        required=False,
        help_text=gettext_lazy("What is still to be done after the signing, a row each; each day is watched."),
    )
    signed_on = DayField(
        label=gettext_lazy("In force since"),
        help_text=gettext_lazy(
            "Of a written agreement, the day on which the mediator signed and the seal was affixed, after the parties."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parties = [
            (str(party.pk), f"{party.get_role_display()} {party.shown_name}") for party in self.row.parties.all()
        ]
        self.fields["obligations"].widget.parties = tuple(parties)
        self._offer(draft_of(self.row))
        for pk, name in parties:
            self.fields[f"{SIGNED_BY}{pk}"] = DayField(
                label=_("%(party)s signed on") % {"party": name},
                required=False,
                initial=None,
                help_text=_("Of a written agreement, each party's own day."),
            )
        self.order_fields([name for name in self.fields if name != "signed_on"])

    def _offer(self, draft: Draft) -> None:
        """Begin with what is on record; what somebody has sent is shown as it was sent."""
        self.initial = {**draft.given, **self.initial}
        self.fields["obligations"].widget.terms = draft.terms
        for name, source in draft.sources.items():
            self.fields[name].help_text = source

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = {name: data.pop(name, None) for name in list(data) if name.startswith(SIGNED_BY)}
        signatures = {int(name.removeprefix(SIGNED_BY)): day for name, day in given.items() if day}
        return data | {"signatures": signatures}


class ObligationField(RowField):
    """One of the obligations that are not done: who, what, how much is left, by when."""

    def label_from_instance(self, obj: Obligation) -> str:
        amount = _("%(amount)s yuan") % {"amount": obj.amount} if obj.amount else ""
        parts = (str(obj.due_on), obj.debtor.get_role_display(), obj.debtor.shown_name, obj.what, amount)
        return " ".join(part for part in parts if part)


class FileField(RowField):
    def label_from_instance(self, obj: Attachment) -> str:
        return obj.name


class PerformForm(ActForm):
    obligation = ObligationField(queryset=Obligation.objects.none(), label=gettext_lazy("What was performed of"))
    amount = AmountField(
        label=gettext_lazy("Yuan paid"),
        required=False,
        help_text=gettext_lazy("Where an amount is owed; a part of it is enough."),
    )
    is_last = forms.BooleanField(
        label=gettext_lazy("It is done with this"),
        required=False,
        help_text=gettext_lazy("Where something else than an amount is owed."),
    )
    performed_on = DayField(label=gettext_lazy("Performed on"))
    proof = LongTextField(max_length=500, label=gettext_lazy("Proof"))
    attachment = FileField(
        queryset=Attachment.objects.none(), label=gettext_lazy("File of the matter that shows it"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to_do = Obligation.objects.of_newest_agreement(self.row.pk).open().select_related("debtor")
        choose_from(self, "obligation", to_do)
        choose_from(self, "attachment", self.row.attachments.kept())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        file = data["attachment"]
        on, proof = data["performed_on"], data["proof"]
        new = NewPerformance(on, proof, data["amount"], data["is_last"], file.pk if file else None)
        return data | {"performance": new}


class UrgeForm(ActForm):
    urged_on = DayField(label=gettext_lazy("Urged on"))


class FulfilForm(ActForm):
    summary = LongTextField(label=gettext_lazy("How all of it was performed"))


class BreachForm(EndForm):
    action = Action.BREACH
    explanation = LongTextField(label=gettext_lazy("What was not performed, and how it was urged"))

    def owed(self) -> tuple[Route, ...]:
        return routes_owed(self.action, Category(self.row.category), is_confirmed=is_confirmed(self.row))
