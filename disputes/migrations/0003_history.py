"""What a procedure, an agreement or a committee said before it was changed is on record."""

from django.db import migrations

from core.history import keep_history


class Migration(migrations.Migration):
    dependencies = [("disputes", "0002_never_deleted"), ("core", "0003_history")]
    operations = [
        *keep_history(
            "disputes_dispute",
            "disputes_agreement",
            "disputes_obligation",
            "disputes_safetyflag",
            "disputes_handoff",
            "disputes_mediator",
            "disputes_jointunit",
            "disputes_session",
            "disputes_attendance",
            "disputes_confirmation",
            "disputes_followup",
            matter="case_id",
            events=("update", "delete"),
        ),
        *keep_history("disputes_committee", "disputes_committeemember"),
    ]
