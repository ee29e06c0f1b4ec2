"""`python -m customer_hub.cli` is `hub`, also where the package is not installed."""

from customer_hub.cli.app import main

main()
