"""Set covering of the OR-Library (Beasley 1987, sets of Balas and Ho): imported, and the optimum proven."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from gridplan.case import CaseError, read_case
from gridplan.exchange import orlib_scp
from tests.model.cases import value

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "literature" / "orlib-scp"
# Copies without the costs are in circulation, so those of the library are kept here: columns come in order of
# cost, and of the columns that cost 1, 2, … 100 these are the last ones.
LAST = {
    "scp41": """12 27 42 56 65 76 87 97 105 114 121 135 143 157 173 179 184 197 204 217 225 235 246 257 265
        273 286 293 301 306 316 327 337 344 352 363 374 387 397 410 419 432 442 450 458 469 483 489
        499 508 513 523 534 545 554 563 574 583 596 602 611 617 626 639 646 658 670 679 683 698 706
        719 734 741 750 767 775 783 797 806 816 818 826 834 843 853 862 869 879 887 902 908 919 926
        934 946 957 965 981 1000""",
    "scp42": """9 16 28 42 57 67 75 81 90 100 111 121 135 143 152 162 171 183 191 199 208 217 233 242 249 259
        271 277 283 291 296 305 316 336 342 358 375 384 394 401 415 433 443 450 460 474 478 494 500
        512 525 534 543 557 567 577 589 601 615 628 640 648 655 664 671 682 700 706 714 718 731 742
        745 750 762 771 780 787 796 805 815 822 834 839 851 861 875 883 892 898 907 919 929 944 955
        967 974 981 992 1000""",
    "scp43": """9 17 30 35 44 54 66 76 93 104 118 126 138 146 153 165 178 186 195 203 213 225 238 253 264 278
        288 294 301 309 319 332 345 356 365 378 383 394 398 406 413 421 431 440 449 463 477 491 497
        508 516 529 535 542 555 564 577 588 594 603 611 614 627 638 646 654 669 680 690 698 704 712
        724 736 748 757 766 776 784 795 805 818 828 838 848 865 874 883 892 902 914 921 932 940 952
        963 976 984 992 1000""",
    "scp44": """16 30 39 56 67 71 81 86 96 105 115 128 138 147 163 173 183 195 201 212 219 229 236 246 256 267
        274 284 291 304 312 327 337 348 359 365 368 381 392 400 414 423 432 445 458 464 473 483 496
        508 514 522 525 542 546 559 569 581 597 606 613 620 629 638 649 659 666 673 686 697 710 719
        726 736 740 756 770 778 787 798 814 822 835 838 845 856 866 873 881 891 901 911 922 938 946
        955 970 981 987 1000""",
}
OPTIMA = {"scp41": 429, "scp42": 512, "scp43": 516, "scp44": 494}


def costs(name: str) -> list[int]:
    last = [0, *map(int, LAST[name].split())]
    return [cost for cost, (a, b) in enumerate(pairwise(last), start=1) for _ in range(b - a)]


def source(name: str) -> Path:
    path = FOLDER / f"{name}.txt"
    if not path.exists():
        pytest.skip(f"no {path}")
    return path


@pytest.mark.parametrize("name", OPTIMA)
def test_the_published_optimum_is_proven(name, tmp_path):
    """200 cells, 1000 masts, each in reach of 2 % of the cells."""
    file = tmp_path / "costs.txt"
    file.write_text(" ".join(map(str, costs(name))))
    orlib_scp.read(source(name), costs=str(file)).write(tmp_path / name)
    case = read_case(tmp_path / name)
    assert [len(case.table(t)) for t in ("masts", "cells")] == [1000, 200]
    plan = case.solve(threads=1)
    goal = plan.summary["objective"]["capex_meur"]
    assert plan.status == "optimal"
    assert value(plan, "capex_meur") == pytest.approx(OPTIMA[name], rel=1e-6)
    assert goal["bound"] == pytest.approx(OPTIMA[name], rel=1e-6)
    assert plan.certificate.ok, plan.certificate


def test_a_copy_without_costs_says_so():
    with pytest.raises(CaseError) as error:
        orlib_scp.read(source("scp43"))
    problem = error.value.problems[0]
    assert (problem.file, problem.row) == ("scp43.txt", 2)
    assert (
        "the costs of the 1000 columns are missing: 400 numbers between the sizes and row 1"
        in problem.message
    )
    assert "--costs" in problem.hint
