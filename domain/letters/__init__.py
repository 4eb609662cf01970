"""Letters to people: written with what causes them, sent by a process."""
