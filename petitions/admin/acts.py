"""The acts of the petition procedure on the case page."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.admin import CaseAdmin, Panel
from cases.enums import ClockKind, Procedure, Stage
from cases.models import Case, Extension
from cases.pages.case import OWN_TURNS, WORDS, papers_to_close
from core import clock
from core.admin import Act, ActForm
from petitions.admin.referrals import referral_acts
from petitions.admin.reviews import is_given_by_own_act, review_acts
from petitions.enums import Action, ClaimRoute, Kind, State, StatutoryRoute
from petitions.forms.acts import (
    ConfirmForm,
    DecideExtensionForm,
    DraftForm,
    NothingForm,
    RemarkForm,
    ReturnForm,
    ServeNoticeForm,
    ServiceForm,
    TriageForm,
)
from petitions.forms.ends import (
    DeclineForm,
    EndProcedureForm,
    EnterProcedureForm,
    GuideOutForm,
    ReplyForm,
    SettleForm,
    TransferForm,
    WithdrawForm,
)
from petitions.pages.petition import petition_panel, turn_of
from petitions.pages.words import WORDS as OWN_WORDS
from petitions.reports.standing import leads_unit_of, notices_owed, opinion_to_execute, petition_of
from petitions.rules.instances import WINDOWS
from petitions.rules.procedure import ASKED, PERMISSIONS, SERVE_NOTICE, SIGN_PERMISSION, is_open
from petitions.services.conclude import conclude_petition
from petitions.services.extend import decide_extension
from petitions.services.notices import serve_notice
from petitions.services.opinion import accept_petition, draft_opinion, send_back_opinion, serve_opinion, sign_opinion
from petitions.services.procedures import end_procedure, enter_procedure
from petitions.services.triage import triage_petition
from petitions.services.verify import close_petition, confirm_petition, return_petition

Run = Callable[[Case, Any, dict[str, Any]], str]


def _triage(case: Case, user: Any, data: dict[str, Any]) -> str:
    triage_petition(case.pk, triage=data["triage"], actor=user, now=clock.now())
    return _("Triaged. The page says what the law asks next.")


def _accept(case: Case, user: Any, _data: dict[str, Any]) -> str:
    accept_petition(case.pk, actor=user, now=clock.now())
    return _("Accepted: the sixty days run. The petitioner is owed the notice of acceptance.")


def _draft(case: Case, user: Any, data: dict[str, Any]) -> str:
    draft_opinion(case.pk, new=data["new"], actor=user, now=clock.now())
    return _("Drafted. The leader of the unit signs it, or sends it back.")


def _sign(case: Case, user: Any, data: dict[str, Any]) -> str:
    opinion = sign_opinion(case.pk, remark=data["remark"], actor=user, now=clock.now())
    return _("Opinion %(number)s is signed; the petitioner is owed it.") % {"number": opinion.number}


def _send_back(case: Case, user: Any, data: dict[str, Any]) -> str:
    send_back_opinion(case.pk, remark=data["remark"], actor=user, now=clock.now())
    return _("Sent back to whoever drafted it. The limit goes on.")


def _serve(case: Case, user: Any, data: dict[str, Any]) -> str:
    serve_opinion(case.pk, new=data["new"], actor=user, now=clock.now())
    return _("The service is recorded; it waits to be checked. The petitioner can ask for a review within thirty days.")


def _serve_notice(case: Case, user: Any, data: dict[str, Any]) -> str:
    serve_notice(case.pk, notice_id=data["notice"].pk, new=data["new"], actor=user, now=clock.now())
    return _("The service is recorded.")


def _ends(action: Action) -> Run:
    def run(case: Case, user: Any, data: dict[str, Any]) -> str:
        conclude_petition(case.pk, action=action, new=data["new"], actor=user, now=clock.now())
        return _("Recorded; the result waits to be checked by somebody else.")

    return run


def _enter(case: Case, user: Any, data: dict[str, Any]) -> str:
    given = {"route": StatutoryRoute(data["route"]), "basis": data["basis"], "due_on": data["due_on"]}
    enter_procedure(case.pk, **given, actor=user, now=clock.now())
    return _("Noted. The petitioner is owed a notice of receipt, route and procedure.")


def _end_procedure(case: Case, user: Any, data: dict[str, Any]) -> str:
    end_procedure(case.pk, result=data["result"], ended_on=data["ended_on"], actor=user, now=clock.now())
    return _("Recorded; the result waits to be checked by somebody else.")


def _confirm(case: Case, user: Any, data: dict[str, Any]) -> str:
    confirmed = confirm_petition(case.pk, remark=data["remark"], actor=user, now=clock.now())
    if confirmed.stage != Stage.CLOSED:
        return _("Verified. The matter stays open until the days to ask for a review are over.")
    return _("The result is verified and the case is closed.")


def _return(case: Case, user: Any, data: dict[str, Any]) -> str:
    return_petition(case.pk, remark=data["remark"], actor=user, now=clock.now())
    return _("The result has gone back for more work.")


def _close(case: Case, user: Any, _data: dict[str, Any]) -> str:
    close_petition(case.pk, actor=user, now=clock.now())
    return _("The case is closed.")


def _decides(*, is_granted: bool) -> Run:
    def run(case: Case, user: Any, data: dict[str, Any]) -> str:
        asked = {"extension_id": data["extension"].pk, "remark": data["remark"]}
        decided = decide_extension(case.pk, **asked, is_granted=is_granted, actor=user, now=clock.now())
        if not is_granted:
            return _("Refused. The limit stays as it is.")
        return _("Granted: the last day is now %(due)s. The applicant is owed the notice %(number)s.") % {
            "due": decided.due_on,
            "number": decided.number,
        }

    return run


_UNSERVED = gettext_lazy("The petitioner is owed a written notice of it; until it is served the matter is not closed.")
_CLOSES = gettext_lazy("The case is closed, or after an opinion waits for the days to ask for a review to end.")
ACTS: Final[tuple[tuple[Action, type[ActForm], Run, str | Promise], ...]] = (
    (Action.TRIAGE, TriageForm, _triage, ""),
    (Action.ACCEPT, NothingForm, _accept, gettext_lazy("From now on the sixty days run. The petitioner is told.")),
    (Action.REPLY, ReplyForm, _ends(Action.REPLY), _UNSERVED),
    (Action.TRANSFER, TransferForm, _ends(Action.TRANSFER), ""),
    (Action.GUIDE_OUT, GuideOutForm, _ends(Action.GUIDE_OUT), _UNSERVED),
    (Action.ENTER_PROCEDURE, EnterProcedureForm, _enter, _UNSERVED),
    (Action.END_PROCEDURE, EndProcedureForm, _end_procedure, ""),
    (Action.DRAFT, DraftForm, _draft, ""),
    (Action.SIGN, RemarkForm, _sign, gettext_lazy("The opinion gets its number and stays as it is.")),
    (Action.SEND_BACK, ReturnForm, _send_back, ""),
    (Action.SERVE, ServiceForm, _serve, ""),
    (Action.CONFIRM, ConfirmForm, _confirm, _CLOSES),
    (Action.RETURN, ReturnForm, _return, ""),
    (Action.CLOSE, NothingForm, _close, gettext_lazy("Only where nobody asked for a review in time.")),
    (Action.SETTLE, SettleForm, _ends(Action.SETTLE), _UNSERVED),
    (Action.DECLINE, DeclineForm, _ends(Action.DECLINE), _UNSERVED),
    (Action.WITHDRAW, WithdrawForm, _ends(Action.WITHDRAW), ""),
)
LEADERS: Final = frozenset({Action.SIGN, Action.SEND_BACK, Action.DECLINE})
CHECKS: Final = frozenset({Action.CONFIRM, Action.RETURN})
SELDOM: Final = frozenset({Action.DECLINE, Action.WITHDRAW, Action.SETTLE})
STEPS: Final = frozenset({*ASKED.values(), Action.TRIAGE, Action.ACCEPT, Action.REPLY, Action.TRANSFER, Action.SIGN})


def petition_acts() -> Iterable[Act]:
    """Return the acts of the petition procedure; the transition table says when each is open, and for which kind."""
    yield Act(
        SERVE_NOTICE,
        gettext_lazy("Record the service of a notice"),
        PERMISSIONS[Action.SERVE],
        ServeNoticeForm,
        lambda case: petition_of(case) is not None and case.petition_notices.to_serve().exists(),
        _serve_notice,
        waits=lambda _case, _user: True,
    )
    for action, form_class, run, consequence in ACTS:
        yield Act(
            action.value,
            action.label,
            PERMISSIONS[action],
            form_class,
            _opens(action),
            run,
            consequence,
            waits=_waits(action),
            is_secondary=action in SELDOM,
            is_for=_leads if action in LEADERS else _anybody,
            lacks=_missing if action in {Action.CONFIRM, Action.CLOSE} else _nothing,
        )
    grant, refuse = gettext_lazy("Grant the extension (leader)"), gettext_lazy("Refuse the extension (leader)")
    for name, label, is_granted in (("grant_as_leader", grant, True), ("refuse_as_leader", refuse, False)):
        yield Act(
            name, label, SIGN_PERMISSION, DecideExtensionForm, _is_asked, _decides(is_granted=is_granted),
            waits=_leads, is_for=_leads,
        )  # fmt: skip


def _anybody(_case: Case, _user: Any) -> bool:
    return True


def _nothing(_case: Case) -> Sequence[tuple[str, str]]:
    return ()


def _missing(case: Case) -> Sequence[tuple[str, str]]:
    """Return what keeps a check from its end: what the petitioner was not told, and papers, where it closes the matter.

    The check of an opinion does not close it yet. Others than who checks see to both: the page tells whom.
    """
    petition = petition_of(case)
    if petition is None:
        return ()
    page = reverse("admin:cases_case_change", args=[case.pk])
    owed = [(_("Service of: %(notice)s") % {"notice": notice}, page) for notice in notices_owed(case)]
    keeps_open = petition.state in {State.SERVED, State.REVIEW_SERVED}
    return owed if keeps_open else [*owed, *papers_to_close(case)]


def _leads(case: Case, user: Any) -> bool:
    return leads_unit_of(case, user, on=clock.today())


def _is_asked(case: Case) -> bool:
    asked = Extension.objects.to_decide().filter(clock__case=case, clock__kind=ClockKind.PET_HANDLE)
    return petition_of(case) is not None and asked.exists()


def _waits(action: Action) -> Callable[[Case, Any], bool]:
    if action in CHECKS:
        return lambda case, user: case.handler_id != user.pk
    return lambda _case, _user: action in STEPS


def _opens(action: Action) -> Callable[[Case], bool]:
    def opens(case: Case) -> bool:
        petition = petition_of(case)
        if petition is None:
            return False
        route = ClaimRoute(petition.route) if petition.route else None
        if not is_open(State(petition.state), action, kind=Kind(petition.kind), route=route):
            return False
        return action is not Action.CLOSE or not _is_waited_for(case)

    return opens


def _is_waited_for(case: Case) -> bool:
    """Return whether the petitioner's days to ask run, or what was decided is not done yet."""
    window = case.clocks.running().filter(kind__in=WINDOWS.values(), due_at__gt=clock.now())
    return window.exists() or opinion_to_execute(case) is not None


def _panel(_request: HttpRequest, case: Case) -> dict[str, Any] | None:
    return petition_panel(case, today=clock.today())


WORDS.update(OWN_WORDS)
OWN_TURNS[Procedure.PETITION] = turn_of
CaseAdmin.procedure_acts[Procedure.PETITION].extend([referral_acts, petition_acts, review_acts])
CaseAdmin.given_otherwise.append(is_given_by_own_act)
CaseAdmin.panels.append(Panel("petitions/petition_panel.html", _panel, leads=True))
