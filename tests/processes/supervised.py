"""The demo's supervisor over worker, beat and health check, without its pages: for tests to hurt."""

import sys

from demo.management.commands.demo import children
from embedded.supervisor import Supervisor


def main():
    commands = {name: command for name, command in children(0).items() if name != "web"}
    commands["health"] = [*commands["health"][:-1], "--every=1"]
    supervisor = Supervisor(commands, restarted=list(commands), adviser="health", grace_seconds=1)
    sys.exit(supervisor.run(lambda: True))


if __name__ == "__main__":
    main()
