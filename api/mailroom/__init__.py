"""The SMTP and LMTP front door for inbound mail.

Answers 250 only once a message lies in the object store and its ingestion has been started;
else 4xx, so that the sender tries again. Reads no message and knows no rule about documents.
"""
