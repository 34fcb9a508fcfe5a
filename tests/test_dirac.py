"""The smallest GAN: directions that the losses give, the eigenvalues of the paper, and players who do as these say."""

import numpy as np
import pytest
import tensorflow as tf

from gan_lib import R1, R2, GradientPenalty, Hinge, LeastSquares, NonSaturating, Relativistic, Wasserstein
from gan_lib.studies.dirac import DiracGAN

NS = NonSaturating(from_logits=True)


def eigenvalues(loss, penalties=()):
    return np.sort_complex(DiracGAN(loss, penalties).eigenvalues())


@pytest.mark.parametrize("loss, imaginary", [
    (NS, np.sqrt(1 / 8)), (LeastSquares(), 0.5), (Hinge(), 1), (Wasserstein(), 1), (Relativistic(), 0.5),
])  # fmt: skip
def test_without_a_penalty_the_players_turn_and_nothing_pulls_them_in(loss, imaginary):
    assert np.allclose(eigenvalues(loss), [-1j * imaginary, 1j * imaginary], atol=1e-6)


@pytest.mark.parametrize("gamma", [0.3, 1.0])
def test_r1_adds_its_gamma_to_the_matrix(gamma):
    assert np.allclose(eigenvalues(NS, [R1(gamma)]), np.sort_complex(np.roots([1, gamma, 1 / 8]).astype(complex)), atol=1e-5)
    assert np.allclose(eigenvalues(Relativistic(), [R1(gamma / 2), R2(gamma / 2)]),
                       np.sort_complex(np.roots([1, gamma, 1 / 4]).astype(complex)), atol=1e-3)  # fmt: skip


def test_directions_go_down_each_players_own_loss():
    game = DiracGAN(NS, [R1(0.5)])
    theta, psi = 0.7, -0.4
    sigmoid = 1 / (1 + np.exp(-theta * psi))
    by_theta, by_psi = game.directions(tf.constant([theta, psi])).numpy()
    assert by_theta == pytest.approx(psi * (1 - sigmoid), rel=1e-5)
    assert by_psi == pytest.approx(-theta * sigmoid / 2 - 0.5 * psi, rel=1e-5)


def test_players_do_what_the_eigenvalues_say():
    rest = {name: np.linalg.norm(DiracGAN(Wasserstein(), penalties).play(steps=300)[-1]) for name, penalties in
            {"free": (), "slope near 1": [GradientPenalty(1.0)], "slope near 0": [R1(1.0)]}.items()}  # fmt: skip
    assert rest["slope near 0"] < 1e-3 and rest["free"] > 1 and rest["slope near 1"] > 1


def test_the_path_begins_at_the_start_and_d_moves_first():
    path = DiracGAN(Wasserstein()).play(start=(1, 0), rate=0.1, steps=1)
    assert np.allclose(path, [[1, 0], [1 - 0.01, -0.1]])
