"""Importing the library is cheap and harmless; importing TensorFlow through it is silent."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

WATCH = """
import sys

def watch(event, arguments):
    if event.startswith("socket.") or event in ("os.mkdir", "os.remove", "os.rename"):
        raise AssertionError(f"{event}{arguments}")
    if event == "open" and arguments[1] is not None and set(arguments[1]) & set("wax+"):
        raise AssertionError(f"{event}{arguments}")

sys.addaudithook(watch)
"""


def run(code, tmp_path, **environment):
    return subprocess.run(
        [sys.executable, "-B", "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.parametrize("module", ["course_lib", "course_lib.data"])
def test_import_loads_no_tensorflow_opens_no_socket_and_writes_no_file(module, tmp_path):
    code = f"""{WATCH}
import {module}
assert not {{"tensorflow", "keras", "sklearn", "skimage"}} & set(sys.modules), sorted(sys.modules)
"""
    result = run(code, tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("module", ["noise", "metrics", "plots"])
def test_the_other_light_modules_leave_tensorflow_alone(module, tmp_path):
    result = run(f"import sys, course_lib.{module}; assert 'keras' not in sys.modules", tmp_path)
    assert (result.returncode, result.stderr) == (0, "")


def test_the_stored_data_load_without_a_socket_or_a_written_file(tmp_path):
    code = f"{WATCH}\nfrom course_lib import data\ndata.load_font(), data.load_emoji()"
    result = run(code, tmp_path)
    assert (result.returncode, result.stderr) == (0, "")


def test_the_watch_would_notice(tmp_path):
    assert "socket" in run(f"{WATCH}\nimport socket; socket.socket()", tmp_path).stderr
    assert "open" in run(f"{WATCH}\nopen('x', 'w')", tmp_path).stderr


def test_quiet_imports_tensorflow_without_a_word(tmp_path):
    code = """
import course_lib.quiet
import keras, os, sys
assert "tensorflow" in sys.modules
os.write(2, b"later errors are seen")
"""
    result = run(code, tmp_path)
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr == "later errors are seen"


# What notebooks and outside users imported before the packages were made, each by its old path.
FORMER = {
    "convolution": "macs output_size parameters pooled_size receptive_field same_padding "
    "transposed_output_size",
    "data": "ImageSet TransferSet data_folder load_creditcard load_digits load_emoji load_faces "
    "load_font load_keras_images load_nuclei load_patches load_photographs load_transfers "
    "read_font read_font_header",
    "evidence": "measured",
    "explore": "ConvolutionExplorer GlyphEditor InterpolationExplorer LatentExplorer MaskExplorer "
    "ThresholdExplorer live_only",
    "generative": "BernoulliMixture fit_bernoulli_mixture frechet_distance importance_bound "
    "precision_recall slant",
    "metrics": "Nearest active_units dice iou nearest pixel_errors psnr recognised replica_summary "
    "ssim",
    "noise": "flip gaussian salt_and_pepper",
    "pets": "load_pets",
    "plots": "INK LINES MARKERS PALETTE PALETTE_10 STYLE curves figure image_grid latent_classes "
    "latent_map",
    "quiet": "silent_stderr",
    "replicas": "ReplicaDense build_mlp fit predict replica",
    "segmentation": "ObjectScores boundary boundary_error boundary_f1 object_scores",
    "segmentation_plots": "error_map picture_columns seed_points",
    "simulate": "NucleiScene NucleiSet load_nuclei",
    "sweep": "sweep",
    "vae": "Sampling VAE bernoulli_nll gaussian_nll kl_divergence split_kl",
}


@pytest.mark.parametrize("module", FORMER)
def test_every_name_that_was_ever_public_still_imports(module):
    held = vars(importlib.import_module(f"course_lib.{module}"))
    assert [name for name in FORMER[module].split() if name not in held] == []


@pytest.mark.parametrize("package", ["data", "explore", "metrics", "plots"])
def test_a_package_exports_what_it_says(package):
    module = importlib.import_module(f"course_lib.{package}")
    assert set(module.__all__) <= vars(module).keys()
