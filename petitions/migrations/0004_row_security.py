"""The wall around cases stands around what hangs on them here."""

from django.db import migrations

from core.rowsecurity import guard

ON_CASE = "EXISTS (SELECT FROM cases_case matter WHERE matter.id = case_id)"
TABLES = [
    *("petitions_petition", "petitions_notice", "petitions_opinion"),
    *("petitions_conclusion", "petitions_statutoryprocedure", "petitions_review", "petitions_hearing"),
    "petitions_referral",
]


class Migration(migrations.Migration):
    dependencies = [("petitions", "0003_history"), ("cases", "0005_row_security")]
    operations = [step for table in TABLES for step in guard(table, condition=ON_CASE)]
