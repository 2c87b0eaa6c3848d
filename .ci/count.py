"""Sums up Surefire's reports of all modules; fails if tests against other programs did not run or were skipped."""

import os
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

# The modules that stand beside other implementations, and how many of their tests may be skipped.
PEERS = {"interop": 0, "conformance": 1 if os.environ.get("PEREGRINE_WITHOUT") else 0}

total = {}
for report in sorted(pathlib.Path(".").glob("*/target/surefire-reports/TEST-*.xml")):
    suite = ElementTree.parse(report).getroot()
    ran, failed, errors, skipped = (int(suite.get(k)) for k in ("tests", "failures", "errors", "skipped"))
    module = total.setdefault(report.parts[0], {"passed": 0, "failed": 0, "skipped": 0, "seconds": 0.0})
    module["passed"] += ran - failed - errors - skipped
    module["failed"] += failed + errors
    module["skipped"] += skipped
    module["seconds"] += float(suite.get("time").replace(",", ""))
    if skipped and report.parts[0] in PEERS:
        print(f"skipped in {suite.get('name')}: {skipped}")

for name, m in total.items():
    print(f"{name:10} {m['passed']:5} passed {m['failed']:3} failed {m['skipped']:3} skipped {m['seconds']:7.1f} s")

wrong = []
for module, allowed in PEERS.items():
    m = total.get(module, {"passed": 0, "failed": 0, "skipped": 0})
    if m["passed"] + m["failed"] == 0:
        wrong.append(f"no test of {module} ran")
    if m["skipped"] > allowed:
        wrong.append(f"{m['skipped']} tests of {module} were skipped; each of them has to run here")
for problem in wrong:
    print(f"ci: {problem}", file=sys.stderr)

passed, failed, skipped = (sum(m[k] for m in total.values()) for k in ("passed", "failed", "skipped"))
print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
sys.exit(1 if wrong or failed else 0)
