from django.apps import AppConfig
from django.core.checks import Tags, register

from cspr.wall.checks import the_wall_stands


class WallConfig(AppConfig):
    name = "cspr.wall"
    label = "wall"

    def ready(self) -> None:
        register(the_wall_stands, Tags.database, deploy=True)
