"""How the programs here are spoken to: one JSON object a line on standard input, one a line on standard output; logs go to standard
error, and the end of the input ends the program."""

import asyncio
import json
import logging
import sys


def write(line):
    """One line to whoever started this."""
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


async def begin():
    """What is read from."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    reader = asyncio.StreamReader(limit=64 * 1024 * 1024)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader
