"""What was petitioned, decided and told stays: the application's role may not delete it."""

from django.db import migrations

from core.grants import withhold


class Migration(migrations.Migration):
    dependencies = [("petitions", "0001_tables")]
    operations = [
        withhold(["petitions_petition", "petitions_notice", "petitions_opinion", "petitions_statutoryprocedure"], "DELETE"),
        withhold(["petitions_review", "petitions_referral"], "DELETE"),
        withhold(["petitions_conclusion", "petitions_hearing"], "UPDATE, DELETE"),
    ]
