"""How often a process looks for rubbish: what a web process and a worker have loaded stays for good."""

import gc

THRESHOLDS = (20_000, 20, 20)


def collect_seldom() -> None:
    """leave what is loaded alone from now on, and look through what comes after less often.

    To look through everything again and again takes a tenth of every request, and of every file.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
