#!/usr/bin/env python3
"""Do the unit tests notice when the code is wrong? scripts/mutate.py [--sample N] [--seed S] [FOLDER...]

Changes one operator or constant at a time in a copy of the sources, builds with the address sanitizer where it works, and
runs the unit tests that match: those of the same module first, then all of its folder. What these leave is shown to a few
quick tests of the whole program, too. A change that no test notices is a survivor: a test is missing, or the change makes no
difference. The sample is drawn from the seed, so a run can be repeated.

Only Python's standard library, cmake and a compiler are needed. Exit code 0 whatever survives; 1 when the unchanged code
does not build or pass.
"""

import argparse
import hashlib
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ["src/tensor", "src/nn", "src/loss", "src/optim", "src/io", "src/train"]
COPIED = ["CMakeLists.txt", "LICENSE", "src", "include", "tests", "data", "scripts"]
# Of the tests of the whole program, those that are quick.
PROGRAM_TESTS = "^(fuzz|golden)/|^cli/cases/smoke$"
# How much longer than the unchanged code a changed one may take: a loop without end is noticed.
PATIENCE = 5

OPERATORS = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "&&": "||", "||": "&&",
    "+": "-", "-": "+", "*": "+", "/": "*", "%": "/", "+=": "-=", "-=": "+=", "*=": "+=",
    "<<": ">>", ">>": "<<", "&": "|", "|": "&", "^": "|", "++": "--", "--": "++",
}
WORDS = {"true": "false", "false": "true", "break": "continue", "continue": "break"}

HIDDEN = re.compile(
    r"""/\*.*?\*/ | //[^\n]* | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' | ^[ \t]*\#(?:\\\n|[^\n])*
      | \b(?:_Static_assert|static_assert)\b[^;]*;""",
    re.VERBOSE | re.DOTALL | re.MULTILINE)
BINARY = re.compile(r"(?<= )(?:<<|>>|<=|>=|==|!=|&&|\|\||\+=|-=|\*=|[-<>+*/%&|^])(?= )")
STEP = re.compile(r"(?:\+\+|--)")
NUMBER = re.compile(r"(?<![\w.])(\d+\.\d+(?:e[-+]?\d+)?F?|0x[0-9a-fA-F]+|\d+)(?![\w.])")
# A row of a table of constants, as SHA-256 has them: any test notices those, and they would fill the sample.
TABLE = re.compile(r"(?:0x[0-9a-fA-F]+, ){3}")
WORD = re.compile(r"\b(?:true|false|break|continue)\b")


class Change:
    """One change: a place in a file, what stands there, and what shall."""

    def __init__(self, path, text, begin, old, new):
        self.path, self.begin, self.old, self.new = path, begin, old, new
        self.line = text.count("\n", 0, begin) + 1
        start = text.rfind("\n", 0, begin) + 1
        self.source = text[start:text.find("\n", begin)].strip()

    def apply(self, text):
        return text[:self.begin] + self.new + text[self.begin + len(self.old):]

    def __str__(self):
        return f"{self.path}:{self.line}: {self.old} -> {self.new}: {self.source}"


def other_number(number):
    if "." in number:
        suffix = "F" if number.endswith("F") else ""
        return f"{float(number.rstrip('F')) + 1.0!r}{suffix}"
    return str(int(number, 0) + 1)


def changes_of(path):
    """Every change that can be made to a file. What is hidden (comments, strings, directives) becomes blanks first."""
    text = (ROOT / path).read_text(encoding="utf-8")
    visible = HIDDEN.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)
    found = [(match, OPERATORS[match.group()]) for match in BINARY.finditer(visible)]
    found += [(match, OPERATORS[match.group()]) for match in STEP.finditer(visible)]
    found += [(match, WORDS[match.group()]) for match in WORD.finditer(visible)]
    found += [(match, other_number(match.group())) for match in NUMBER.finditer(visible)]
    changes = [Change(path, text, match.start(), match.group(), new) for match, new in found]
    return [change for change in changes if not TABLE.search(change.source)]


def draw_changes(folders, seed):
    paths = sorted(str(path.relative_to(ROOT)) for folder in folders for path in (ROOT / folder).glob("*.[ch]"))
    drawn = [change for path in paths for change in changes_of(path)]
    random.Random(seed).shuffle(drawn)
    return drawn


def targets_for(path):
    """Names of the test programs, those of the module itself first."""
    folder, module = pathlib.PurePath(path).parts[-2], pathlib.PurePath(path).stem
    names = sorted(test.name[:-len("_test.c")] for test in (ROOT / "tests" / folder).glob("*_test.c"))
    names.sort(key=lambda name: name != module)
    return [f"test_{folder}_{name}" for name in names]


def program_targets():
    """What PROGRAM_TESTS run."""
    fuzzed = sorted(source.name[:-len("_fuzz.c")] for source in (ROOT / "tests" / "fuzz").glob("*_fuzz.c"))
    return ["digitnet_program", *(f"fuzz_{name}" for name in fuzzed)]


