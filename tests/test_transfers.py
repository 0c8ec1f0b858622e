"""The simulated bank transfers and the loader of the real card payments."""

import subprocess
import sys
from urllib.error import URLError

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import data
from course_lib.data.transfers import COUNTRIES, FEATURES, FRAUDS

COLUMNS = ["hour", "customer", "channel", "amount", "country", "recipient", "changed"]


@pytest.fixture(scope="module")
def transfers():
    return data.load_transfers(20_000, seed=5)


def column(transfers, name):
    return transfers.features[:, transfers.feature_names.index(name)]


def test_stream_has_the_promised_form(transfers):
    assert transfers.features.shape == (20_000, len(FEATURES))
    assert transfers.features.dtype == np.float32
    assert np.isfinite(transfers.features).all()
    assert transfers.feature_names == FEATURES
    assert list(transfers.table.columns) == COLUMNS
    assert transfers.table["hour"].is_monotonic_increasing
    assert (transfers.table["amount"] > 0).all()
    assert set(transfers.table["country"]) <= set(COUNTRIES)
    assert repr(transfers) == "TransferSet(20000 transfers of 13 features, 100 frauds)"
    with pytest.raises(ValueError, match="read-only"):
        transfers.features[0] = 0


def test_three_kinds_of_fraud_are_equally_common_and_rare(transfers):
    counts = {kind: int((transfers.kinds == kind).sum()) for kind in FRAUDS}
    assert sum(counts.values()) == transfers.is_fraud.sum() == 100
    assert max(counts.values()) - min(counts.values()) <= 1


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 600), seed=st.integers(0, 10_000), prevalence=st.floats(0, 0.1))
def test_any_size_gives_exactly_the_numbers_asked_for(n, seed, prevalence):
    transfers = data.load_transfers(n, seed, prevalence=prevalence)
    assert len(transfers) == len(transfers.table) == n
    assert transfers.is_fraud.sum() == round(n * prevalence)
    assert np.isfinite(transfers.features).all()


