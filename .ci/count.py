"""Sums up Surefire's reports of all modules; fails if the interop tests did not run or any of them was skipped."""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree

total = {}
for report in sorted(pathlib.Path(".").glob("*/target/surefire-reports/TEST-*.xml")):
    suite = ElementTree.parse(report).getroot()
    ran, failed, errors, skipped = (int(suite.get(k)) for k in ("tests", "failures", "errors", "skipped"))
    module = total.setdefault(report.parts[0], {"passed": 0, "failed": 0, "skipped": 0, "seconds": 0.0})
    module["passed"] += ran - failed - errors - skipped
    module["failed"] += failed + errors
    module["skipped"] += skipped
    module["seconds"] += float(suite.get("time").replace(",", ""))
    if skipped and report.parts[0] == "interop":
        print(f"skipped in {suite.get('name')}: {skipped}")

for name, m in total.items():
    print(f"{name:10} {m['passed']:5} passed {m['failed']:3} failed {m['skipped']:3} skipped {m['seconds']:7.1f} s")

wrong = []
interop = total.get("interop", {"passed": 0, "failed": 0, "skipped": 0})
if interop["passed"] + interop["failed"] == 0:
    wrong.append("no interop test ran")
if interop["skipped"]:
    wrong.append(f"{interop['skipped']} interop tests were skipped; each of them has to run here")
for problem in wrong:
    print(f"ci: {problem}", file=sys.stderr)

passed, failed, skipped = (sum(m[k] for m in total.values()) for k in ("passed", "failed", "skipped"))
print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
sys.exit(1 if wrong or failed else 0)
