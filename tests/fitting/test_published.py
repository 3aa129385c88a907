"""Published censored data sets and warranty tables are met to the digits printed with them."""

from __future__ import annotations

import numpy as np
import pytest

from warrantysim.fitting.fit import NotIdentified, averaged, fitted
from warrantysim.fitting.laws import Exponential, Law, Limited, Lognormal, Weibull
from warrantysim.fitting.observed import Lifetimes

# Lieblein & Zelen 1956, deep-groove ball bearings, millions of revolutions.
BEARINGS = [
    17.88, 28.92, 33.00, 41.52, 42.12, 45.60, 48.40, 51.84, 51.96, 54.12, 55.56, 67.80, 68.64, 68.64, 68.88, 84.12,
    93.12, 98.64, 105.12, 105.84, 127.92, 128.04, 173.40,
]  # fmt: skip
# O'Connor 1985, shock absorbers, km.
ABSORBERS_FAILED = [6700, 9120, 12200, 13150, 14300, 17520, 20100, 20900, 22700, 26510, 27490]
ABSORBERS_RUNNING = [
    6950, 7820, 8790, 9660, 9820, 11310, 11690, 11850, 11880, 12140, 12870, 13330, 13470, 14040, 17540, 17890, 18450,
    18960, 18980, 19410, 20100, 20150, 20320, 23490, 27410, 27890, 28100,
]  # fmt: skip
# Nelson 1982, diesel generator fans, hours.
FANS_FAILED = [450, 1150, 1150, 1600, 2070, 2070, 2080, 3100, 3450, 4600, 6100, 8750]
FANS_RUNNING = {
    460: 1, 1560: 1, 1660: 1, 1850: 5, 2030: 3, 2200: 1, 3000: 4, 3200: 1, 3750: 2, 4150: 4, 4300: 4, 4850: 4, 5000: 3,
    6100: 3, 6300: 1, 6450: 2, 6700: 1, 7450: 1, 7800: 2, 8100: 2, 8200: 1, 8500: 3, 8750: 2, 9400: 1, 9900: 1,
    10100: 3, 11500: 1,
}  # fmt: skip
# Freireich 1963, remission under 6-MP, weeks.
REMISSION_FAILED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
REMISSION_RUNNING = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
# Schmee & Nelson 1977, locomotive controls, thousand miles, 59 of 96 run at 135.
CONTROLS = [
    22.5, 37.5, 46.0, 48.5, 51.5, 53.0, 54.5, 57.5, 66.5, 68.0, 69.5, 76.5, 77.0, 78.5, 80.0, 81.5, 82.0, 83.0, 84.0,
    91.5, 93.5, 102.5, 107.0, 108.5, 112.5, 113.5, 116.0, 117.0, 118.5, 119.0, 120.0, 122.5, 123.0, 127.5, 131.0,
    132.5, 134.0,
]  # fmt: skip
# Meeker 1987, integrated circuits, hours, 4,156 tested for 1,370.
CIRCUITS = [
    0.10, 0.10, 0.15, 0.60, 0.80, 0.80, 1.20, 2.50, 3.00, 4.00, 4.00, 6.00, 10.00, 10.00, 12.50, 20.00, 20.00, 43.00,
    43.00, 48.00, 48.00, 54.00, 74.00, 84.00, 94.00, 168.00, 263.00, 593.00,
]  # fmt: skip
# Nelson 1972, insulating fluid at 34 kV, minutes.
FLUID = [
    0.19, 0.78, 0.96, 1.31, 2.78, 3.16, 4.15, 4.67, 4.85, 6.50, 7.35, 8.01, 8.27, 12.06, 31.75, 32.52, 33.91, 36.71,
    72.89,
]  # fmt: skip
# Grouped failures and suspensions of a fleet, months in service, and units still running at each.
FLEET_FAILED = [40, 30.5, 33.5, 27.5, 20.5, 4, 26.5, 23.5, 5, 11, 16.5, 13, 13]
FLEET_RUNNING = [
    (56, 23), (33, 94), (40, 93), (34, 111), (27, 36), (14, 96), (38, 123), (36, 117), (24, 111), (27, 36), (40, 93),
    (46, 12), (60, 17),
]  # fmt: skip


def running(at: dict[float, int]) -> list[float]:
    return [age for age, units in at.items() for _ in range(units)]


def data_of(name: str) -> Lifetimes:
    return {
        "bearings": lambda: Lifetimes.seen(BEARINGS),
        "absorbers": lambda: Lifetimes.seen(ABSORBERS_FAILED, ABSORBERS_RUNNING),
        "fans": lambda: Lifetimes.seen(FANS_FAILED, running(FANS_RUNNING)),
        "remission": lambda: Lifetimes.seen(REMISSION_FAILED, REMISSION_RUNNING),
        "controls": lambda: Lifetimes.seen(CONTROLS, [135.0] * 59),
        "circuits": lambda: Lifetimes.seen(CIRCUITS, [1370.0] * 4128),
        "fluid": lambda: Lifetimes.seen(FLUID),
        "fleet": lambda: Lifetimes.of(
            FLEET_FAILED + [age for age, _ in FLEET_RUNNING],
            FLEET_FAILED + [np.inf] * len(FLEET_RUNNING),
            [1] * len(FLEET_FAILED) + [units for _, units in FLEET_RUNNING],
        ),
        # 100, 140 and 150 units shipped in three months; returned 3, 3, 5; 2, 4; 4 (a Nevada chart, whole months).
        "nevada": lambda: Lifetimes.of([1, 2, 3, 1, 2, 3], [1, 2, 3, *[np.inf] * 3], [9, 7, 5, 146, 134, 89]),
    }[name]()


