"""What stands outside the house in tests: a mail server and a gateway, real ones on this machine."""
