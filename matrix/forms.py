"""What each form is filled in with, so that whoever may do a thing does it, and whoever may not is refused for that.

Where a form is not named here, it gets what many ask for; a form that wants more answers with its errors.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Case, Clock, Extension, Party
from core import acting, clock
from disputes.models import HandOff, Mediator, SafetyFlag
from matrix.registry import Endpoint
from matrix.world import World

Given = dict[str, Any]
_STATED: Final[Given] = {"has_woman": "on", "minority": "not_due"}


def given(endpoint: Endpoint, world: World, row: str) -> Given:
    """Return the values that are sent to ``endpoint`` about ``row``."""
    if endpoint.action:
        return {"action": endpoint.action, "_selected_action": world.rows[endpoint.model][row], "post": "yes"}
    own = _OWN.get(endpoint.name)
    return {**_common(), **(own(world, row) if own else {})}


def _common() -> Given:
    today = clock.today().isoformat()
    return {
        "ground": "示例",
        "remark": "示例",
        "reply": "示例",
        "verdict": "示例",
        "explanation": "示例",
        "routes": ["court"],
        "told_on": today,
        "said_on": today,
        "said_how": "oral",
        "rights_told_on": today,
    }


def _triage(world: World, _row: str) -> Given:
    return {"grade": "general", "category": "D01", "handler": world.given["handler"]}


def _handler(world: World, row: str) -> Given:
    name = "town_handler" if row in {"late", "climbed", "against_village"} else "handler"
    return {"handler": world.given[name]}


def _agreement(world: World, row: str) -> Given:
    text, today = dict.fromkeys(("facts", "content", "performance"), "示例"), clock.today().isoformat()
    with acting.as_house():
        parties = Party.objects.filter(case=int(world.rows["cases.Case"][row])).values_list("pk", flat=True)
        signed = {f"signed_by_{pk}": today for pk in parties}
    return {"form": "written", "signed_on": today, **signed, **text}


def _party(world: World, row: str) -> Given:
    with acting.as_house():
        return {"party": Party.objects.filter(case=int(world.rows["cases.Case"][row])).earliest("pk").pk}


def _session(world: World, row: str) -> Given:
    """Return a session with one party alone, which is open to no safety question and takes nobody's consent."""
    with acting.as_house():
        case = Case.objects.get_queryset().get(pk=int(world.rows["cases.Case"][row]))
        mediator = case.handler_id or world.given["handler"]
    people = {"parties": _party(world, row)["party"], "mediators": mediator, "recorder": mediator}
    at = f"{clock.today().isoformat()}T09:00"
    return {"starts_at": at, "place": "示例", "kind": "alone", **people}


def _beside(world: World, row: str) -> Given:
    return {"cause": "示例", "others": world.rows["cases.Case"]["accepted" if row == "mediating" else "mediating"]}


def _chosen(world: World, row: str) -> Given:
    return {"parties": _party(world, row)["party"], "chosen_on": clock.today().isoformat()}


def _of_session(world: World, row: str) -> Given:
    with acting.as_house():
        case = Case.objects.get_queryset().get(pk=int(world.rows["cases.Case"][row]))
        session = case.sessions.first()
        asked = session.attendances.values_list("pk", flat=True) if session else ()
        present = list(asked)
    times = {"started_at": "2026-01-01T09:00", "ended_at": "2026-01-01T10:00"}
    told = {"present": present, "statements": "示例", "outcome": "示例", "read_back": "read"}
    return {"session": session.pk if session else 1, **times, **told}


def _extension(world: World, row: str) -> Given:
    with acting.as_house():
        asked = Extension.objects.filter(clock__case=int(world.rows["cases.Case"][row])).first()
    return {"extension": asked.pk if asked else 1, "told_on": clock.today().isoformat()}


def _asked_limit(world: World, row: str) -> Given:
    with acting.as_house():
        limits = Clock.objects.filter(case=int(world.rows["cases.Case"][row])).to_extend(at=clock.now())
        limit = limits.order_by("-due_at").first()
    return {"clock": limit.pk if limit else 1, "amount": 1, "agreed_on": clock.today().isoformat()}


def _named(world: World, row: str) -> Given:
    return {"person": _handler(world, row)["handler"]}


def _objection(world: World, row: str) -> Given:
    with acting.as_house():
        mediator = Mediator.objects.filter(case=int(world.rows["cases.Case"][row])).first()
    instead = {"successor": _handler(world, row)["handler"], "objection": "示例"}
    return {**_party(world, row), **instead, "mediator": mediator.pk if mediator else 1}


def _letter(_world: World, _row: str) -> Given:
    days = dict.fromkeys(("handed_on", "signed_for_on"), clock.today().isoformat())
    return {"organ": "police", "organ_name": "示例派出所", "letter_number": "示例1号", "wish": "示例", **days}


