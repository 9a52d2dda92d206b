"""What a case and its parts said before they were changed is on record, for those who see the case.

Who the parties are is not: a matter may become confidential later, and the record is never rewritten.
"""

from django.db import migrations

from core.history import history_follows, keep_history

CHANGES = ("update", "delete")  # when a row was made and by whom stands in the row itself


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_step_vacuum"), ("core", "0003_history")]
    operations = [
        *keep_history("cases_case", matter="id", without=["query_code_hash"], events=CHANGES),
        *keep_history("cases_party", matter="case_id", without=["name", "mobile", "address"], events=CHANGES),
        *keep_history(
            *("cases_transfer", "cases_clock", "cases_result", "cases_recusal", "cases_attachment", "cases_paper"),
            matter="case_id",
            events=CHANGES,
        ),
        *keep_history("cases_clockrule"),
        *keep_history("cases_papertemplate"),
        history_follows("cases_case"),
    ]
