"""What the store of every area stands on: sessions, commands and their keys, outages, audit."""
