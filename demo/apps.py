from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Fills an empty system with sample matters and serves the whole of it from one terminal."""

    name = "demo"
