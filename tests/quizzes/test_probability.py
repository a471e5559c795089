"""Distributions against printed tables and scipy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from quizzes.probability import both_below, chi_square_above, f_below, f_quantile, normal


@pytest.mark.parametrize(
    ("share", "above", "below", "value"),
    [(0.95, 1, 10, 4.965), (0.95, 5, 20, 2.711), (0.99, 10, 30, 2.979), (0.975, 4, 12, 4.121)],
)
def test_points_of_the_f_distribution_are_those_of_the_printed_tables(share, above, below, value):
    assert f_quantile(share, above, below) == pytest.approx(value, abs=6e-4)


@pytest.mark.parametrize(("value", "share"), [(3.841459, 0.05), (6.634897, 0.01), (0.0, 1.0)])
def test_points_of_the_chi_square_distribution_are_those_of_the_printed_tables(value, share):
    assert chi_square_above(value) == pytest.approx(share, abs=1e-6)


@given(value=st.floats(0.01, 50), above=st.floats(0.5, 20_000, exclude_min=True), below=st.floats(0.5, 200_000))
def test_the_f_distribution_agrees_with_scipy(value, above, below):
    assert f_below(value, above, below) == pytest.approx(stats.f.cdf(value, above, below), abs=1e-7)


@given(z=st.floats(-4, 4), correlation=st.floats(-0.95, 0.95))
def test_the_bivariate_normal_distribution_agrees_with_scipy(z, correlation):
    theirs = stats.multivariate_normal.cdf([z, z], cov=[[1, correlation], [correlation, 1]])
    assert both_below(z, correlation) == pytest.approx(theirs, abs=1e-6)


@given(z=st.floats(-4, 4))
def test_two_that_are_one_are_below_as_one_is(z):
    assert both_below(z, 1.0) == pytest.approx(normal(z), abs=1e-7)
