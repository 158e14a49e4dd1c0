"""One thread of linear algebra while hours are checked, as many as before afterwards."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from gridplan.solve.blas import _libraries, one_thread


def threads():
    return [get() for get, _ in _libraries()]


@pytest.fixture
def several():
    """Two threads, whatever the machine has."""
    if not _libraries():
        pytest.skip("numpy and scipy bring no OpenBLAS here")
    before = threads()
    for _, put in _libraries():
        put(2)
    yield [2] * len(before)
    for (_, put), count in zip(_libraries(), before, strict=True):
        put(count)


def test_one_inside_and_as_before_outside(several):
    with one_thread():
        with one_thread():
            assert set(threads()) == {1}
        assert set(threads()) == {1}
    assert threads() == several


def test_restored_after_an_error_and_after_several_threads(several):
    def work(_):
        with one_thread():
            return set(threads())

    with ThreadPoolExecutor(4) as pool:
        assert all(found == {1} for found in pool.map(work, range(40)))
    assert threads() == several
    with pytest.raises(KeyError), one_thread():
        raise KeyError
    assert threads() == several
