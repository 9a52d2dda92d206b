"""What the pages of the mediation show, as values."""
