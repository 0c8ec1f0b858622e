"""Simulated bank transfers.

The simulation is a teaching device: its customers, habits and frauds are invented, and
``data/README.md`` says how. No number of it describes a real bank.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from course_lib._checks import check_array, check_count, check_list, check_number, shown

FRAUDS = ("takeover", "testing", "invoice")
CHANNELS = ("app", "web", "standing order")
COUNTRIES = ("CR", "PA", "NI", "MX", "US", "ES", "DE", "BR")
PREVALENCE = 0.005
FEATURES = (
    "log amount",
    "log amount to habit",
    "hour, sine",
    "hour, cosine",
    "hours from habit",
    "by app",
    "by web",
    "by standing order",
    "abroad",
    "country unused before",
    "recipient unused before",
    "log hours since last",
    "log transfers in 6 h",
)
RATE = 1.5  # transfers a day of an average customer
HISTORY = 20  # transfers a customer on average before the stream begins


@dataclass(frozen=True, eq=False, repr=False)
class TransferSet:
    """Transfers in the order of time, with the numbers that a detector sees.

    Attributes
    ----------
    features : float32 array, shape (n, len(feature_names))
        What a detector may use; each number is known at the moment of the transfer.
    feature_names : tuple of str
    kinds : array of str, shape (n,)
        "normal", or the kind of fraud.
    table : pandas.DataFrame
        The transfers themselves, a row each.
    """

    features: np.ndarray
    feature_names: tuple[str, ...]
    kinds: np.ndarray
    table: pd.DataFrame

    def __post_init__(self) -> None:
        """Check that the parts belong together and make the arrays read-only."""
        if not isinstance(self.table, pd.DataFrame):
            raise TypeError(f"table must be a pandas.DataFrame, not {shown(self.table)}")
        names = tuple(check_list("feature_names", self.feature_names))
        features = check_array("features", self.features).copy()
        kinds = np.array([str(kind) for kind in check_list("kinds", self.kinds)])
        shape = (len(self.table), len(names))
        if features.shape != shape:
            raise ValueError(
                "features must have a row for each row of table and a column for each of "
                f"feature_names, shape {shape}, not {features.shape}"
            )
        if kinds.shape != shape[:1]:
            raise ValueError(f"kinds must hold {shape[0]} texts, not {shown(self.kinds)}")
        for name, array in (("features", features), ("kinds", kinds)):
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        object.__setattr__(self, "feature_names", names)

    @property
    def is_fraud(self) -> np.ndarray:
        """Which transfers are frauds, a bool array of shape (n,)."""
        return self.kinds != "normal"

    def __len__(self) -> int:
        """Return the number of transfers."""
        return len(self.kinds)

    def __repr__(self) -> str:
        """Return the counts, not the numbers."""
        return (
            f"TransferSet({len(self)} transfers of {len(self.feature_names)} features, "
            f"{int(self.is_fraud.sum())} frauds)"
        )

    def __getitem__(self, rows) -> "TransferSet":
        """Return a smaller set by slice, list of positions or mask."""
        if not isinstance(rows, slice | list | np.ndarray):
            raise TypeError(f"a TransferSet is indexed by a slice, list or mask, not by {rows!r}")
        rows = np.arange(len(self))[rows]
        return replace(
            self,
            features=self.features[rows],
            kinds=self.kinds[rows],
            table=self.table.iloc[rows].reset_index(drop=True),
        )


def load_transfers(
    n: int, seed: int, *, prevalence: float = PREVALENCE, drift: float = 0.0
) -> TransferSet:
    """Simulate a stream of `n` bank transfers, a few of them frauds of three kinds.

    Every customer has habits of their own: usual amounts, hours, countries and recipients, each by
    channel. "takeover" is a thief in the account: large transfers at night, to recipients not seen
    before, often abroad. "testing" tries stolen access with bursts of tiny payments. "invoice" is a
    forged bill that customers pay themselves: hour, amount and country are theirs, only the
    recipient is new.

    Parameters
    ----------
    n : int
        Number of transfers, 1 or more.
    seed : int
        0 or more; the same arguments give the same stream. Another seed has other customers.
    prevalence : float
        Share of frauds, at most 0.1; their number is rounded. The three kinds are equally common.
    drift : float
        Share of customers, 0 to 1, whose habits change half-way through the stream: they pay
        later in the day and 60% more, more often abroad and to new recipients. None of it is fraud.

    Returns
    -------
    TransferSet
        `table` has the columns ``hour`` (since the start), ``customer``, ``channel``, ``amount``
        (euros), ``country``, ``recipient`` and ``changed`` (habits changed by drift).

    Raises
    ------
    TypeError, ValueError
        If an argument has a wrong type or lies outside its range.

    Examples
    --------
    >>> transfers = load_transfers(1000, seed=0)
    >>> transfers
    TransferSet(1000 transfers of 13 features, 5 frauds)
    >>> transfers[~transfers.is_fraud]
    TransferSet(995 transfers of 13 features, 0 frauds)
    """
    check_count("n", n)
    check_count("seed", seed, least=0)
    check_number("prevalence", prevalence, most=0.1)
    check_number("drift", drift, most=1.0)
    rng = np.random.default_rng(seed)
    people = _People(rng, min(200, max(1, n // 20)), drift)
    history, frauds = HISTORY * people.count, round(n * prevalence)
    days = max(1, round((n + history) / (RATE * people.count)))
    normal = _normal(rng, people, n + history - frauds, days, history)
    first = int(normal["hour"].iloc[history] // 24) + 1 if frauds else 0
    kinds = np.array(FRAUDS)[np.arange(frauds) % 3]
    parts = [normal] + [
        _fraud(rng, people, kind, int((kinds == kind).sum()), first, max(first + 1, days))
        for kind in FRAUDS
    ]
    table = pd.concat([part for part in parts if len(part)], ignore_index=True)
    table = table.sort_values("hour", kind="stable", ignore_index=True)
    features = _features(table, people.home)[history:]
    table = table.iloc[history:].reset_index(drop=True)
    kinds = table.pop("kind").to_numpy(dtype=str)
    return TransferSet(features, FEATURES, kinds, table)


class _People:
    """The customers' habits; every array has an entry for each customer."""

    def __init__(self, rng: np.random.Generator, count: int, drift: float):
        self.count = count
        self.home = rng.choice(
            len(COUNTRIES), count, p=[0.7, 0.08, 0.06, 0.04, 0.06, 0.03, 0.02, 0.01]
        )
        self.activity = rng.lognormal(0, 0.5, count)
        self.level = rng.normal(3.0, 0.4, count)  # mean log amount of a payment by app
        late = rng.random(count) < 0.1
        self.peak = np.where(late, rng.normal(23, 1, count), rng.normal(14, 2, count))
        self.office = rng.random(count) < 0.5  # web transfers at 11 h, or else at 20 h
        self.abroad = rng.beta(1, 30, count)
        self.second = rng.integers(0, len(COUNTRIES), count)  # the country of the travels
        self.rent = rng.normal(6.3, 0.3, (count, 3))  # log amounts of three standing orders
        self.changed = rng.permutation(count) < round(drift * count)


