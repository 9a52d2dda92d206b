"""What is asked of people about who brought a confidential matter, and about how closely a matter is kept."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.enums import Sensitivity
from cases.forms.acts import choose_from
from cases.forms.fields import ChoiceField, LongTextField, RowField
from cases.models import IdentityReveal, SensitivityChange
from cases.rules.sensitivity import levels_over, levels_under
from cases.services.decide import OWN_ASK, OWN_PROPOSAL
from core import clock
from core.admin import ActForm
from core.reveal import RevealReason


class GroundForm(ActForm):
    ground = LongTextField(max_length=500, label=pgettext_lazy("limit", "Ground"), help_text=_("Without names."))


class AskIdentityForm(GroundForm):
    reason = ChoiceField(label=_("What it is needed for"), choices=RevealReason.choices)

    field_order = ("reason", "ground")


class LevelForm(GroundForm):
    to = ChoiceField(label=_("Sensitivity"), choices=())

    field_order = ("to", "ground")

    def offer(self, levels: tuple[Sensitivity, ...]) -> None:
        self.fields["to"].choices = [(level.value, level.label) for level in levels]  # type: ignore[attr-defined]  # a choice field


class RaiseForm(LevelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(levels_over(Sensitivity(self.row.sensitivity)))


class LowerForm(LevelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(levels_under(Sensitivity(self.row.sensitivity)))


class RevealField(RowField):
    """A request, named with who asks and what for."""

    def label_from_instance(self, obj: IdentityReveal) -> str:
        words = {"who": obj.asked_by.full_name, "reason": obj.get_reason_display(), "ground": obj.ground}
        return _("%(who)s, %(reason)s: %(ground)s") % words


class ProposalField(RowField):
    """A proposal, named with who made it and to which level."""

    def label_from_instance(self, obj: SensitivityChange) -> str:
        words = {"who": obj.asked_by.full_name, "level": obj.get_after_display(), "ground": obj.ground}
        return _("%(who)s, to %(level)s: %(ground)s") % words


class DecideIdentityForm(ActForm):
    """Nobody is offered a request of their own."""

    asked = RevealField(queryset=IdentityReveal.objects.none(), label=_("Request"), empty_label=None)
    remark = LongTextField(max_length=500, label=_("Reason of the decision"), help_text=_("Without names."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = self.row.reveals.waiting(at=clock.now()).exclude(asked_by=self.user)
        choose_from(self, "asked", waiting.select_related("asked_by"))
        if not waiting.exists():
            self.fields["asked"].help_text = OWN_ASK


class DecideLoweringForm(ActForm):
    """Nobody is offered a proposal of their own."""

    proposed = ProposalField(queryset=SensitivityChange.objects.none(), label=_("Proposal"), empty_label=None)
    remark = LongTextField(max_length=500, label=_("Reason of the decision"), help_text=_("Without names."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waiting = self.row.sensitivity_changes.waiting(at=clock.now()).exclude(asked_by=self.user)
        choose_from(self, "proposed", waiting.select_related("asked_by"))
        if not waiting.exists():
            self.fields["proposed"].help_text = OWN_PROPOSAL