@pytest.mark.parametrize(
    ("name", "law", "printed"),
    [
        # Meeker & Escobar 1998: mu = log(eta) or log(median), sigma = 1/beta or sigma.
        ("bearings", Weibull(), {"eta": (81.88, 0.01), "beta": (2.102, 0.0006)}),
        ("bearings", Lognormal(), {"log median": (4.150, 0.0006), "sigma": (0.522, 0.0006)}),
        ("absorbers", Weibull(), {"log eta": (10.23, 0.006), "1/beta": (0.3164, 0.00006)}),
        ("absorbers", Lognormal(), {"log median": (10.14, 0.006), "sigma": (0.5301, 0.00006)}),
        ("fans", Exponential(), {"mean": (28_701, 5)}),
        ("fans", Weibull(), {"eta": (26_297, 1), "beta": (1.058, 0.0006)}),
        # Cox & Oakes 1984: 9 failures in 359 weeks.
        ("remission", Exponential(), {"mean": (359 / 9, 1e-3)}),
        ("remission", Weibull(), {"eta": (33.77, 0.006), "beta": (1.354, 0.0006)}),
        # Schmee & Nelson 1977, in logarithms to the base 10.
        ("controls", Lognormal(), {"log10 median": (2.2223, 0.00006), "sigma/ln10": (0.3064, 0.00006)}),
        # Meeker 1987: a share can fail, the rest never does.
        ("circuits", Limited(Weibull()), {"log eta": (3.35, 0.006), "1/beta": (2.02, 0.006), "share": (0.00674, 6e-6)}),
        # Lawless 2003, example 4.3.
        ("fluid", Weibull(), {"eta": (12.22, 0.006), "beta": (0.7708, 0.00006)}),
        ("fleet", Weibull(), {"eta": (842.0, 0.6), "beta": (1.340, 0.0006)}),
        ("nevada", Weibull(), {"eta": (6.70, 0.006), "beta": (2.49, 0.006)}),
    ],
    ids=lambda x: x if isinstance(x, str) else getattr(x, "name", None),
)
def test_published_estimates_are_met_to_their_digits(
    name: str, law: Law, printed: dict[str, tuple[float, float]]
) -> None:
    values = fitted(data_of(name), law).values
    of = {
        **values,
        **{f"log {key}": np.log(x) for key, x in values.items()},
        "1/beta": 1 / values.get("beta", np.nan),
        "log10 median": np.log10(values.get("median", np.nan)),
        "sigma/ln10": values.get("sigma", np.nan) / np.log(10),
    }
    for key, (value, digits) in printed.items():
        assert of[key] == pytest.approx(value, abs=digits), key


def test_intervals_by_likelihood_are_those_printed() -> None:
    # Meeker & Escobar 1998, table 8.1 (shape of ball bearings would differ by a standard error): fans, exponential.
    low, high = fitted(data_of("fans"), Exponential()).value_interval("mean")
    # The likelihood of an exponential has two roots that need no search.
    total, n = 344_440.0, 12

    def lost(mean: float) -> float:
        return 2 * (n * np.log(mean) + total / mean - n * np.log(total / n) - n)

    assert lost(low) == pytest.approx(3.8415, abs=0.01)
    assert lost(high) == pytest.approx(3.8415, abs=0.01)
    # Meeker 1987: the share of circuits that can fail.
    share = fitted(data_of("circuits"), Limited(Weibull())).value_interval("share")
    assert share == pytest.approx((0.0045, 0.0095), abs=0.0002)


def test_the_share_of_failed_units_is_not_the_share_that_will_fail() -> None:
    fit = fitted(data_of("fleet"), Weibull())
    assert fit.failed(24.0) == pytest.approx(0.0085, abs=0.00006)
    low, high = fit.failed_interval(24.0)
    assert low < 0.0085 < 13 / 975 < high
    assert high < 0.02


def test_a_share_that_never_fails_is_preferred_where_it_is_there() -> None:
    fits = [fitted(data_of("circuits"), law) for law in (Weibull(), Limited(Weibull()))]
    assert averaged(fits)[1] > 0.999


def test_no_failure_is_no_life() -> None:
    with pytest.raises(NotIdentified, match="no failure among 3 units"):
        fitted(Lifetimes.seen([], [5, 6, 7]), Weibull())


def test_ends_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(ValueError, match="row 1: expected 0 <= entry <= low <= high"):
        Lifetimes.of([1, 5], [2, 3])
