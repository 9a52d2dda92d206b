"""What centers, posts, rights and units said before they were changed is on record."""

from django.db import migrations

from core.history import keep_history


class Migration(migrations.Migration):
    dependencies = [("centers", "0002_never_deleted"), ("core", "0003_history")]
    operations = [
        *keep_history("centers_center", events=("update", "delete")),  # a whole country of them may be loaded
        *keep_history("centers_post", "centers_centergrant", "centers_unit", "centers_standin"),
    ]
