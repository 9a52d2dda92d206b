"""A trial installation on one machine: what starts it and what fills it."""
