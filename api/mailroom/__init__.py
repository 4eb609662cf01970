"""The SMTP and LMTP front door."""
