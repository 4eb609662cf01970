"""What the database says is open, held against what runs (ALIVE)."""
