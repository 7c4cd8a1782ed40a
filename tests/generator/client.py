"""A client program of a server, kept running: one process for all that is asked of one database."""

import os
import subprocess
import threading


class ServerError(Exception):
    pass


class Client:
    """Statements go in, lines come out; 'mark' makes the program print a line that ends an answer."""

    def __init__(self, command, environment, mark, error, separator="\n"):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        env=dict(os.environ, **environment))
        self.mark = mark
        self.error = error
        self.asked = 0

    def ask(self, text):
        """The lines that the text brings. Raises ServerError for the first error among them."""
        self.asked += 1
        mark = "--- answered %d ---" % self.asked
        text = text + "\n" + self.mark % mark + "\n"
        # The program may answer before it has read all: a thread writes, so that neither waits for the other.
        writer = threading.Thread(target=self._write, args=(text.encode(),))
        writer.start()
        # A quote that is never closed would swallow the mark, and nothing would ever come.
        timer = threading.Timer(120, self.process.kill)
        timer.start()
        lines = []
        for line in self.process.stdout:
            line = line.decode(errors="replace").rstrip("\n")
            if line == mark:
                break
            lines.append(line)
        else:
            timer.cancel()
            raise ServerError("the client program has ended:\n%s\n%s" % (text, "\n".join(lines[-20:])))
        timer.cancel()
        writer.join()
        for line in lines:
            if line.startswith(self.error):
                raise ServerError(line)
        return lines

    def _write(self, data):
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()
