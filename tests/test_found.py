"""Input in which fuzzing or a search by hand found a fault, each a file named after the check that it broke: it breaks it no more."""

import found
import pytest


@pytest.mark.parametrize("path", sorted(found.FOLDER.iterdir()), ids=lambda path: path.name)
def test_a_fault_that_was_found_once_is_none_any_more(path):
    found.CHECKS[path.name.partition("-")[0]](path.read_bytes())


@pytest.mark.parametrize("name", found.CHECKS)
def test_each_check_sees_through_what_is_nothing(name):
    assert not (judged := found.CHECKS[name](b"")) or judged.returned.layout is None
