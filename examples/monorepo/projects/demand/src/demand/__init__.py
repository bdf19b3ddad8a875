"""Forecast a depot's parcels for two weeks: ridge regression on a time series."""
