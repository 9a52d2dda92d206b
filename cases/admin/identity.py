"""What people may do on the page of a case about who brought it, and about how closely it is kept."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.enums import Sensitivity
from cases.forms.identity import AskIdentityForm, DecideIdentityForm, DecideLoweringForm, LowerForm, RaiseForm
from cases.models import Case, IdentityReveal
from cases.pages.identity import minutes_left
from cases.querysets import ASK_IDENTITY, DECIDE_IDENTITY, RAISE
from cases.services.reveal_identity import approve_identity, ask_identity, refuse_identity, show_identity
from cases.services.sensitivity import confirm_lowering, propose_lowering, raise_sensitivity, refuse_lowering
from core import clock
from core.admin import Act, account
from core.errors import DomainError
from core.reveal import RevealReason


def _ask(case: Case, user: Any, data: dict[str, Any]) -> str:
    reason = RevealReason(data["reason"])
    ask_identity(case.pk, reason=reason, ground=data["ground"], actor=user, now=clock.now())
    return _("Asked for. Somebody else decides; you are told by a message. Without a decision it lapses in a day.")


def _approve(_case: Case, user: Any, data: dict[str, Any]) -> str:
    asked = approve_identity(data["asked"].pk, remark=data["remark"], actor=user, now=clock.now())
    return _("%(who)s may be shown the informant for half an hour from now.") % {"who": asked.asked_by.full_name}


def _refuse(_case: Case, user: Any, data: dict[str, Any]) -> str:
    refuse_identity(data["asked"].pk, remark=data["remark"], actor=user, now=clock.now())
    return _("Refused. Whoever asked is told.")


def _raise(case: Case, user: Any, data: dict[str, Any]) -> str:
    level = Sensitivity(data["to"])
    raise_sensitivity(case.pk, to=level, ground=data["ground"], actor=user, now=clock.now())
    return _("%(number)s is kept more closely from now on: %(level)s.") % {"number": case.number, "level": level.label}


def _propose(case: Case, user: Any, data: dict[str, Any]) -> str:
    propose_lowering(case.pk, to=Sensitivity(data["to"]), ground=data["ground"], actor=user, now=clock.now())
    return _("Proposed. Nothing changes until somebody else confirms it; without that it lapses in a day.")


def _confirm(_case: Case, user: Any, data: dict[str, Any]) -> str:
    case = confirm_lowering(data["proposed"].pk, remark=data["remark"], actor=user, now=clock.now())
    return _("Confirmed: %(level)s.") % {"level": case.get_sensitivity_display()}


def _keep(_case: Case, user: Any, data: dict[str, Any]) -> str:
    refuse_lowering(data["proposed"].pk, remark=data["remark"], actor=user, now=clock.now())
    return _("Refused. The matter is kept as closely as before.")


def _hides(case: Case) -> bool:
    return case.hides_identity


def _is_asked(case: Case) -> bool:
    return case.hides_identity and case.reveals.waiting(at=clock.now()).exists()


def _is_proposed(case: Case) -> bool:
    return case.hides_identity and case.sensitivity_changes.waiting(at=clock.now()).exists()


def _reveal_waits(case: Case, user: Any) -> bool:
    return case.reveals.waiting(at=clock.now()).exclude(asked_by=user).exists()


def _lowering_waits(case: Case, user: Any) -> bool:
    return case.sensitivity_changes.waiting(at=clock.now()).exclude(asked_by=user).exists()


def _can_rise(case: Case) -> bool:
    return not case.is_sealed


def _can_sink(case: Case) -> bool:
    return case.hides_identity and not _is_proposed(case)


def deciding_on_identity() -> Iterable[Act]:
    """Return the acts of the second person, who decides what a first one has asked for."""
    yield from _deciding()
    yield from _confirming()


def _deciding() -> Iterable[Act]:
    yield Act(
        "approve_identity",
        gettext_lazy("Let the informant be shown"),
        DECIDE_IDENTITY,
        DecideIdentityForm,
        _is_asked,
        _approve,
        gettext_lazy("Whoever asked, and nobody else, can be shown it for half an hour. Both names go on record."),
        waits=_reveal_waits,
        is_secondary=True,
    )
    yield Act(
        "refuse_identity",
        gettext_lazy("Refuse to show the informant"),
        DECIDE_IDENTITY,
        DecideIdentityForm,
        _is_asked,
        _refuse,
        waits=_reveal_waits,
        is_secondary=True,
    )


def _confirming() -> Iterable[Act]:
    yield Act(
        "confirm_lowering",
        gettext_lazy("Confirm the lower sensitivity"),
        DECIDE_IDENTITY,
        DecideLoweringForm,
        _is_proposed,
        _confirm,
        gettext_lazy("More people see the matter at once. Where it becomes normal they also see who brought it."),
        waits=_lowering_waits,
        is_secondary=True,
    )
    yield Act(
        "refuse_lowering",
        gettext_lazy("Keep the sensitivity as it is"),
        DECIDE_IDENTITY,
        DecideLoweringForm,
        _is_proposed,
        _keep,
        waits=_lowering_waits,
        is_secondary=True,
    )


def identity_acts() -> Iterable[Act]:
    """Return the acts that ask a second person, and the one that keeps a matter more closely."""
    yield Act(
        "ask_identity",
        gettext_lazy("Ask to be shown the informant"),
        ASK_IDENTITY,
        AskIdentityForm,
        _hides,
        _ask,
        gettext_lazy("Somebody else decides. That you asked, and what for, goes on record."),
        is_secondary=True,
    )
    yield Act(
        "raise",
        gettext_lazy("Raise the sensitivity"),
        RAISE,
        RaiseForm,
        _can_rise,
        _raise,
        gettext_lazy(
            "The name of whoever brought it is hidden at once. Under seal, whoever is no confidential officer loses"
            " sight of the matter. Two persons are needed to undo it."
        ),
        is_secondary=True,
    )
    yield Act(
        "lower",
        gettext_lazy("Propose a lower sensitivity"),
        DECIDE_IDENTITY,
        LowerForm,
        _can_sink,
        _propose,
        is_secondary=True,
    )


def identity_page(request: HttpRequest, case: Case, *, site: AdminSite, back: str) -> HttpResponse:
    """Show who brought ``case``, after a POST and while leave of a second person runs; otherwise "not found"."""
    if request.method != "POST":
        raise Http404
    context = {**site.each_context(request), "title": _("The informant"), "case": case, "back": back}
    now, status = clock.now(), HTTPStatus.OK
    try:
        shown = show_identity(case.pk, actor=account(request), now=now)
    except IdentityReveal.DoesNotExist as error:
        raise Http404 from error
    except DomainError as error:
        context["refused"], status = str(error), HTTPStatus.UNPROCESSABLE_ENTITY
    else:
        context |= {"identities": shown.identities, "until": shown.until, "left": minutes_left(shown.until, now)}
    answer = TemplateResponse(request, "cases/identity.html", context, status=status)
    add_never_cache_headers(answer)
    if status == HTTPStatus.OK:  # a screen that is left alone leaves the name in time
        answer["Refresh"] = f"{int((context['until'] - now).total_seconds())}; url={back}"
    return answer
