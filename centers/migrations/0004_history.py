"""What posts, rights and units said before they were changed is on record."""

from django.db import migrations

from core.history import keep_history


class Migration(migrations.Migration):
    dependencies = [("centers", "0003_never_deleted"), ("core", "0003_history")]
    operations = [*keep_history("centers_post", "centers_centergrant", "centers_unit", "centers_standin")]
