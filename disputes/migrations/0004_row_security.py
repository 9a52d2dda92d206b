"""The wall around cases stands around what hangs on them here."""

from django.db import migrations

from core.rowsecurity import guard

ON_CASE = "EXISTS (SELECT FROM cases_case matter WHERE matter.id = case_id)"
ON_BOTH_CASES = f"{ON_CASE} AND EXISTS (SELECT FROM cases_case matter WHERE matter.id = other_id)"
# A group is seen by whoever sees a dispute in it, and by whoever is forming it: its disputes come into it afterwards.
IN_GROUP = """
formed_by_id = core_actor()
OR EXISTS (SELECT FROM disputes_groupmember member WHERE member.group_id = disputes_disputegroup.id)
"""
TABLES = [
    *("disputes_dispute", "disputes_agreement", "disputes_consent", "disputes_ending"),
    *("disputes_obligation", "disputes_performance"),
    *("disputes_safetyflag", "disputes_safetymeasure", "disputes_mediator"),
    *("disputes_jointunit", "disputes_handoff", "disputes_groupmember", "disputes_representative"),
    *("disputes_session", "disputes_attendance", "disputes_sessionrecord"),
    *("disputes_signature", "disputes_confirmation", "disputes_followup", "disputes_contactattempt"),
]


class Migration(migrations.Migration):
    dependencies = [("disputes", "0003_history"), ("cases", "0005_row_security")]
    operations = [
        *(step for table in TABLES for step in guard(table, condition=ON_CASE)),
        *guard("disputes_relation", condition=ON_BOTH_CASES),
        *guard("disputes_disputegroup", condition=IN_GROUP),
    ]
