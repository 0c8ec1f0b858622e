"""The automation is well formed and runs the commands that the README names."""

import subprocess
import sys

import yaml
from conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def test_workflows_fit_the_schema():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "github-workflows"]
    result = subprocess.run([*command, *map(str, WORKFLOWS)], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def workflow(name):
    return yaml.safe_load((ROOT / ".github" / "workflows" / f"{name}.yml").read_text())


def commands(job):
    return [step["run"] for step in job["steps"] if "run" in step]


def test_every_make_target_used_exists():
    makefile = (ROOT / "Makefile").read_text()
    jobs = [job for path in WORKFLOWS for job in workflow(path.stem)["jobs"].values()]
    runs = [run for job in jobs for run in commands(job)]
    used = {run.split()[1] for run in runs if run.startswith("make ")}
    used = used - {"${{"} | set(
        workflow("weekly")["jobs"]["elsewhere"]["strategy"]["matrix"]["target"]
    )
    assert used == {"check", "test", "nbval", "book", "colab", "portable", "solutions"}
    assert all(f"\n{target}: " in makefile for target in used)


def test_supported_pythons_are_tested_and_the_two_jobs_run_beside_each_other():
    jobs = workflow("test")["jobs"]
    assert jobs["nbval"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert {"make check", "make nbval"} <= set(commands(jobs["nbval"]))
    assert commands(jobs["test"]) == ["make test"]
    assert all("needs" not in job for job in jobs.values())


def test_other_environments_are_tried_weekly_and_when_dependencies_change():
    started = workflow("weekly")[True]  # YAML reads the key "on" as true
    assert started["schedule"]
    paths = {"pyproject.toml", "requirements.txt", "tests/colab.txt"}
    assert set(started["push"]["paths"]) == paths
    assert all((ROOT / path).is_file() for path in paths)


def test_only_what_passed_the_tests_is_published():
    publish = workflow("publish")
    # YAML reads the key "on" as true.
    assert set(publish[True]) == {"workflow_run"}
    assert publish[True]["workflow_run"]["workflows"] == [workflow("test")["name"]]
    assert "conclusion == 'success'" in publish["jobs"]["build"]["if"]


def test_published_site_knows_its_address():
    job = workflow("publish")["jobs"]["build"]
    assert job["env"]["COURSE_REPOSITORY"] == "${{ github.repository }}"
    assert job["env"]["COURSE_REVISION"] == "${{ github.event.workflow_run.head_sha }}"
    assert ".venv/bin/python book/colab_branch.py origin" in commands(job)


def test_readme_lists_each_target_of_the_makefile_once_and_in_its_words():
    # Within `make test` a make announces its folder: that line is none of the help's.
    command = ["make", "--no-print-directory", "help"]
    helped = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    lines = [" ".join(line.split()) for line in helped.splitlines()]
    targets = [line.split()[1] for line in lines]
    assert len(set(targets)) == len(targets)
    readme = [
        " ".join(line.split()) for line in (ROOT / "README.md").read_text("utf-8").splitlines()
    ]
    assert [line for line in readme if line.startswith("make ")] == lines[1:]