class Workshop:
    """A copy of the sources, and a build of it."""

    def __init__(self, folder, jobs):
        self.source, self.build, self.jobs = folder / "source", folder / "build", jobs
        self.seconds = {}  # that a test program took with the unchanged code
        # A test that dies leaves its files behind: in here, so that they go when all is done.
        self.environment = dict(os.environ, TMPDIR=str(folder), DIGITNET_SOURCE=str(self.source), DIGITNET_MNIST="")
        for name in COPIED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
            self.source.mkdir(exist_ok=True)
            copy(ROOT / name, self.source / name)
        # -O1: quick to build. No real data: the tests shall notice without. Not the undefined-behaviour sanitizer: it notes
        # the columns of the source, and objects that make no difference would differ.
        self.run(["cmake", "-S", self.source, "-B", self.build, "-DCMAKE_BUILD_TYPE=Plain", "-DCMAKE_C_FLAGS=-O1",
                  "-DDIGITNET_SANITIZE=" + ("address" if self.sanitizer_works(folder) else ""), "-DDIGITNET_MNIST="],
                 check=True)

    @staticmethod
    def run(command, check=False, **more):
        return subprocess.run([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              stdin=subprocess.DEVNULL, check=check, **more)

    def sanitizer_works(self, folder):
        source, probe = folder / "probe.c", folder / "probe"
        source.write_text("int main(void) { return 0; }", encoding="utf-8")
        built = self.run([os.environ.get("CC", "cc"), "-fsanitize=address", source, "-o", probe])
        return built.returncode == 0 and self.run([probe]).returncode == 0

    def make(self, targets):
        done = self.run(["cmake", "--build", self.build, "--parallel", self.jobs, "--target", *targets])
        return done.returncode == 0

    def passes(self, target):
        """Does a test program pass? Its first run, with the unchanged code, tells how long the later ones may take."""
        limit = PATIENCE * (1 + self.seconds[target]) if target in self.seconds else None
        begin = time.monotonic()
        try:
            passed = self.run([self.build / "tests" / target], env=self.environment, timeout=limit).returncode == 0
        except subprocess.TimeoutExpired:
            passed = False
        self.seconds.setdefault(target, time.monotonic() - begin)
        return passed

    def whole_program_passes(self):
        return self.run(["ctest", "--test-dir", self.build, "-R", PROGRAM_TESTS, "--stop-on-failure", "--no-tests=error",
                         "--timeout", 60], env=self.environment).returncode == 0

    def objects(self):
        """A digest of what the library's sources compile to: where it stays the same, the change makes no difference."""
        digest = hashlib.sha256()
        for path in sorted((self.build / "CMakeFiles" / "digitnet.dir").rglob("*.o")):
            digest.update(path.read_bytes())
        return digest.digest()

    def write(self, path, text):
        (self.source / path).write_text(text, encoding="utf-8")

    def judge(self, change, original_objects):
        """'noticed', 'survived', 'no program' (it does not build) or 'no difference'."""
        text = (ROOT / change.path).read_text(encoding="utf-8")
        self.write(change.path, change.apply(text))
        try:
            if not self.make(["digitnet"]):
                return "no program"
            if self.objects() == original_objects:
                return "no difference"
            own, *others = targets_for(change.path)
            for targets in [own], others:
                if targets and not self.make(targets):
                    return "no program"
                if not all(self.passes(target) for target in targets):
                    return "noticed"
            if not self.make(program_targets()):
                return "no program"
            return "survived" if self.whole_program_passes() else "noticed"
        finally:
            self.write(change.path, text)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=20, help="how many changes to judge [20]")
    parser.add_argument("--seed", type=int, default=1, help="draws the sample [1]")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long [never]")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="of the build [processors]")
    parser.add_argument("--list", action="store_true", help="only print the sample")
    parser.add_argument("folders", nargs="*", default=FOLDERS, metavar="FOLDER", help="[" + " ".join(FOLDERS) + "]")
    return parser.parse_args()


def judge_sample(shop, drawn, options):
    """Judge changes in their order until enough were noticed or survived. Hands back both counts' lists."""
    noticed, survived = [], []
    end = time.monotonic() + options.seconds
    objects = shop.objects()
    for change in drawn:
        if len(noticed) + len(survived) == options.sample or time.monotonic() > end:
            break
        verdict = shop.judge(change, objects)
        print(f"{verdict}: {change}", flush=True)
        if verdict == "noticed":
            noticed.append(change)
        elif verdict == "survived":
            survived.append(change)
    return noticed, survived


def main():
    options = parse_arguments()
    drawn = draw_changes(options.folders, options.seed)
    if options.list:
        print("\n".join(str(change) for change in drawn[:options.sample]))
        return 0
    with tempfile.TemporaryDirectory(prefix="digitnet-mutate-") as folder:
        shop = Workshop(pathlib.Path(folder), options.jobs)
        targets = sorted({target for change in drawn for target in targets_for(change.path)})
        if not shop.make(["digitnet", *targets, *program_targets()]) or not shop.whole_program_passes() \
                or not all(shop.passes(target) for target in targets):
            print("mutate.py: the unchanged code does not build or does not pass its tests", file=sys.stderr)
            return 1
        noticed, survived = judge_sample(shop, drawn, options)
    print(f"\n{len(survived)} survivors:")
    for change in survived:
        print(f"  {change}")
    total = len(noticed) + len(survived)
    print(f"{len(noticed)} of {total} changes were noticed, of {len(drawn)} that can be made (seed {options.seed})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
