"""The four analysts as data, the order of their work, and the ledger of facts."""
