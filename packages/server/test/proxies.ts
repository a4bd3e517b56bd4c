import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedProxy } from '../../../scripts/lib/find-proxies.mjs';
import { startProxyProcess } from './proxy-process.js';

/** A proxy that needs no certificate. */
export interface PlainProxy {
  readonly name: 'haproxy' | 'caddy';
  /** Its program; `undefined` where the machine lacks it. */
  readonly program: string | undefined;
  /** Starts it at a port before a gateway. @returns ends it */
  start(program: string, port: number, gateway: URL): Promise<() => Promise<void>>;
}

const inFolder = async (
  start: (folder: string) => Promise<() => Promise<void>>,
): Promise<() => Promise<void>> => {
  const folder = mkdtempSync(join(tmpdir(), 'fleetglass-proxy-'));
  const end = await start(folder);
  return async () => {
    await end();
    rmSync(folder, { recursive: true, force: true });
  };
};

/** Both compress what they may; connections on which nothing happens for four seconds are cut by HAProxy. */
export const PLAIN_PROXIES: readonly PlainProxy[] = [
  {
    name: 'haproxy',
    program: installedProxy('haproxy'),
    start: (program, port, gateway) =>
      inFolder((folder) => {
        const file = join(folder, 'haproxy.cfg');
        writeFileSync(
          file,
          `defaults
  mode http
  timeout connect 5s
  timeout client 4s
  timeout server 4s
  option forwardfor
  compression algo gzip
  compression type text/event-stream application/json text/plain
frontend all
  bind 127.0.0.1:${String(port)}
  default_backend gateway
backend gateway
  server one ${gateway.host}
`,
        );
        return startProxyProcess([program, '-db', '-f', file], port);
      }),
  },
  {
    name: 'caddy',
    program: installedProxy('caddy'),
    start: (program, port, gateway) =>
      inFolder((folder) => {
        const file = join(folder, 'Caddyfile');
        writeFileSync(
          file,
          `{
  admin off
  auto_https off
}
http://127.0.0.1:${String(port)} {
  encode gzip
  reverse_proxy ${gateway.host}
}
`,
        );
        const home = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
        return startProxyProcess([program, 'run', '--config', file, '--adapter', 'caddyfile'], port, home);
      }),
  },
];
