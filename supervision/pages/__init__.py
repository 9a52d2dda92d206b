"""How the queue and the home page read. Nothing here decides anything."""
