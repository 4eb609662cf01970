"""Run the command without an installed script: `python -m deploy.cli`."""

from deploy.cli.main import main

main()
