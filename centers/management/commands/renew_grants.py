from typing import Any

from django.core.management.base import BaseCommand

from centers.models import Post
from centers.services.appoint import renew_grants


class Command(BaseCommand):
    help = "Write the rights of all posts anew, after an upgrade that changed what a role may do."

    def handle(self, *_args: Any, **_options: Any) -> None:
        posts = Post.objects.select_related("user", "center")
        for post in posts:
            renew_grants(post)
        self.stdout.write(f"posts: {len(posts)} renewed")
