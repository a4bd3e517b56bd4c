import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedProxy } from '../../../scripts/lib/find-proxies.mjs';
import { freePort, startProxyProcess } from './proxy-process.js';

/** The name in the sample configuration. */
const NAME = 'fleet.example.com';
const SAMPLE = fileURLToPath(new URL('../../../docs/deploy/nginx.conf', import.meta.url));

/** Where nginx and openssl are; `undefined` where the machine lacks one of them. */
export function findNginx(): { readonly nginx: string; readonly openssl: string } | undefined {
  const nginx = installedProxy('nginx');
  const openssl = ['/usr/bin/openssl', '/usr/local/bin/openssl', '/opt/homebrew/bin/openssl'].find((place) =>
    existsSync(place),
  );
  return nginx !== undefined && openssl !== undefined ? { nginx, openssl } : undefined;
}

export interface RunningNginx {
  /** Address under which the gateway is reached. */
  readonly url: string;
  /** Finds the name on this machine and trusts its certificate. */
  readonly agent: Agent;
  readonly ca: string;
  readonly port: number;
  close(): Promise<void>;
}

function makeCertificate(folder: string, openssl: string): { readonly key: string; readonly crt: string } {
  const key = join(folder, 'tls.key');
  const crt = join(folder, 'tls.crt');
  const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const subject = ['-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`];
  const made = spawnSync(openssl, ['req', '-x509', ...options, '-keyout', key, '-out', crt, ...subject]);
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr.toString()}`);
  return { key, crt };
}

/** The sample configuration, of which only what has to be replaced is replaced. */
function sampleFor(replacements: Readonly<Record<string, string>>): string {
  let text = readFileSync(SAMPLE, 'utf8');
  for (const [from, to] of Object.entries(replacements)) {
    if (!text.includes(from)) throw new Error(`The sample configuration has no \`${from}\` any more.`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/**
 * Starts nginx with the sample configuration before a gateway; everything that the sample leaves open is as nginx has it
 * by default, but that it compresses and stores all that it may.
 */
export async function startNginx(
  { nginx, openssl }: { readonly nginx: string; readonly openssl: string },
  gateway: string,
): Promise<RunningNginx> {
  const folder = mkdtempSync(join(tmpdir(), 'fleetglass-nginx-'));
  const { key, crt } = makeCertificate(folder, openssl);
  const port = await freePort();
  const site = sampleFor({
    '127.0.0.1:4848': new URL(gateway).host,
    'listen 443 ssl': `listen 127.0.0.1:${String(port)} ssl`,
    '/etc/ssl/fleet.example.com.crt': crt,
    '/etc/ssl/fleet.example.com.key': key,
  });
  const isRoot = process.getuid?.() === 0;
  const configuration = `
${isRoot ? 'user root;' : ''}
worker_processes 1;
error_log ${folder}/error.log;
pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  proxy_cache_path ${folder}/cache keys_zone=all:1m;
  proxy_cache all;
  proxy_cache_valid any 10m;
  gzip on;
  gzip_proxied any;
  gzip_min_length 1;
  gzip_types text/event-stream application/json text/plain;
${site}
}
`;
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration);
  const command = ['-p', folder, '-c', file, '-e', join(folder, 'error.log'), '-g', 'daemon off;'];
  const end = await startProxyProcess([nginx, ...command], port);
  const ca = readFileSync(crt, 'utf8');
  const agent = new Agent({
    ca,
    lookup: (_name, options, done) =>
      options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4),
  });
  return {
    url: `https://${NAME}:${String(port)}`,
    agent,
    ca,
    port,
    async close() {
      agent.destroy();
      await end();
      rmSync(folder, { recursive: true });
    },
  };
}
