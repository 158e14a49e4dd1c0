"""The notebooks run from top to bottom, show what they promise, and are kept without outputs."""

from __future__ import annotations

import base64
import gc
import json
import os
import sys
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="notebooks need nbformat")
nbclient = pytest.importorskip("nbclient", reason="notebooks need nbclient")
pytest.importorskip("ipykernel", reason="notebooks need ipykernel")
from jupyter_client import AsyncKernelManager  # noqa: E402
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager  # noqa: E402

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "notebooks"
PICTURES = {"tour": 3, "where-200-mw": 1, "cost-of-a-ban": 2, "heat-and-grid": 2, "sweep": 0}
SAYS = {
    "tour": "done in",
    "where-200-mw": "of 200 MW by 2030, 60 MW fit and 140 MW do not",  # 30 at Haven, 30 at the Glass campus
    "cost-of-a-ban": "lifting it alone saves 2.3 M€",
    "heat-and-grid": "pipes add",
    "sweep": "PUE 1.35 instead of 1.20 costs 19.8 M€",
}
QUICK = ("tour", "where-200-mw")
LONG = tuple(name for name in PICTURES if name not in QUICK)
QUIET = "%reset -f\nimport pandas as pd\npd.set_option('compute.use_numexpr', False)"


def test_every_notebook_is_run_here():
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(PICTURES)


@pytest.mark.parametrize("name", PICTURES)
def test_a_notebook_is_kept_without_outputs(name):
    text = (FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")
    cells = json.loads(text)["cells"]
    assert [cell["id"] for cell in cells] == [f"{name}-{n}" for n in range(1, len(cells) + 1)]
    assert all(not c["outputs"] and c["execution_count"] is None for c in cells if c["cell_type"] == "code")


class Same(KernelSpecManager):
    """The kernel of this very Python, whatever kernels the machine has."""

    def get_kernel_spec(self, kernel_name):
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python", language="python", metadata={})


def outputs_of(names) -> dict[str, list]:
    """Outputs of notebooks, run in one kernel that is emptied in between: imports are made once."""
    manager = AsyncKernelManager(kernel_spec_manager=Same())
    client = nbclient.NotebookClient(nbformat.v4.new_notebook(), km=manager, timeout=300)
    client.resources = {"metadata": {"path": str(FOLDER)}}
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    found = {}
    with client.setup_kernel(env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)}):
        for name in names:
            book = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
            client.nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(QUIET), *book.cells])
            for number, cell in enumerate(client.nb.cells):
                client.execute_cell(cell, number)
            found[name] = [out for cell in client.nb.cells for out in cell.get("outputs", [])]
    del client, manager
    gc.collect()  # sockets that the client leaves open warn here, and not in the test after
    return found


@pytest.mark.filterwarnings("ignore")  # of the kernel's client, not of gridplan
@pytest.mark.parametrize("names", [QUICK, pytest.param(LONG, marks=pytest.mark.slow)], ids=["quick", "long"])
def test_the_notebooks_run_and_show_what_they_promise(names):
    for name, outputs in outputs_of(names).items():
        data = [out["data"] for out in outputs if "data" in out]
        pngs = [base64.b64decode(part["image/png"]) for part in data if "image/png" in part]
        assert len(pngs) == PICTURES[name], name
        assert all(png.startswith(b"\x89PNG") and len(png) > 5000 for png in pngs)
        assert not [out for out in outputs if out.get("name") == "stderr"], name
        said = "".join(out.get("text", "") for out in outputs) + json.dumps(data, ensure_ascii=False)
        assert SAYS[name] in said, name
        assert "<progress" not in said, name  # every bar has ended
