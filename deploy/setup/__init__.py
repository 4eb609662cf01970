"""Sets up a machine: virtual environment, Debian packages, a lean image."""
