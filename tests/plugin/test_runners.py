from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., pytest.RunResult]

INSIDE = """
import os
import sqlite3
from pathlib import Path

def place():
    return os.environ.get("MLFLOW_TRACKING_URI", "").removeprefix("sqlite:///")

def empty():
    # One test writes what the next must not see; no MLflow needed for that.
    with sqlite3.connect(place()) as store:
        found = store.execute("SELECT count(*) FROM experiments").fetchone()[0]
        store.execute("INSERT INTO experiments (name, experiment_id) VALUES ('mine', 77)")
    store.close()
    return found == 1
"""

#: What pytest-forked does. Its own release 1.7.5 fails every test under pytest 9.2.
FORKING = """
import json
import os
import tempfile

import pytest
from _pytest.runner import runtestprotocol

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item):
    hook, config = item.config.hook, item.config
    with tempfile.TemporaryFile("w+") as results:
        if not os.fork():
            reports = runtestprotocol(item, log=False)
            data = [hook.pytest_report_to_serializable(config=config, report=r) for r in reports]
            json.dump(data, results, default=str)
            results.flush()
            os._exit(0)
        os.wait()
        results.seek(0)
        for data in json.load(results):
            report = hook.pytest_report_from_serializable(config=config, data=data)
            hook.pytest_runtest_logreport(report=report)
    return True
"""


def test_a_whole_suite_of_every_kind_of_test(suite: pytest.Pytester, run: Run) -> None:
    suite.makeini("[pytest]\nusefixtures = mlops_workspace\nasyncio_mode = auto\n")
    suite.makepyfile(
        forking=FORKING,
        inside=INSIDE,
        test_functions="""
            import pytest
            from inside import empty

            @pytest.mark.parametrize("number", [1, 2])
            def test_function(number):
                assert empty()
            """,
        test_async="""
            import asyncio

            from inside import empty

            async def test_first():
                await asyncio.sleep(0)
                assert empty()

            async def test_second(workspace):
                assert empty()
            """,
        test_unittest="""
            import unittest

            from inside import empty

            class TestCase(unittest.TestCase):
                def test_first(self):
                    self.assertTrue(empty())

                def test_second(self):
                    self.assertTrue(empty())

            class TestAsync(unittest.IsolatedAsyncioTestCase):
                async def test_async(self):
                    self.assertTrue(empty())
            """,
        documented='''
            def first():
                """
                >>> from inside import empty
                >>> empty()
                True
                """

            def second():
                """
                >>> from inside import empty
                >>> empty()
                True
                """
            ''',
    )
    every = ("--doctest-modules", "-p", "asyncio")
    run(*every).assert_outcomes(passed=9)
    run(*every, "-n", "2").assert_outcomes(passed=9)
    run(*every, "-p", "randomly").assert_outcomes(passed=9)
    run(*every, "-p", "forking").assert_outcomes(passed=9)


def test_who_asks_by_name(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(
        inside=INSIDE,
        test_it="""
            import unittest

            import pytest
            from inside import empty, place

            @pytest.mark.usefixtures("workspace")
            class TestMarked:
                def test_first(self):
                    assert empty()

                def test_second(self):
                    assert empty()

            class TestCase(unittest.TestCase):
                @pytest.fixture(autouse=True)
                def _take(self, workspace):
                    self.workspace = workspace

                def test_first(self):
                    self.assertIn(str(self.workspace.root_path), place())

            def test_nobody():
                assert place() == ""
            """,
        documented='''
            def documented():
                """
                >>> workspace = getfixture("workspace")
                >>> import os
                >>> os.environ["MLFLOW_TRACKING_URI"] == workspace.mlflow.tracking_uri
                True
                """
            ''',
    )
    run("--doctest-modules").assert_outcomes(passed=5)


def test_doctests_of_a_text_file(suite: pytest.Pytester, run: Run) -> None:
    suite.maketxtfile(test_documented='>>> getfixture("workspace").outputs_path.is_dir()\nTrue\n')
    run().assert_outcomes(passed=1)


def test_a_forked_test_that_fails_shows_its_workspace(suite: pytest.Pytester, run: Run) -> None:
    suite.makepyfile(forking=FORKING, test_bad="def test_bad(workspace): assert False")
    result = run("-p", "forking")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*- workspace *-", "kept in *"])


def test_forked_tests_of_one_name_have_a_workspace_each(suite: pytest.Pytester, run: Run) -> None:
    suite.makeconftest(
        """
        def pytest_collection_finish(session):
            # As the first `tmp_path` of the process that forks would.
            session.config._tmp_path_factory.getbasetemp()
        """
    )
    text = "def test_it(workspace): print('at', workspace.root_path.parent.name)"
    suite.makepyfile(forking=FORKING, test_one=text, test_two=text)
    result = run("-p", "forking", "-rA")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["at 0001-test_it", "at 0002-test_it"])


def test_an_interrupt_puts_everything_back(suite: pytest.Pytester, run: Run) -> None:
    suite.makeconftest(
        """
        import os

        def pytest_unconfigure():
            print("afterwards:", os.environ.get("MLFLOW_TRACKING_URI"))
        """
    )
    suite.makepyfile("def test_it(workspace): raise KeyboardInterrupt")
    result = run("-s")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*afterwards: None*"])
