"""A proxy on loopback that makes a server look far away: what a client sends arrives so much later.

    delay.py HOST:PORT MILLISECONDS COMMAND...

Runs the command with the proxy's port in DELAYED_PORT, and prints, when it ends, how many times a client
waited for an answer: the round trips. Bytes that a client sends while it waits for nothing count once.
"""
import asyncio
import os
import sys


class Counter:
    trips = 0


async def forward(reader, writer, delay, state, is_client):
    try:
        while True:
            data = await reader.read(65536)
            if not data:
                break
            if is_client:
                # The first bytes after an answer begin a round trip.
                if state["answered"]:
                    Counter.trips += 1
                    state["answered"] = False
                await asyncio.sleep(delay)
            else:
                state["answered"] = True
            writer.write(data)
            await writer.drain()
    except (ConnectionError, asyncio.CancelledError):
        pass
    finally:
        writer.close()


async def serve(host, port, delay, command):
    async def accept(client_reader, client_writer):
        accepted.append(asyncio.current_task())
        server_reader, server_writer = await asyncio.open_connection(host, port)
        state = {"answered": True}
        await asyncio.gather(
            forward(client_reader, server_writer, delay, state, True),
            forward(server_reader, client_writer, delay, state, False))

    accepted = []
    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    environment = dict(os.environ, DELAYED_PORT=str(server.sockets[0].getsockname()[1]))
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    status = await process.wait()
    server.close()
    await asyncio.wait([asyncio.ensure_future(asyncio.gather(*accepted, return_exceptions=True))], timeout=5)
    print("round trips: %d" % Counter.trips, file=sys.stderr)
    return status


def main():
    host, port = sys.argv[1].rsplit(":", 1)
    sys.exit(asyncio.run(serve(host, int(port), float(sys.argv[2]) / 1000, sys.argv[3:])))


if __name__ == "__main__":
    main()
