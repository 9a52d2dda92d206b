"""Run one benchmark or all: ``python -m benchmarks [name]``; each prints its lines of figures, measured in that run."""

import importlib
import pkgutil
import sys
from pathlib import Path

from benchmarks.common import figures_line, scratch_database, servers_up

NOT_A_BENCHMARK = frozenset({"__main__", "city", "common", "filling", "loop", "pages", "rosters"})


def main() -> None:
    known = sorted({module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])} - NOT_A_BENCHMARK)
    wanted = sys.argv[1:] or known
    if unknown := set(wanted) - set(known):
        raise SystemExit(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    with servers_up():
        for name in wanted:
            with scratch_database():
                measured = importlib.import_module(f"benchmarks.{name}").run()
                for figures in [measured] if isinstance(measured, dict) else measured:
                    print(figures_line(name, figures), flush=True)


if __name__ == "__main__":
    main()
