import numpy as np
import pytest

from course_lib import vae as lib
from course_lib import vae_replicas

# isort: split
import keras
from keras import ops
from scipy import stats

from course_lib.replicas import ReplicaDense


def dense_vae(**options):
    """A VAE of 6 pixels and 2 latent dimensions, with fixed weights."""
    keras.utils.set_random_seed(3)
    x = keras.Input((6,))
    encoder = keras.Model(x, [keras.layers.Dense(2)(x), keras.layers.Dense(2)(x)])
    decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(6, "sigmoid")])
    return lib.VAE(encoder, decoder, seed=1, **options)


def total(model, x):
    model(x)
    return float(sum(model.losses))


@pytest.fixture
def images():
    return np.random.default_rng(0).random((5, 6), dtype="float32")


def test_sampling_has_the_asked_mean_and_deviation():
    mean, deviation = np.array([[-1.0, 3.0]]), np.array([[0.5, 2.0]])
    copies = [np.repeat(a, 20_000, axis=0) for a in (mean, 2 * np.log(deviation))]
    z = ops.convert_to_numpy(lib.Sampling(seed=0)(copies))
    np.testing.assert_allclose(z.mean(axis=0), mean[0], atol=0.06)
    np.testing.assert_allclose(z.std(axis=0), deviation[0], rtol=0.03)


def test_sampling_draws_anew_on_every_call_and_repeats_with_its_seed():
    pair = [np.zeros((3, 2)), np.zeros((3, 2))]
    layer, twin = lib.Sampling(seed=7), lib.Sampling.from_config(lib.Sampling(seed=7).get_config())
    first, second = layer(pair), layer(pair)
    assert not np.allclose(first, second)
    np.testing.assert_array_equal(first, twin(pair))


def test_kl_divergence_is_what_sampling_estimates():
    mean, log_var = 0.7, -1.2
    q = stats.norm(mean, np.exp(log_var / 2))
    z = q.rvs(200_000, random_state=0)
    estimate = (q.logpdf(z) - stats.norm.logpdf(z)).mean()
    assert float(lib.kl_divergence(mean, log_var)) == pytest.approx(estimate, abs=0.01)


def test_kl_splits_into_information_and_mismatch():
    rng = np.random.default_rng(0)
    z_mean, z_log_var = rng.normal(size=(12, 3)), rng.normal(-1, 0.5, size=(12, 3))
    information, mismatch = lib.split_kl(z_mean, z_log_var, rng, draws=4000)
    kl = float(ops.mean(ops.sum(lib.kl_divergence(z_mean, z_log_var), axis=-1)))
    assert information + mismatch == pytest.approx(kl, abs=0.05)
    assert 0 < information < np.log(12)
    same = lib.split_kl(np.zeros((12, 3)), np.zeros((12, 3)), rng)
    assert same == pytest.approx((0, 0), abs=1e-9)
    with pytest.raises(ValueError, match="z_log_var"):
        lib.split_kl(z_mean, z_log_var[:, :2], rng)


def test_likelihoods_are_those_of_scipy(images):
    x_hat = np.random.default_rng(1).uniform(0.05, 0.95, images.shape)
    ink = images > 0.5
    np.testing.assert_allclose(
        lib.bernoulli_nll(ink.astype("float32"), x_hat), -stats.bernoulli.logpmf(ink, x_hat), 1e-4
    )
    np.testing.assert_allclose(
        lib.gaussian_nll(images, x_hat, np.log(0.3)),
        -stats.norm.logpdf(images, x_hat, 0.3),
        rtol=1e-4,
        atol=1e-5,
    )


def test_bernoulli_is_finite_at_the_ends():
    assert np.isfinite(lib.bernoulli_nll(np.array([1.0, 0.0]), np.array([0.0, 1.0]))).all()


def test_loss_is_reconstruction_plus_beta_kl(images):
    model = dense_vae(beta=0.25)
    z_mean, z_log_var = model.encoder(images)
    z = lib.Sampling(seed=1)([z_mean, z_log_var])
    nll = ops.sum(lib.bernoulli_nll(images, model.decoder(z)), axis=-1)
    kl = ops.sum(lib.kl_divergence(z_mean, z_log_var), axis=-1)
    assert total(model, images) == pytest.approx(float(ops.mean(nll + 0.25 * kl)), rel=1e-5)


def test_default_gaussian_is_the_squared_error_up_to_a_constant(images):
    model = dense_vae(likelihood="gaussian", beta=0.0)
    x_hat = ops.convert_to_numpy(model(images))
    error = np.square(images - x_hat).sum(axis=1).mean()
    assert float(sum(model.losses)) == pytest.approx(error + 3 * np.log(np.pi), rel=1e-5)


