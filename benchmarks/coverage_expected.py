"""What coverage the intervals of retention should have: the same formulas a second time, in numpy, without careers or SQL.

Belongs here: enumeration where an estimate is binomial, and draws of counts by institution where colleagues share a frailty.
`benchmarks/coverage.py` prints both beside the coverage that the warehouse's own intervals were seen to have.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, t

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

Z = 1.959963984540054
DRAWS = 20_000


def wilson(share: Floats, n: Floats, z: float = Z) -> tuple[Floats, Floats]:
    """Ends of Wilson's interval of shares of n, with quantile z."""
    middle = share + z**2 / (2 * n)
    spread = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return (middle - spread) / (1 + z**2 / n), (middle + spread) / (1 + z**2 / n)


def log_log(share: Floats, se: Floats, n: Floats, z: float = Z) -> tuple[Floats, Floats]:
    """Ends of the log-log interval of a survival with standard error se; Wilson's of n at 0 and 1."""
    low, high = wilson(share, n)
    inner = (share > 0) & (share < 1)
    s, power = share[inner], z * se[inner] / (share[inner] * np.abs(np.log(share[inner])))
    low[inner], high[inner] = s ** np.exp(power), s ** np.exp(-power)
    return low, high


def enumerated(figure: str, people: int, p: float) -> float:
    """Coverage of the plain interval of a binomial share p of so many people, over all counts.

    The curve without censoring is x ÷ n as well, and its Greenwood sum telescopes to 1/x − 1/n.
    """
    x = np.arange(people + 1)
    share, n = x / people, np.full(people + 1, float(people))
    if figure == "survival":
        low, high = log_log(share, np.sqrt(share * (1 - share) / n), n)
    else:
        low, high = wilson(share, n)
    return float(binom.pmf(x, people, p)[(low <= p) & (p <= high)].sum())


def by_institution(figure: str, sizes: Counts, chances: Floats, p: float, random: np.random.Generator) -> float:
    """Coverage of the interval that reckons with institutions.

    sizes: people of each institution. chances: share retained that each institution of each draw would have in the long run,
        shape (draws, institutions); p: their expectation. t has as many degrees of freedom as institutions, less one.
    """
    groups, n = len(sizes), int(sizes.sum())
    retained = random.binomial(sizes, chances)
    total = retained.sum(axis=1)
    share = total / n
    inner = (total > 0) & (total < n)
    if figure == "survival":
        # Without censoring the curve without an institution is a share of the others.
        without = (total[:, None] - retained) / (n - sizes)
        se = np.maximum(np.sqrt((groups - 1) * without.var(axis=1)), np.sqrt(share * (1 - share) / n))
    else:
        squares = ((retained * n - sizes * total[:, None]).astype(float) ** 2).sum(axis=1)[inner]
        between = groups / (groups - 1) * squares / (float(n) * total[inner] * (n - total[inner]))
        effective = np.full(len(total), float(n))
        effective[inner] /= np.maximum(1, between)
    quantile = float(t.ppf(0.975, groups - 1))
    if figure == "survival":
        low, high = log_log(share, se, np.full(len(total), float(n)), quantile)
    else:
        low, high = wilson(share, effective, quantile)
    return float(((low <= p) & (p <= high)).mean())
