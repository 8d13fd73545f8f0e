import threading

import treadle


def lose():
    count = [0]

    def increment():
        count[0] += 1

    threads = [threading.Thread(target=increment) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count == [2]


report = treadle.check(lose)
print(report.verdict, report.executions, report.complete)
for finding in report.findings:
    print(finding.summary)
    print(finding.why)
