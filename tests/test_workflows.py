"""The automation is well formed and runs the commands that the README names."""

import subprocess
import sys

import pytest
import yaml
from conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow_fits_the_schema(path):
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            "github-workflows",
            str(path),
        ],
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_make_target_used_exists():
    makefile = (ROOT / "Makefile").read_text()
    used = [
        step["run"].split()[1]
        for path in WORKFLOWS
        for job in yaml.safe_load(path.read_text())["jobs"].values()
        for step in job["steps"]
        if step.get("run", "").startswith("make ")
    ]
    assert set(used) == {"test", "book"}
    assert all(f"\n{target}: " in makefile for target in used)


def test_supported_pythons_are_tested():
    matrix = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text())
    assert matrix["jobs"]["test"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
