"""Runs a command several times, a shell command before each, and prints the median of its processor time (user and
system, in ms) and the largest peak of its memory (in MiB).

    cost.py ROUNDS BEFORE COMMAND...
"""
import os
import statistics
import subprocess
import sys

rounds, before, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
times, peaks = [], []
for _ in range(rounds):
    subprocess.run(["/bin/sh", "-c", before], check=True)
    with open("cost.log", "wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit("failed: %s\n%s" % (" ".join(command), open("cost.log").read()))
    times.append((usage.ru_utime + usage.ru_stime) * 1000)
    peaks.append(usage.ru_maxrss / 1024)
print("%.1f %.1f" % (statistics.median(times), max(peaks)))
