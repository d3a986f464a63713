#!/usr/bin/env python3
"""check_length.py - functions fit a screen, lines fit a page, files fit a head.

usage: scripts/check_length.py [ROOT]

Functions of at most 70 lines (from the line of the return type to the closing brace), lines of at
most 100 columns and files of at most 600 lines, in every .c and .h under sim/ and tests/; lines of
at most 100 columns in the scripts too.  Relies on the house's layout, which clang-format keeps: a
function's name, its opening and its closing brace start in column 1.  Prints file:line for each
that is too long; exit 1 when there is one.
"""
import pathlib
import sys

FUNCTION_MAX, COLUMN_MAX, FILE_MAX = 70, 100, 600

# Files that may be longer, each with its reason.
LONGER_FILES = {}


def function_start(lines, brace):
    """The index of the line of the return type of the function whose body opens at `brace`."""
    at = brace - 1
    while at > 0 and lines[at][:1] in (" ", "\t"):
        at -= 1
    if at > 0 and lines[at - 1] and lines[at - 1][0] not in "}#/ \t":
        at -= 1
    return at


def long_functions(path, lines):
    for brace, line in enumerate(lines):
        if line != "{" or brace == 0 or not lines[brace - 1].endswith(")"):
            continue
        start = function_start(lines, brace)
        end = next((i for i in range(brace, len(lines)) if lines[i] == "}"), len(lines) - 1)
        if end - start + 1 > FUNCTION_MAX:
            yield f"{path}:{start + 1}: function of {end - start + 1} lines, at most {FUNCTION_MAX}"


def long_lines(path, lines):
    for number, line in enumerate(lines, 1):
        if len(line.expandtabs(8)) > COLUMN_MAX:
            yield f"{path}:{number}: {len(line.expandtabs(8))} columns, at most {COLUMN_MAX}"


def check(root):
    problems, files = [], 0
    code = [p for top in ("sim", "tests") for p in sorted((root / top).rglob("*.[ch]"))]
    scripts = [p for pattern in ("scripts/**/*", "tests/**/*.py", ".ci/*")
               for p in sorted(root.glob(pattern))
               if p.is_file() and p.suffix in (".sh", ".py", "")]
    for path in code + scripts:
        files += 1
        name = path.relative_to(root).as_posix()
        lines = path.read_text(encoding="utf-8").splitlines()
        problems += long_lines(name, lines)
        if path in code:
            problems += long_functions(name, lines)
            if len(lines) > LONGER_FILES.get(name, FILE_MAX):
                problems.append(f"{name}:1: file of {len(lines)} lines, at most {FILE_MAX}")
    return problems, files


def main():
    if len(sys.argv) > 2 or sys.argv[1:] in (["-h"], ["--help"]):
        print(__doc__)
        return 0 if len(sys.argv) == 2 else 64
    here = pathlib.Path(__file__).resolve().parent.parent
    root = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) == 2 else here
    if not (root / "sim").is_dir():
        print(f"check_length.py: {root}/sim: no such directory", file=sys.stderr)
        return 66
    problems, files = check(root)
    print("\n".join(problems) if problems else f"lengths: {files} files fit")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
