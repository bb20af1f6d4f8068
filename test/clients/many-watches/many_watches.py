"""Opens as many watches as it is told, a connection each, says so, and ends when each has told of an event."""

import asyncio
import ssl
import sys
from urllib.parse import urlsplit


async def main(url: str, token: str, authority: str, count: int) -> None:
    context = ssl.create_default_context(cafile=authority)
    parts = urlsplit(url)

    async def begin() -> asyncio.StreamReader:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, ssl=context)
        head = f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n\r\n"
        writer.write(head.encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(answer.decode())
        connections.append(writer)
        return reader

    connections: list[asyncio.StreamWriter] = []
    watches = await asyncio.gather(*(begin() for _ in range(count)))
    print("open", flush=True)
    await asyncio.gather(*(watch.readuntil(b'"type":"ADDED"') for watch in watches))
    print("told", flush=True)
    for connection in connections:
        connection.transport.abort()


asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
