"""The notebooks run from top to bottom, show what they promise, and are kept without outputs."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="notebooks need nbformat")
nbclient = pytest.importorskip("nbclient", reason="notebooks need nbclient")
pytest.importorskip("ipykernel", reason="notebooks need ipykernel")

FOLDER = Path(__file__).parents[2] / "docs" / "notebooks"
PICTURES = {"tour": 3, "where-200-mw": 1, "cost-of-a-ban": 2, "heat-and-grid": 2, "sweep": 0}
QUIET = "%reset -f\nimport pandas as pd\npd.set_option('compute.use_numexpr', False)"


def test_every_notebook_is_run_here():
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(PICTURES)


@pytest.mark.parametrize("name", PICTURES)
def test_a_notebook_is_kept_without_outputs(name):
    text = (FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")
    cells = json.loads(text)["cells"]
    assert [cell["id"] for cell in cells] == [f"{name}-{n}" for n in range(1, len(cells) + 1)]
    assert all(not c["outputs"] and c["execution_count"] is None for c in cells if c["cell_type"] == "code")


@pytest.mark.filterwarnings("ignore")  # of the kernel's client, not of gridplan
def test_the_notebooks_run_and_show_pictures():
    """All in one kernel, which is emptied in between: what is imported is imported once."""
    first = nbformat.v4.new_notebook()
    client = nbclient.NotebookClient(first, timeout=300, kernel_name="python3", resources=_at(FOLDER))
    found: dict[str, list] = {}
    with client.setup_kernel():
        for name in PICTURES:
            book = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
            empty = nbformat.v4.new_code_cell(QUIET)
            client.nb = nbformat.v4.new_notebook(cells=[empty, *book.cells])
            for number, cell in enumerate(client.nb.cells):
                client.execute_cell(cell, number)
            found[name] = [out for cell in client.nb.cells for out in cell.get("outputs", [])]
    for name, outputs in found.items():
        data = [out["data"] for out in outputs if "data" in out]
        pngs = [base64.b64decode(part["image/png"]) for part in data if "image/png" in part]
        assert len(pngs) == PICTURES[name], name
        assert all(png.startswith(b"\x89PNG") and len(png) > 5000 for png in pngs)
        assert not [out for out in outputs if out.get("name") == "stderr"], name
    said = "".join(out.get("text", "") for out in found["where-200-mw"])
    assert "of 200 MW by 2030, 60 MW fit and 140 MW do not" in said  # 30 at Haven, 30 at the Glass campus
    assert "done in" in json.dumps(found["tour"])  # the bar has ended
    assert "2.3 M€" in "".join(out.get("text", "") for out in found["cost-of-a-ban"])


def _at(folder: Path) -> dict:
    return {"metadata": {"path": str(folder)}}