def _handed(world: World, row: str) -> Given:
    with acting.as_house():
        handed = HandOff.objects.filter(case=int(world.rows["cases.Case"][row])).first()
    answered = {"answer": "declined", "answered_on": clock.today().isoformat(), "note": "示例"}
    return {"hand_off": handed.pk if handed else 1, "told_how": "letter", **answered}


def _safety_flag(world: World, row: str) -> Given:
    with acting.as_house():
        flag = SafetyFlag.objects.filter(case=int(world.rows["cases.Case"][row])).first()
    return {"flag": flag.pk if flag else 1, "clearance": "示例"}


def _registration(world: World, _row: str) -> Given:
    kinds = {"category": "D01", "channel": "center_window", "sensitivity": "normal"}
    return {"place": world.given["village"], "title": "示例", "summary": "示例", "applicant_name": "样本", **kinds}


def _appointment(world: World, _row: str) -> Given:
    who = {"user": world.given["nobody"], "center": world.given["village"], "role": "supervisor"}
    return {**who, "starts_on": clock.today().isoformat()}


def _account(_world: World, _row: str) -> Given:
    return {
        "username": "brand_new",
        "full_name": "新人",
        "password1": "Sample-new-pass-7",
        "password2": "Sample-new-pass-7",
    }


def _unit(world: World, _row: str) -> Given:
    return {
        "center": world.given["village"],
        "name": "新所（示例）",
        "kind": "organ",
        "mode": "resident",
        "is_active": "on",
    }


def _gateway(_world: World, _row: str) -> Given:
    return {"name": "新", "url": "https://example.org/", "secret": "x" * 16}


def _grid(world: World, _row: str) -> Given:
    return {
        "village": world.given["village"],
        "code": "330681109201099",
        "name": "新网格",
        "kind": "general",
        "households": 9,
    }


def _roster(_world: World, _row: str) -> Given:
    return {"file": SimpleUploadedFile("rows.csv", "姓名\n样本\n".encode())}


def _rule(world: World, _row: str) -> Given:
    place = {"center": world.given["village"], "kind": "SIGN_FOR", "level": "", "grade": "", "category": ""}
    value = {"amount": 1, "unit_of_time": "working_days", "article": "示例", "valid_from": "2027-06-01"}
    return {**place, **value, "_confirm": "1"}


def _term(world: World, _row: str) -> Given:
    days = {"starts_on": "2032-01-01", "ends_on": "2034-12-31"}
    return {"unit": world.given["unit"], **days, "formed_by": "residents", **_STATED}


def _fixed(**values: Any) -> Callable[[World, str], Given]:
    return lambda _world, _row: dict(values)


