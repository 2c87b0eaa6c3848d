"""Runs checks that a Java test asks for, one a line: the name and its arguments, divided by blanks.

Answers each with one line: "ok", or "failed " and the traceback with its line ends escaped. "names" as the only argument of the
program prints the names of all checks.
"""

import sys
import traceback


def run(checks, context):
    """context() makes what each check gets as its first argument, when the first check is asked for."""
    if sys.argv[1:] == ["names"]:
        print("\n".join(checks))
        return
    made = context()
    print("ready port 0", flush=True)
    for line in sys.stdin:
        name, *arguments = line.split()
        try:
            checks[name](made, *arguments)
            answer = "ok"
        except BaseException:
            text = traceback.format_exc()
            answer = "failed " + text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
        print(answer, flush=True)