def test_seed_decides():
    one, again, other = (data.load_transfers(500, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.features, again.features)
    pd.testing.assert_frame_equal(one.table, again.table)
    assert not np.array_equal(one.features, other.features)


def test_customers_have_habits_of_their_own(transfers):
    normal = transfers[~transfers.is_fraud]
    app = normal.table[normal.table["channel"] == "app"]
    spread = np.log(app["amount"]).groupby(app["customer"]).std().median()
    assert spread < 0.85 * np.log(app["amount"]).std()
    # Most transfers lie near the customer's usual hour; anyone's hour is 6 hours off on average.
    assert np.median(column(normal, "hours from habit")) < 2
    assert column(normal, "recipient unused before").mean() < 0.2
    assert column(normal, "abroad").mean() < 0.05


def test_frauds_are_what_their_names_say(transfers):
    kinds, hour = transfers.kinds, transfers.table["hour"].to_numpy() % 24
    amount = transfers.table["amount"].to_numpy()
    usual = np.median(amount[kinds == "normal"])
    assert np.median(amount[kinds == "takeover"]) > 4 * usual
    assert (np.minimum(hour, 24 - hour)[kinds == "takeover"] < 8).all()
    assert amount[kinds == "testing"].max() <= 3
    bursts = column(transfers, "log transfers in 6 h")
    assert bursts[kinds == "testing"].mean() > 2 * bursts[kinds == "normal"].mean()
    assert (column(transfers, "abroad")[kinds == "invoice"] == 0).all()
    assert np.median(column(transfers, "hours from habit")[kinds == "invoice"]) < 3
    assert (column(transfers, "recipient unused before")[transfers.is_fraud] == 1).all()


def test_features_do_not_look_ahead(transfers):
    # What follows a transfer does not change its features: recompute them for the first half.
    from course_lib.data.transfers import _features

    table = transfers.table.iloc[:4000]
    homes = np.zeros(200, int)
    whole, half = _features(table, homes), _features(table.iloc[:2000], homes)
    np.testing.assert_array_equal(whole[:2000], half)


def test_features_of_a_small_table_are_those_computed_by_hand():
    from course_lib.data.transfers import _features

    table = pd.DataFrame(
        {
            "hour": [10.0, 12.0, 34.0, 35.0],
            "customer": [0, 0, 0, 1],
            "channel": ["app", "web", "app", "app"],
            "amount": [10.0, 50.0, 20.0, 1.0],
            "country": ["CR", "CR", "PA", "CR"],
            "recipient": [7, 8, 7, 7],
        }
    )
    features = pd.DataFrame(_features(table, np.array([0, 0])), columns=FEATURES)
    third = features.iloc[2]
    assert third["log amount to habit"] == pytest.approx(np.log(2))
    assert third["hours from habit"] == pytest.approx(0, abs=1e-4)
    assert third["log hours since last"] == pytest.approx(np.log(22))
    assert features["recipient unused before"].tolist() == [1, 1, 0, 1]
    assert features["country unused before"].tolist() == [1, 0, 1, 1]
    assert features["abroad"].tolist() == [0, 0, 1, 0]
    assert np.expm1(features["log transfers in 6 h"]).round(3).tolist() == [0, 1, 0, 0]


def test_drift_changes_habits_in_the_second_half_only():
    drifting = data.load_transfers(10_000, seed=1, drift=0.5)
    changed = drifting.table["changed"].to_numpy()
    assert not changed[:5000].any()
    assert 0.3 < changed[5400:].mean() < 0.7
    assert not changed[drifting.is_fraud].any()
    # Compared within the second half: early on, a short history makes any recipient a new one.
    late = np.arange(len(drifting)) >= 5000
    stayed, moved = drifting[late & ~drifting.is_fraud & ~changed], drifting[changed]
    for name in ("hours from habit", "recipient unused before", "abroad"):
        assert column(moved, name).mean() > 1.5 * column(stayed, name).mean()
    assert not data.load_transfers(1000, seed=1).table["changed"].any()


def test_a_set_is_cut_by_slice_list_and_mask(transfers):
    frauds = transfers[transfers.is_fraud]
    assert len(frauds) == len(frauds.table) == 100
    assert frauds.is_fraud.all()
    assert len(transfers[:10]) == 10
    assert transfers[[3, 1]].table["hour"].tolist() == transfers.table["hour"].iloc[[3, 1]].tolist()
    with pytest.raises(TypeError, match="slice, list or mask"):
        transfers[0]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n": 0, "seed": 0}, ValueError, "n must be"),
        ({"n": 10.0, "seed": 0}, TypeError, "n must be"),
        ({"n": 10, "seed": -1}, ValueError, "seed must be"),
        ({"n": 10, "seed": 0, "prevalence": 0.5}, ValueError, "prevalence must be"),
        ({"n": 10, "seed": 0, "drift": 2}, ValueError, "drift must be"),
    ],
)
def test_wrong_arguments_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        data.load_transfers(**arguments)


def payments(rows=400):
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(rows, 28)), columns=[f"V{i}" for i in range(1, 29)])
    table["Amount"] = np.arange(rows, dtype=float)
    table["Class"] = pd.Categorical(np.where(np.arange(rows) % 50 == 0, "1", "0"))
    return table


def test_card_payments_are_split_in_order(monkeypatch):
    class Bunch:
        frame = payments()

    monkeypatch.setattr("sklearn.datasets.fetch_openml", lambda *a, **k: Bunch)
    parts = [data.load_creditcard(split) for split in ("train", "validation", "test")]
    assert [len(part) for part in parts] == [200, 100, 100]
    assert [int(part.is_fraud.sum()) for part in parts] == [4, 2, 2]
    assert parts[1].features.shape == (100, 29)
    assert parts[1].table["Amount"].iloc[0] == 200
    few = data.load_creditcard("test", n=10, seed=3)
    assert len(few) == 10
    assert few.table["Amount"].is_monotonic_increasing
    assert few.table["Amount"].min() >= 300


def test_without_a_network_the_loader_says_so_in_one_sentence(monkeypatch):
    def refuse(*arguments, **options):
        raise URLError("no route")

    monkeypatch.setattr("sklearn.datasets.fetch_openml", refuse)
    with pytest.raises(FileNotFoundError) as caught:
        data.load_creditcard()
    message = str(caught.value)
    assert "could not be downloaded" in message and "simulated" in message
    assert len(message.splitlines()) == 1
    assert caught.value.__suppress_context__


def test_wrong_split_is_named():
    with pytest.raises(ValueError, match="split must be one of"):
        data.load_creditcard("tset")


def test_loading_transfers_does_not_import_tensorflow():
    program = (
        "import sys; from course_lib import data; data.load_transfers(50, 0); "
        "raise SystemExit('tensorflow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
