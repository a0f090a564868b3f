"""The field's libraries, loaded past the warnings that their own code raises when it is compiled."""

import warnings

with warnings.catch_warnings(action="ignore"):
    from statsforecast import StatsForecast, models
    from utilsforecast import losses

__all__ = ["StatsForecast", "losses", "models"]
