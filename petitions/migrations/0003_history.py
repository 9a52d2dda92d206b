"""What a petition, an opinion or a notice said before it was changed is on record."""

from django.db import migrations

from core.history import keep_history


class Migration(migrations.Migration):
    dependencies = [("petitions", "0002_never_deleted"), ("core", "0003_history")]
    operations = [
        *keep_history(
            "petitions_petition",
            "petitions_notice",
            "petitions_opinion",
            "petitions_statutoryprocedure",
            "petitions_review",
            "petitions_referral",
            matter="case_id",
            events=("update", "delete"),
        ),
    ]
