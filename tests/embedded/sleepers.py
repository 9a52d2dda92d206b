"""A keeper, a supervisor and two children that ignore SIGTERM, each with a child of its own: for tests to kill."""

import sys

from embedded import keeper
from embedded.supervisor import Supervisor

STUBBORN = ["sh", "-c", "trap '' TERM; sleep 600 & echo started; wait"]


def main() -> None:
    keeper.split(grace_seconds=0.5)
    sys.exit(Supervisor({"one": STUBBORN, "two": STUBBORN}, grace_seconds=0.5).run(lambda: True))


if __name__ == "__main__":
    main()
