"""The door of the back-office: passwords, failed attempts, the second factor, sessions, and the pages of these."""