def test_mean_over_pixels_is_the_sum_with_beta_times_the_number_of_pixels(images):
    mean = dense_vae(reduction="mean", beta=1.0)
    summed = dense_vae(reduction="sum", beta=6.0)
    assert 6 * total(mean, images) == pytest.approx(total(summed, images), rel=1e-5)


def test_beta_can_be_changed_between_epochs(images):
    model = dense_vae(beta=0.0)
    without = total(model, images)
    model.beta.assign(2.0)
    model.sampling.generator.state.assign(dense_vae().sampling.generator.state)
    kl = ops.sum(lib.kl_divergence(*model.encoder(images)), axis=-1)
    assert total(model, images) == pytest.approx(without + 2 * float(ops.mean(kl)), rel=1e-5)


def test_learned_sigma_ends_at_the_error_of_the_reconstruction():
    rng = np.random.default_rng(2)
    x = (0.5 + 0.1 * rng.standard_normal((256, 6))).astype("float32")
    model = dense_vae(likelihood="gaussian", learn_sigma=True)
    model.compile(keras.optimizers.Adam(0.05), jit_compile=False)
    # One long epoch: Keras takes its time between two.
    model.fit(np.tile(x, (100, 1)), batch_size=256, shuffle=False, verbose=0)
    assert float(ops.exp(model.log_sigma)) == pytest.approx(0.1, rel=0.2)
    assert "log_sigma" not in [w.name for w in dense_vae(likelihood="gaussian").trainable_weights]


def test_fit_lowers_the_loss_and_reports_its_parts(images):
    model = dense_vae()
    model.compile(keras.optimizers.Adam(0.01), jit_compile=True)
    history = model.fit(np.tile(images, (20, 1)), batch_size=5, epochs=5, verbose=0).history
    assert history["loss"][-1] < history["loss"][0]
    parts = history["reconstruction"][-1] + history["kl"][-1]
    assert history["loss"][-1] == pytest.approx(parts, rel=1e-4)


def replica_vae(replicas, beta):
    x = keras.Input((replicas, 6))
    encoder = keras.Model(x, [ReplicaDense(2, replicas, seed=i)(x) for i in (1, 2)])
    z = keras.Input((replicas, 2))
    decoder = keras.Model(z, ReplicaDense(6, replicas, "sigmoid", seed=3)(z))
    return lib.VAE(encoder, decoder, beta=beta, seed=4)


def test_replicas_add_up_and_each_has_its_own_beta(images):
    def loss(beta):
        return total(replica_vae(2, beta), np.repeat(images[:, None], 2, axis=1))

    both = loss(np.array([3.0, 5.0])) - loss(0.0)
    assert both == pytest.approx(
        loss(np.array([3.0, 0.0])) + loss(np.array([0.0, 5.0])) - 2 * loss(0.0), rel=1e-3
    )


def test_replicas_can_share_the_images(images):
    z = keras.Input((2, 2))
    decoder = keras.Model(z, ReplicaDense(6, 2, "sigmoid", seed=3)(z))
    losses = []
    for shape in ((6,), (2, 6)):
        x = keras.Input(shape)
        encoder = keras.Model(x, [ReplicaDense(2, 2, seed=i)(x) for i in (1, 2)])
        inputs = images if len(shape) == 1 else np.repeat(images[:, None], 2, axis=1)
        losses.append(total(lib.VAE(encoder, decoder, likelihood="gaussian", seed=4), inputs))
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def test_image_shaped_and_conditional_models(images):
    keras.utils.set_random_seed(0)
    image, label = keras.Input((2, 3, 1)), keras.Input((4,))
    flat = keras.layers.Concatenate()([keras.layers.Flatten()(image), label])
    encoder = keras.Model([image, label], [keras.layers.Dense(2)(flat) for _ in range(2)])
    z = keras.Input((2,))
    x_hat = keras.layers.Dense(6, "sigmoid")(keras.layers.Concatenate()([z, label]))
    decoder = keras.Model([z, label], keras.layers.Reshape((2, 3, 1))(x_hat))
    for likelihood in ("bernoulli", "gaussian"):
        model = lib.VAE(encoder, decoder, likelihood=likelihood)
        model.compile("adam", jit_compile=False)
        x, labels = images.reshape(5, 2, 3, 1), np.eye(5, 4, dtype="float32")
        history = model.fit([x, labels], epochs=1, verbose=0).history
        assert np.isfinite(history["loss"]).all()
        assert tuple(model.reconstruction_loss(x, decoder([np.zeros((5, 2)), labels])).shape) == (
            5,
        )


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("likelihood", "poisson"),
        ("reduction", "max"),
        ("sigma", 0.0),
        ("beta", -1.0),
        ("beta", [1.0, 2.0]),
    ],
)
def test_bad_options_are_named(option, value):
    with pytest.raises(ValueError, match=option):
        dense_vae(**{option: value})


