"""The mathematics of price: arrays and limits in, frozen dataclasses out; no settings, no database, no clock."""
