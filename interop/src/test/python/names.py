"""Prints pyarrow's version, then the names of all that pyarrow.flight has, a line each: Class or Class.member."""

import enum
import inspect

import pyarrow
import pyarrow.flight as fl


def main():
    print(pyarrow.__version__)
    for name, value in sorted(vars(fl).items()):
        if name.startswith("_"):
            continue
        print(name)
        if inspect.isclass(value) and not issubclass(value, enum.Enum):
            inherited = {m for base in (tuple, Exception) if issubclass(value, base) for m in dir(base)}
            for member in dir(value):
                if not member.startswith("_") and member not in inherited:
                    print(f"{name}.{member}")


if __name__ == "__main__":
    main()
