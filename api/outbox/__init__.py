"""The outbox: e-mails that wait in the log are handed to the firm's mail server, each attempt on record."""
