"""What people may do about the limits of a case, on its page: pause and extend."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.enums import PauseReason, Stage
from cases.forms.limits import (
    AskExtensionForm,
    DecideExtensionForm,
    PauseForm,
    ResumeForm,
    TellExtensionForm,
)
from cases.models import Case, Extension
from cases.querysets import EXTEND, HANDLE
from cases.rules.pauses import fitting_reasons
from cases.services.extend import (
    NewExtension,
    ask_extension,
    grant_extension,
    refuse_extension,
    tell_extension,
)
from cases.services.pause import WATCH, end_pause, start_pause
from core import clock
from core.admin import Act
from core.once import once


def _pause(case: Case, user: Any, data: dict[str, Any]) -> str:
    pauses = start_pause(
        case.pk, reason=PauseReason(data["reason"]), ground=data["ground"], actor=user, now=clock.now()
    )
    return _("Paused, until %(until)s at the latest. The days from tomorrow on do not count.") % {
        "until": pauses[0].until_on
    }


def _resume(case: Case, user: Any, _data: dict[str, Any]) -> str:
    end_pause(case.pk, actor=user, now=clock.now())
    return _("The limits go on; tomorrow is the next day that counts.")


def _ask(case: Case, user: Any, data: dict[str, Any]) -> str:
    new = NewExtension(data["clock"].pk, data["amount"], data["ground"], data["agreed_on"])
    ask_extension(case.pk, new=new, actor=user, now=clock.now())
    return _(
        "Asked for. Somebody one level up decides, or the director where there is none; "
        "until then the limit stays as it is."
    )


def _grant(_case: Case, user: Any, data: dict[str, Any]) -> str:
    granted = grant_extension(data["extension"].pk, remark=data["remark"], actor=user, now=clock.now())
    return _("Granted: the last day is now %(due)s. The applicant is owed the notice %(number)s.") % {
        "due": granted.due_on,
        "number": granted.number,
    }


def _refuse(_case: Case, user: Any, data: dict[str, Any]) -> str:
    refuse_extension(data["extension"].pk, remark=data["remark"], actor=user, now=clock.now())
    return _("Refused. The limit stays as it is.")


def _tell(_case: Case, user: Any, data: dict[str, Any]) -> str:
    tell_extension(data["extension"].pk, told_on=data["told_on"], actor=user, now=clock.now())
    return _("Noted that the applicant has been told.")


def _in_handling(case: Case) -> bool:
    return case.stage in {Stage.TRIAGED, Stage.HANDLING}


def _may_pause(case: Case) -> bool:
    return (
        _in_handling(case)
        and not _is_paused(case)
        and bool(fitting_reasons(case.clocks.running().values_list("kind", flat=True)))
    )


def _is_paused(case: Case) -> bool:
    return case.clocks.paused().exists()


def _may_ask(case: Case) -> bool:
    return _in_handling(case) and case.clocks.to_extend(at=clock.now()).exists()


def _is_asked(case: Case) -> bool:
    return bool(_asked_by(case))


def _waits(case: Case, user: Any) -> bool:
    return bool(_asked_by(case) - {user.pk})


def _asked_by(case: Case) -> set[int]:
    """Return who asked for the extensions of a matter that wait for a decision."""
    asked = Extension.objects.to_decide().filter(clock__case=case)
    return once(("extensions asked by", case.pk), lambda: set(asked.values_list("asked_by", flat=True)))


def _is_owed(case: Case) -> bool:
    return Extension.objects.to_tell().filter(clock__case=case).exists()


def deciding_limits() -> Iterable[Act]:
    """Return the acts that decide what somebody has asked for."""
    grant, refuse = gettext_lazy("Grant the extension"), gettext_lazy("Refuse the extension")
    for name, label, run in (("grant", grant, _grant), ("refuse", refuse, _refuse)):
        yield Act(name, label, EXTEND, DecideExtensionForm, _is_asked, run, waits=_waits, is_secondary=True)


def limit_acts() -> Iterable[Act]:
    """Return the other acts on the limits of a case."""
    told = gettext_lazy("Extension notice given")
    yield Act("tell", told, HANDLE, TellExtensionForm, _is_owed, _tell, waits=lambda _case, _user: True)
    yield Act("resume", gettext_lazy("End the pause"), HANDLE, ResumeForm, _is_paused, _resume)
    yield Act("extend", gettext_lazy("Ask for an extension"), HANDLE, AskExtensionForm, _may_ask, _ask)
    yield Act("pause", gettext_lazy("Pause the limits"), HANDLE, PauseForm, _may_pause, _pause)
    yield Act("end_pause", gettext_lazy("End the pause (supervision)"), WATCH, ResumeForm, _is_paused, _resume)
