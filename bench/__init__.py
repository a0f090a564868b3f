"""Measured claims: each bench compares Pricedesk with its obvious peers in the same run and prints tables."""