def test_log_weights_average_to_the_elbo(images):
    model, inked = dense_vae(), np.float32(images > 0.5)
    z_mean, z_log_var = (np.asarray(value) for value in model.encoder(inked))
    weights = lib.log_weights(model, inked, 4_000, np.random.default_rng(0))
    assert weights.shape == (4_000, 5)
    z = z_mean + np.exp(z_log_var / 2) * np.random.default_rng(1).normal(size=(4_000, 5, 2))
    x_hat = np.asarray(model.decoder(z.reshape(-1, 2))).reshape(4_000, 5, 6)
    nll = np.asarray(lib.bernoulli_nll(inked, x_hat)).sum(axis=-1).mean(axis=0)
    elbo = -nll - np.asarray(lib.kl_divergence(z_mean, z_log_var)).sum(axis=-1)
    np.testing.assert_allclose(weights.mean(axis=0), elbo, atol=0.1)
    assert (np.log(np.exp(weights).mean(axis=0)) > weights.mean(axis=0)).all()


def test_log_weights_take_another_prior(images):
    def wide(z):  # a normal distribution of variance 4
        return -0.5 * (np.square(z) / 4 + np.log(8 * np.pi)).sum(axis=-1)

    model, inked = dense_vae(), np.float32(images > 0.5)
    plain = lib.log_weights(model, inked, 10, np.random.default_rng(0))
    other = lib.log_weights(model, inked, 10, np.random.default_rng(0), wide)
    z_mean, z_log_var = (np.asarray(value) for value in model.encoder(inked))
    eps = np.random.default_rng(0).standard_normal((10, *z_mean.shape), dtype="float32")
    z = z_mean + np.exp(z_log_var / 2) * eps
    change = (3 / 8 * z**2 - np.log(2)).sum(axis=-1)
    np.testing.assert_allclose(other - plain, change, atol=1e-4)
    with pytest.raises(ValueError, match=r"log_prior must return shape \(50,\)"):
        lib.log_weights(model, inked, 10, np.random.default_rng(0), lambda z: z)


@pytest.mark.parametrize("draws", [0, 5, 15, -10])
def test_log_weights_are_drawn_by_tens(images, draws):
    with pytest.raises(ValueError, match="draws must be a.*, not"):
        lib.log_weights(dense_vae(), images, draws, np.random.default_rng(0))


def test_replicas_with_a_warm_up_of_their_own_end_at_their_beta():
    x = np.random.default_rng(0).random((6, 9)).astype("float32")
    model = vae_replicas.build((9, 4, 2), 3, beta=[0.5, 1, 2])
    model(x)
    before = float(model.losses[0])
    warm_up = np.array([0, 100, 200])
    vae_replicas.fit(model, x, epochs=300, learning_rate=0.01, warm_up=warm_up)
    np.testing.assert_allclose(model.beta.numpy(), [0.5, 1, 2])
    model(x)
    assert float(model.losses[0]) < before
    with pytest.raises(ValueError, match="multiple of 100, not 150"):
        vae_replicas.fit(model, x, epochs=150, learning_rate=0.01)
    with pytest.raises(ValueError, match="sizes"):
        vae_replicas.build((9,), 3)


def test_judge_counts_dead_units_and_parameters_of_each_replica():
    x = np.random.default_rng(0).random((6, 9)).astype("float32")
    model = vae_replicas.build((9, 4, 2), 3, beta=[0.5, 1, 2])
    bias = np.zeros((3, 4))
    bias[1] = -100  # no input brings the units of this replica above 0
    model.encoder.layers[1].bias.assign(bias)
    result = vae_replicas.judge(model, x)
    assert result["dead"][1] == 4 > result["dead"][[0, 2]].max()
    assert result["size"].tolist() == 3 * [10 * 4 + 2 * 5 * 2 + 3 * 4 + 5 * 9]
    # All faces alike, the one that is drawn is not better than the average.
    assert result["left"][1] >= 1
    np.testing.assert_allclose(result["sigma"], np.sqrt(0.5), rtol=1e-6)
