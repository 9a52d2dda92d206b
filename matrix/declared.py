"""Which policy each endpoint follows: written by hand, a line each. The policies are in ``policy``."""

from collections.abc import Mapping
from typing import Final

from matrix.law import Declared, declarations

# endpoint, policy, and policy of POST where it is another one. A pattern may only keep shut, or say less than a name.
DECLARED: Final[Mapping[str, Declared]] = declarations("""
front-door                              front_door
set_language                            public
view_on_site                            closed.outside
search                                  closed.outside
second_factor                           halfway
second_factor_set_up                    factor.set_up
recovery_codes                          staff
index                                   staff
single_sign_on                          closed.outside
single_sign_on_back                     closed.outside
login                                   public
logout                                  logout.look      logout
password_change                         password
password_change_done                    password         closed.inside
jsi18n                                  texts            closed.texts
admin/<url>:no-such-page/               closed
*_delete                                closed
*_history                               closed
*_row                                   staff
*_add                                   never
wall:cases_case                         wall
wall:cases_accused                      wall
wall:cases_archivedfile                 wall
wall:cases_attachment                   wall
wall:cases_attachmentcontent            wall
wall:cases_caseplace                    wall
wall:cases_identity                     wall.identity
wall:cases_identityreveal               wall
wall:cases_sensitivitychange            wall
wall:cases_event                        wall
wall:cases_extension                    wall
wall:cases_paper                        wall
wall:cases_papercontent                 wall
wall:cases_party                        wall
wall:cases_pause                        wall
wall:cases_recusal                      wall
wall:cases_reopening                    wall
wall:cases_result                       wall
wall:cases_transfer                     wall
wall:core_rowchange                     wall
wall:disputes_agreement                 wall
wall:disputes_consent                   wall
wall:disputes_ending                    wall
wall:disputes_obligation                wall
wall:disputes_performance               wall
wall:disputes_mediator                  wall
wall:disputes_jointunit                 wall
wall:disputes_relation                  wall
wall:disputes_disputegroup              wall
wall:disputes_groupmember               wall
wall:disputes_representative            wall
wall:disputes_safetyflag                wall
wall:disputes_safetymeasure             wall
wall:disputes_handoff                   wall
wall:disputes_attendance                wall
wall:disputes_confirmation              wall
wall:disputes_contactattempt            wall
wall:disputes_followup                  wall
wall:disputes_session                   wall
wall:disputes_sessionrecord             wall
wall:disputes_signature                 wall
wall:disputes_dispute                   wall
wall:petitions_petition                 wall
wall:petitions_notice                   wall
wall:petitions_opinion                  wall
wall:petitions_conclusion               wall
wall:petitions_statutoryprocedure       wall
wall:petitions_review                   wall
wall:petitions_hearing                  wall
wall:petitions_referral                 wall
wall:supervision_supervisionnotice      wall
app_list:core                           staff
app_list:centers                        staff
app_list:cases                          room.cases
app_list:grids                          room.grids
app_list:supervision                    room.supervision
app_list:disputes                       room.disputes
app_list:petitions                      closed

cases_case_changelist*                  case.list
cases_case_change                       case.read
cases_case_history                      case.read
cases_case_receipt                      case.read
cases_case_extension                    case.granted
cases_case_files                        case.read
cases_case_file                         case.file
cases_case_picture                      case.file
cases_case_withdraw_file                case.file
cases_case_papers                       case.read
cases_case_make_papers                  closed          case.read
cases_case_whole_file                   case.read
cases_case_paper                        case.paper
cases_case_withdraw_paper               case.paper
cases_case_identity                     closed
cases_case_reveal:*                     closed
cases_case_reveal:name                  case.reveal
cases_case_reveal:mobile                case.reveal
cases_case_reveal:address               case.reveal
cases_case_act:triage                   case.triage
cases_case_act:assign                   case.assign
cases_case_act:accused                  case.assign
cases_case_act:recuse                   case.assign
cases_case_act:recuse_person            case.assign
cases_case_act:interest                 case.read
cases_case_act:archive                  case.read
cases_case_act:ask_identity             case.read
cases_case_act:raise                    case.raise
cases_case_act:lower                    case.decide
cases_case_act:confirm_lowering         case.decide
cases_case_act:refuse_lowering          case.decide
cases_case_act:approve_identity         case.decide
cases_case_act:refuse_identity          case.decide
cases_case_act:reissue                  case.register
cases_case_act:accept                   case.handle
cases_case_act:start                    case.handle
cases_case_act:agree                    case.handle
cases_case_act:perform                  case.handle
cases_case_act:urge                     case.handle
cases_case_act:plan_session             case.handle
cases_case_act:hold_session             case.handle
cases_case_act:cancel_session           case.handle
cases_case_act:apply_confirmation       case.handle
cases_case_act:court_result             case.handle
cases_case_act:follow_up                case.verify
cases_case_act:judge_follow_up          case.verify
cases_case_act:fulfil                   case.handle
cases_case_act:breach                   case.handle
cases_case_act:terminate                case.handle
cases_case_act:ask_consent              case.handle
cases_case_act:consent                  case.handle
cases_case_act:refuse_mediation         case.handle
cases_case_act:decline                  case.handle
cases_case_act:withdraw                 case.handle
cases_case_act:guide_out                case.triage
cases_case_act:add_party                case.handle
cases_case_act:name_mediator            case.handle
cases_case_act:object_mediator          case.assign
cases_case_act:note_languages           case.handle
cases_case_act:ask_unit                 case.handle
cases_case_act:release_unit             case.handle
cases_case_act:form_group               case.handle
cases_case_act:join_group               case.handle
cases_case_act:leave_group              case.handle
cases_case_act:end_group                case.handle
cases_case_act:name_representatives     case.handle
cases_case_act:end_representative       case.handle
cases_case_act:plan_group_session       case.handle
cases_case_act:cancel_group_session     case.handle
cases_case_act:relate                   case.read
cases_case_act:unrelate                 case.read
cases_case_act:flag_safety              case.read
cases_case_act:receive_hand_off         case.hand_off
cases_case_act:tell_organ               case.hand_off
cases_case_act:hand_off                 case.hand_off
cases_case_act:organ_answer             case.hand_off
cases_case_act:withdraw_hand_off        case.hand_off
cases_case_act:clear_safety             case.verify
cases_case_act:safety_measure           case.handle
cases_case_act:extend                   case.handle
cases_case_act:tell                     case.handle
cases_case_act:pause                    case.handle
cases_case_act:resume                   case.handle
cases_case_act:end_pause                case.supervise
cases_case_act:grant                    case.extend
cases_case_act:refuse                   case.extend
cases_case_act:confirm                  case.verify
cases_case_act:return                   case.verify
cases_case_act:reopen                   case.verify
cases_case_act:triage_petition          case.triage
cases_case_act:serve_notice             case.handle
cases_case_act:accept_petition          case.handle
cases_case_act:reply_suggestion         case.handle
cases_case_act:transfer_accusation      case.hand_over
cases_case_act:guide_petition           case.handle
cases_case_act:enter_procedure          case.handle
cases_case_act:end_procedure            case.handle
cases_case_act:draft_opinion            case.handle
cases_case_act:sign_opinion             case.sign
cases_case_act:send_back_opinion        case.sign
cases_case_act:serve_opinion            case.handle
cases_case_act:settle_petition          case.handle
cases_case_act:decline_petition         case.sign
cases_case_act:withdraw_petition        case.handle
cases_case_act:grant_as_leader          case.sign
cases_case_act:refuse_as_leader         case.sign
cases_case_act:confirm_petition         case.verify
cases_case_act:return_petition          case.verify
cases_case_act:close_petition           case.verify
cases_case_act:refer_petition           case.triage
cases_case_act:receive_referral         case.sign
cases_case_act:object_to_referral       case.sign
cases_case_act:uphold_objection         case.triage
cases_case_act:reject_objection         case.triage
cases_case_act:decide_competence        case.direct
cases_case_act:serve_referral           case.triage
cases_case_act:ask_review               case.register
cases_case_act:withdraw_review          case.register
cases_case_act:name_reviewer            case.assign
cases_case_act:draft_review             case.handle
cases_case_act:record_review            case.handle
cases_case_act:record_hearing           case.handle
cases_case_act:record_execution         case.sign
petitions_petition_register             register
disputes_dispute_register               register
disputes_dispute_statistics             statistics
disputes_dispute_ledger                 ledger.look      ledger
disputes_jointunit_changelist*          joint.list
disputes_jointunit_change               joint.read      joint.change
disputes_jointunit_act:*                joint.read
disputes_committee_changelist*          committee.list
disputes_committee_add                  committee.open
disputes_committee_change               committee.read
disputes_committee_act:*                committee.keep

supervision_queue                                  queue
supervision_supervisionnotice_changelist*          notice.list
supervision_supervisionnotice_change               notice.read
supervision_notice_paper                           notice.read
supervision_supervisionnotice_act:sign_for         notice.answer
supervision_supervisionnotice_act:reply            notice.answer
supervision_supervisionnotice_act:close            notice.judge
supervision_supervisionnotice_act:return           notice.judge
cases_clockstep_changelist*                        steps.list
cases_clockstep_change                             closed
cases_clockstep_retry                              closed           steps.retry
cases_clockrule_changelist*                        rule.read
cases_clockrule_change                             rule.read
cases_clockrule_add                                rule.set
cases_clockrule_act:*                              rule.end
cases_papertemplate_changelist*                    form.list
cases_papertemplate_document                       form.look
cases_papertemplate_add                            form.try
cases_papertemplate_change                         form.read        form.edit
cases_papertemplate_act:*                          form.withdraw

grids_grid_changelist*                  grid.list
grids_grid_add                          roster
grids_grid_change                       grid.read        grid.change
grids_grid_export                       roster
grids_gridmember_changelist*            roster
grids_gridmember_change                 roster.own       never
grids_gridmember_export                 roster
grids_gridmember_reveal:*               closed
grids_gridmember_reveal:id_number       roster.act
grids_gridmember_reveal:mobile          roster.act
grids_rosterimport_changelist*          roster
grids_rosterimport_upload:*             roster
grids_rosterimport_template:*           roster
grids_rosterimport_change               roster.own
grids_rosterimport_progress             roster.own
grids_rosterimport_marked               roster.own
grids_rosterimport_act:*                roster.act
grids_exportjob_changelist*             roster
grids_exportjob_change                  roster.own
grids_exportjob_progress                roster.own
grids_exportjob_download                roster.own

core_inboxmessage_changelist*           staff
core_inboxmessage_change                message.read     message.change
core_user_contact                       staff
core_user_changelist*                   accounts
core_user_add                           accounts
core_user_change                        account.read     account.change
core_user_act:*                         account.act
auth_user_password_change               account.password
centers_post_changelist*                accounts
centers_post_add                        accounts
centers_post_change                     post.change
centers_reorganisation_changelist*      accounts
centers_reorganisation_add              accounts
centers_reorganisation_change           accounts         never
centers_standin_changelist*             staff
centers_standin_add                     staff
centers_standin_change                  stand_in.read    stand_in.change
centers_standin_act:withdraw            stand_in.read

centers_center_changelist*              house.read
centers_center_change                   house.read       never
centers_unit_changelist*                house.read
centers_unit_add                        house.keep
centers_unit_change                     house.read       house.keep
centers_workcalendarday_changelist*     house.read
centers_workcalendarday_change          house.read
centers_workcalendarday_day:*           house.read       house.keep
centers_workcalendarday_import          house.keep
centers_workcalendarday_confirm         closed           house.read
core_heartbeat_changelist*              running.list
core_heartbeat_change                   closed
core_fenceentry_changelist*             running.list
core_fenceentry_change                  fence.read       never
core_fenceentry_act:release             fence.release
core_externaldelivery_changelist*       house.keep
core_externaldelivery_change            delivery.read    delivery.change
core_externaldelivery_act:send_again    delivery.read
core_webhookendpoint_changelist*        house.keep
core_webhookendpoint_add                house.keep
core_webhookendpoint_change             house.keep
core_auditentry_changelist*             trail.read
core_auditentry_change                  closed
core_auditentry_export                  closed           trail.act
core_auditentry_verify                  closed           trail.act

autocomplete                            never            closed
autocomplete:cases.Case:*               case.list
autocomplete:grids.Grid:*               grid.list
autocomplete:centers.Center:*           house.read
autocomplete:centers.Unit:*             house.read
autocomplete:core.User:*                accounts
autocomplete:*                          closed
""")

# Whose row is seen by whom, wherever a page may show it: the policy by which its own page is read.
SEEN: Final[Mapping[str, str]] = {
    "cases.Case": "case.read",
    "cases.Identity": "closed",
    "grids.Grid": "grid.named",
    "grids.GridMember": "roster.own",
    "grids.RosterImport": "roster.own",
    "grids.ExportJob": "roster.own",
    "disputes.Committee": "committee.read",
    "disputes.JointUnit": "joint.told",
    "core.InboxMessage": "message.read",
    "core.WebhookEndpoint": "house.keep",
    "core.User": "account.named",
}
# A POST to these changes nothing, even of somebody who gets an answer.
CHANGE_NOTHING: Final = ("*!*", "*_changelist")