def _normal(rng, people, n, days, history):
    """Return `n` transfers by habit, sorted by time; drift begins in the middle of the stream."""
    weights = people.activity / people.activity.sum()
    who = rng.choice(people.count, n, p=weights)
    channel = rng.choice(3, n, p=[0.6, 0.28, 0.12])
    day = np.sort(rng.integers(0, days, n))
    middle = day[min(n - 1, history + (n - history) // 2)]
    changed = people.changed[who] & (day > middle)

    web_hour = np.where(people.office[who], 11, 20)
    hour = np.choose(channel, [people.peak[who], web_hour, np.full(n, 3.0)])
    hour = hour + rng.normal(0, 1, n) * np.choose(channel, [2.5, 1.5, 0.5])
    hour = (hour + np.where(changed & (channel < 2), 4, 0)) % 24

    order = rng.integers(0, 3, n)
    noise = rng.normal(0, 1, n)
    level = people.level[who]
    log_amount = np.choose(
        channel, [level + 0.6 * noise, level + 1.5 + 0.7 * noise, people.rent[who, order]]
    )
    log_amount = log_amount + np.where(changed & (channel < 2), np.log(1.6), 0)

    shop = np.minimum(rng.zipf(1.6, n), 12)  # a few regular recipients get most transfers
    unseen = rng.random(n) < np.where(changed, 0.2, 0.05)
    recipient = who * 100 + np.choose(channel, [shop, 20 + shop, 40 + order])
    recipient = np.where(unseen & (channel < 2), 10**6 + np.arange(n), recipient)
    away = (rng.random(n) < people.abroad[who] + np.where(changed, 0.15, 0)) & (channel < 2)
    country = np.where(away, people.second[who], people.home[who])
    table = _table(24 * day + hour, who, channel, log_amount, country, recipient, "normal", changed)
    return table.sort_values("hour", kind="stable", ignore_index=True)


def _fraud(rng, people, kind, n, first, last):
    """Return `n` frauds of one kind on the days `first` to `last` - 1."""
    burst = {"takeover": 2, "testing": 5, "invoice": 1}[kind]  # transfers in a row
    series = np.arange(n) // burst
    cases = int(series[-1]) + 1 if n else 0
    who = rng.integers(0, people.count, cases)[series]
    day = rng.integers(first, last, cases)[series]
    foreign = rng.integers(0, len(COUNTRIES), n)
    recipient = 2 * 10**6 + FRAUDS.index(kind) * 10**5 + np.arange(n)
    spread = rng.normal(0, 1, n)
    if kind == "takeover":
        hour = rng.normal(3, 1.5, cases)[series] % 24 + rng.uniform(0, 0.5, n)
        channel = rng.integers(0, 2, n)
        log_amount = people.level[who] + 2.8 + 0.5 * spread
        country = np.where(rng.random(n) < 0.5, foreign, people.home[who])
    elif kind == "testing":
        hour = rng.uniform(0, 23, cases)[series] + rng.uniform(0, 1, n)
        channel = np.zeros(n, int)
        log_amount = np.log(rng.uniform(0.5, 3, n))
        country = np.where(rng.random(n) < 0.3, foreign, people.home[who])
    else:
        hour = (np.where(people.office[who], 11, 20) + 1.5 * spread) % 24
        channel = np.ones(n, int)
        log_amount = people.level[who] + 1.8 + 0.7 * rng.normal(0, 1, n)
        country = people.home[who]
    return _table(24 * day + hour, who, channel, log_amount, country, recipient, kind, False)


def _table(hour, who, channel, log_amount, country, recipient, kind, changed):
    return pd.DataFrame(
        {
            "hour": hour,
            "customer": who,
            "channel": np.array(CHANNELS)[channel],
            "amount": np.exp(log_amount).round(2),
            "country": np.array(COUNTRIES)[country],
            "recipient": recipient,
            "changed": changed,
            "kind": kind,
        }
    )


def _features(table: pd.DataFrame, home: np.ndarray) -> np.ndarray:
    """Return FEATURES of each transfer, from itself and from earlier ones of its customer."""
    who, hour = table["customer"].to_numpy(), table["hour"].to_numpy()
    log_amount = np.log(table["amount"].to_numpy())
    angle = 2 * np.pi * (hour % 24) / 24
    by_channel = [table["customer"], table["channel"]]
    earlier = table.groupby(by_channel).cumcount().to_numpy()
    # Habits are means over earlier transfers by the same channel; the first one has no habit.
    habit = _before(log_amount, by_channel) / np.maximum(earlier, 1)
    usual = np.arctan2(_before(np.sin(angle), by_channel), _before(np.cos(angle), by_channel))
    apart = np.abs((angle - usual + np.pi) % (2 * np.pi) - np.pi) * 24 / (2 * np.pi)
    known = earlier > 0
    since = table.groupby("customer")["hour"].diff().fillna(24.0).to_numpy()
    order = np.lexsort((hour, who))
    key = who[order] * 1e7 + hour[order]
    recent = np.empty(len(table))
    recent[order] = np.arange(len(key)) - np.searchsorted(key, key - 6)
    channel, country = table["channel"].to_numpy(), table["country"].to_numpy()
    columns = [
        log_amount,
        np.where(known, log_amount - habit, 0),
        np.sin(angle),
        np.cos(angle),
        np.where(known, apart, 0),
        *(channel == name for name in CHANNELS),
        country != np.array(COUNTRIES)[home[who]],
        table.groupby(["customer", "country"]).cumcount() == 0,
        table.groupby(["customer", "recipient"]).cumcount() == 0,
        np.log(np.maximum(since, 1 / 60)),
        np.log1p(recent),
    ]
    return np.column_stack(columns).astype(np.float32)


def _before(values: np.ndarray, groups: list) -> np.ndarray:
    """Sum the earlier values of each row's group."""
    return pd.Series(values).groupby(groups).cumsum().to_numpy() - values
