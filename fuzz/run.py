"""Fuzzing, guided by coverage: `python fuzz/run.py edition|mark|returned SECONDS` looks for input that breaks what tests/found.py asks for.

Seeds are made anew; what was reached is kept in fuzz/corpus/, and each fault as a file in tests/data/found/ that the tests replay.
"""

import random
import sys
from pathlib import Path

import atheris

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tests")]

with atheris.instrument_imports(include=["ogi_xlsx.form", "ogi_xlsx.returns", "ogi_xlsx.review"]):
    import found
    import mutators

LIMITS = {"-timeout": 20, "-report_slow_units": 20, "-rss_limit_mb": 2048, "-print_final_stats": 1, "-use_value_profile": 1}  # seconds; megabytes
LONGEST = {"edition": 16_000, "mark": 20_000, "returned": 400_000}  # bytes of an input


def main(name: str, seconds: str) -> None:
    """Fuzz one check for a time; a fault ends the run with the name of its file."""
    corpus = HERE / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(mutators.SEEDS[name]()):
        (corpus / f"seed-{number}").write_bytes(seed)
    found.FOLDER.mkdir(parents=True, exist_ok=True)
    mutate, check = mutators.MUTATORS[name], found.CHECKS[name]

    def mutator(data: bytes, most: int, seed: int) -> bytes:
        changed = mutate(data, random.Random(seed), lambda piece: bytes(atheris.Mutate(piece, max(len(piece) + 64, 64))))
        return changed if len(changed) <= most else data

    options = [f"{option}={value}" for option, value in LIMITS.items()]
    options += [f"-max_len={LONGEST[name]}", f"-max_total_time={seconds}", f"-artifact_prefix={found.FOLDER}/{name}-", str(corpus)]
    atheris.Setup([sys.argv[0], *options], lambda data: check(data) and None, custom_mutator=mutator)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
