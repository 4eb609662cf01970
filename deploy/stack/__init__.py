"""The whole house on embedded parts: make up, make demo."""
