"""What was said, agreed and what was issued stays: the application's role may not delete it."""

from django.db import migrations

from core.grants import withhold


class Migration(migrations.Migration):
    dependencies = [("disputes", "0001_tables")]
    operations = [
        withhold(["disputes_dispute", "disputes_agreement", "disputes_obligation", "disputes_safetyflag", "disputes_mediator", "disputes_jointunit", "disputes_relation", "disputes_disputegroup", "disputes_groupmember", "disputes_representative", "disputes_handoff"], "DELETE"),
        withhold(["disputes_consent", "disputes_ending", "disputes_performance", "disputes_safetymeasure"], "UPDATE, DELETE"),
        withhold(["disputes_session", "disputes_attendance"], "DELETE"),
        withhold(["disputes_sessionrecord", "disputes_signature"], "UPDATE, DELETE"),
        withhold(["disputes_confirmation", "disputes_followup"], "DELETE"),
        withhold(["disputes_committee", "disputes_committeemember"], "DELETE"),
        withhold(["disputes_contactattempt"], "UPDATE, DELETE"),
    ]
