"""Celery in a process whose wall clock libfaketime sets: that library breaks ``time.sleep``, so it waits otherwise."""

import select
import time

time.sleep = lambda seconds: select.select([], [], [], seconds)

if __name__ == "__main__":
    from celery.__main__ import main

    main()
