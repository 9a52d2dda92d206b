"""How a case reads on a page. Nothing here decides anything."""
