import { createServer, request } from 'node:http';
import { connect } from 'node:net';

/** The host's network, lent to one machine while it fetches: an HTTP proxy (RFC 9110, 9.3.6 for CONNECT). */
export interface Proxy {
  readonly port: number;
  close(): Promise<void>;
}

/** On the loopback, which a machine with user-mode network sees as 10.0.2.2; so repositories served here are reached, too. */
export async function openProxy(): Promise<Proxy> {
  const server = createServer((asked, answer) => {
    const url = URL.canParse(asked.url ?? '') ? new URL(asked.url ?? '') : undefined;
    if (url?.protocol !== 'http:') return void answer.writeHead(400).end();
    const { 'proxy-connection': _, connection: __, ...headers } = asked.headers;
    const onward = request(url, { method: asked.method, headers }, (heard) => {
      answer.writeHead(heard.statusCode ?? 502, heard.headers);
      heard.pipe(answer);
    });
    onward.on('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
    asked.pipe(onward);
  });
  server.on('connect', (asked, socket, head) => {
    const { hostname, port } = new URL(`http://${asked.url ?? ''}`);
    const onward = connect(Number(port || 443), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const each of [onward, socket])
      each.on('error', () => {
        onward.destroy();
        socket.destroy();
      });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as { port: number };
  return {
    port,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