_OWN: Final[Mapping[str, Callable[[World, str], Given]]] = {
    "cases_case_act:triage": _triage,
    "cases_case_act:raise": _fixed(to="sealed"),
    "cases_case_act:lower": _fixed(to="normal"),
    "cases_case_act:ask_identity": _fixed(reason="contact"),
    "cases_case_withdraw_file": _fixed(reason="示例"),
    "cases_case_withdraw_paper": _fixed(reason="示例"),
    "cases_case_papers": _fixed(act="make", kind="rights_notice"),
    "cases_case_files": lambda _world, _row: {"chosen": SimpleUploadedFile("note.txt", "示例".encode())},
    "cases_case_act:assign": _handler,
    "cases_case_act:reopen": _handler,
    "cases_case_act:agree": _agreement,
    "cases_case_act:terminate": _fixed(reason="impossible"),
    "cases_case_act:plan_session": _session,
    "cases_case_act:hold_session": _of_session,
    "cases_case_act:cancel_session": _of_session,
    "cases_case_act:court_result": _fixed(result="withdrawn", decided_on="2026-01-01"),
    "cases_case_act:follow_up": lambda world, row: {**_party(world, row), "follow_up": 1, "way": "phone"},
    "cases_case_act:judge_follow_up": _fixed(follow_up=1, verdict="explain"),
    "cases_case_act:urge": _fixed(urged_on="2026-01-01"),
    "cases_case_act:fulfil": _fixed(summary="示例"),
    "cases_case_act:breach": _fixed(reason="not_performed"),
    "cases_case_act:consent": _party,
    "cases_case_act:refuse_mediation": lambda world, row: {**_party(world, row), "reason": "party_refuses"},
    "cases_case_act:decline": _fixed(reason="no_request"),
    "cases_case_act:withdraw": _fixed(reason="applicant_withdraws"),
    "cases_case_act:guide_out": _fixed(reason="not_civil"),
    "cases_case_act:form_group": _beside,
    "cases_case_act:join_group": _beside,
    "cases_case_act:leave_group": _fixed(reason="示例"),
    "cases_case_act:end_group": _fixed(reason="示例"),
    "cases_case_act:name_representatives": _chosen,
    "cases_case_act:end_representative": _fixed(representative=1, reason="示例"),
    "cases_case_act:plan_group_session": _session,
    "cases_case_act:cancel_group_session": lambda world, row: {**_of_session(world, row), "reason": "示例"},
    "cases_case_act:relate": _fixed(number="0", ground="same_event"),
    "cases_case_act:add_party": _fixed(role="respondent", name="示例某"),
    "cases_case_act:name_mediator": lambda world, row: {**_named(world, row), "chosen_by": "parties"},
    "cases_case_act:object_mediator": _objection,
    "cases_case_act:flag_safety": _fixed(kind="minor"),
    "cases_case_act:receive_hand_off": _letter,
    "cases_case_act:hand_off": lambda world, row: {**_letter(world, row), "ground": "duty"},
    "cases_case_act:tell_organ": _handed,
    "cases_case_act:organ_answer": _handed,
    "cases_case_act:withdraw_hand_off": lambda world, row: {**_handed(world, row), "reason": "示例"},
    "cases_case_act:clear_safety": _safety_flag,
    "cases_case_act:safety_measure": _fixed(duty="legal_aid", done_on="2026-01-01", note="示例"),
    "cases_case_act:grant": _extension,
    "cases_case_act:refuse": _extension,
    "cases_case_act:tell": _extension,
    "cases_case_act:extend": _asked_limit,
    "cases_case_act:pause": _fixed(reason="medical_appraisal"),
    "cases_case_act:accused": _fixed(name="示例公司"),
    "cases_case_act:recuse": lambda world, _row: {"center": world.given["village"]},
    "cases_case_act:recuse_person": lambda world, _row: {"person": world.given["handler"]},
    "cases_case_reveal:name": _fixed(reason="contact"),
    "cases_case_reveal:mobile": _fixed(reason="contact"),
    "cases_case_reveal:address": _fixed(reason="contact"),
    "grids_gridmember_reveal:mobile": _fixed(reason="contact"),
    "grids_gridmember_reveal:id_number": _fixed(reason="contact"),
    "cases_case_act:triage_petition": lambda world, row: {
        **_triage(world, row),
        "kind": "claim",
        "route": "31_2",
    },
    "cases_case_act:guide_petition": _fixed(route="labour_arbitration", organ="示例仲裁委", text="示例"),
    "cases_case_act:decline_petition": _fixed(reason="N3", organ="示例局", basis="示例", text="示例"),
    "cases_case_act:enter_procedure": _fixed(route="labour_arbitration", basis="示例", due_on="2032-01-01"),
    "cases_case_act:withdraw_petition": lambda _world, _row: {"stated_on": clock.today().isoformat(), "text": "示例"},
    "petitions_petition_register": lambda world, row: {
        **_registration(world, row),
        "kind": "claim",
        "participants": 1,
        "name_1": "样本",
    },
    "disputes_dispute_register": _registration,
    "disputes_dispute_ledger": lambda _world, _row: {"register": f"{clock.today():%Y}:accepted::::"},
    "disputes_committee_add": _term,
    "disputes_committee_act:add_member": _fixed(**_STATED, name="示例某", seat="member", starts_on="2026-12-01"),
    "disputes_committee_act:change_chair": _fixed(member=2, since="2026-12-01"),
    "disputes_committee_act:remove_member": _fixed(**_STATED, member=1, last_day="2026-12-01"),
    "disputes_committee_act:state": _fixed(**_STATED),
    "disputes_committee_act:end": _fixed(ends_on="2027-06-01"),
    "centers_post_add": _appointment,
    "centers_post_change": _fixed(ends_on="2027-01-01"),
    "centers_unit_add": _unit,
    "centers_unit_change": _unit,
    "core_user_add": _account,
    "core_user_change": _fixed(username="changed", full_name="改", is_active="on"),
    "core_user_act:reset_factor": _fixed(reason="示例"),
    "core_user_act:enable": _fixed(reason="示例"),
    "core_fenceentry_act:release": _fixed(reason="示例"),
    "core_webhookendpoint_add": _gateway,
    "core_webhookendpoint_change": _gateway,
    "grids_grid_add": _grid,
    "grids_grid_change": _grid,
    "grids_rosterimport_upload:members": _roster,
    "grids_rosterimport_upload:grids": _roster,
    "grids_grid_export": _fixed(reason="示例"),
    "grids_gridmember_export": _fixed(reason="示例"),
    "cases_clockrule_add": _rule,
    "cases_papertemplate_act:withdraw": _fixed(reason="示例"),
    "cases_clockrule_act:end": _fixed(last_day="2027-06-01"),
    "cases_clockstep_retry": _fixed(name="CalendarMissing"),
    "centers_workcalendarday_day:2026-01-01": _fixed(kind="work", name=""),
}
