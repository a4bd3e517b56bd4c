import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import type { Context } from 'hono';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** Names of built assets hold a hash of their content. */
const HASHED = /-[\w-]{8,}\.\w+$/;

interface FoundFile {
  readonly path: string;
  readonly size: number;
  readonly etag: string;
}

/** A file inside `root`, after every link was followed; `undefined` for anything else. */
async function find(root: string, pathname: string): Promise<FoundFile | undefined> {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  // Separators of any system, control characters and hidden files have no place in the address of an asset.
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\\\x00-\x1f:]|(^|\/)\.|\/\//.test(decoded)) return undefined;
  try {
    const path = await realpath(join(root, decoded));
    if (!path.startsWith(root + sep)) return undefined;
    const { size, mtimeMs, isFile } = await stat(path).then((stats) => ({
      size: stats.size,
      mtimeMs: stats.mtimeMs,
      isFile: stats.isFile(),
    }));
    return isFile
      ? { path, size, etag: `"${size.toString(36)}-${Math.trunc(mtimeMs).toString(36)}"` }
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Serves the files of a built web page. Addresses without an extension are views of the page itself and answered with
 * its `index.html`.
 *
 * @returns a handler that answers `undefined` when there is nothing to serve
 */
export function createStaticFiles(directory: string): (context: Context) => Promise<Response | undefined> {
  const root = realpath(directory).catch(() => undefined);
  return async ({ req }) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return undefined;
    const base = await root;
    if (base === undefined) return undefined;
    const pathname = new URL(req.url).pathname;
    const isView = extname(pathname) === '';
    const file = await find(base, isView ? '/index.html' : pathname);
    if (!file) return undefined;
    const headers = new Headers({
      'content-type': MEDIA_TYPES[extname(file.path)] ?? 'application/octet-stream',
      'cache-control': HASHED.test(file.path) ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: file.etag,
    });
    if (req.header('if-none-match') === file.etag) return new Response(null, { status: 304, headers });
    headers.set('content-length', String(file.size));
    if (req.method === 'HEAD') return new Response(null, { headers });
    return new Response(Readable.toWeb(createReadStream(file.path)) as ReadableStream, { headers });
  };
}
