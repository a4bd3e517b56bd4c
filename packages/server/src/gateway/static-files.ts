import { createReadStream } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
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

/** What gains from being compressed. */
const PACKED = /\.(?:css|html|js|json|mjs|svg|txt)$/;
const LEAST_PACKED = 1_024;
const MOST_PACKED = 8 * 1_024 * 1_024;
/** Compressed files that are kept. */
const MOST_KEPT = 200;
const compress = promisify(gzip);

/** Names of built assets hold a hash of their content. */
const HASHED = /-[\w-]{8,64}\.\w{1,16}$/;

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
 * its `index.html`. Text is sent compressed to whoever takes it so; each file is compressed once.
 *
 * @returns a handler that answers `undefined` when there is nothing to serve
 */
export function createStaticFiles(directory: string): (context: Context) => Promise<Response | undefined> {
  const root = realpath(directory).catch(() => undefined);
  const kept = new Map<string, Promise<Buffer<ArrayBuffer>>>();
  const packed = ({ path, etag }: FoundFile): Promise<Buffer<ArrayBuffer>> => {
    const name = `${path} ${etag}`;
    let made = kept.get(name);
    if (!made) {
      if (kept.size >= MOST_KEPT) kept.clear();
      made = readFile(path).then((bytes) => compress(bytes));
      made.catch(() => kept.delete(name));
      kept.set(name, made);
    }
    return made;
  };
  return async ({ req }) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') return undefined;
    const base = await root;
    if (base === undefined) return undefined;
    const pathname = req.path;
    const isView = extname(pathname) === '';
    const file = await find(base, isView ? '/index.html' : pathname);
    if (!file) return undefined;
    const headers = new Headers({
      'content-type': MEDIA_TYPES[extname(file.path)] ?? 'application/octet-stream',
      'cache-control': HASHED.test(file.path) ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    const mayPack = PACKED.test(file.path) && file.size >= LEAST_PACKED && file.size <= MOST_PACKED;
    const isPacked = mayPack && /\bgzip\b(?!;q=0(?:\.0*)?(?:,|$))/.test(req.header('accept-encoding') ?? '');
    if (mayPack) headers.set('vary', 'accept-encoding');
    const etag = isPacked ? file.etag.replace(/"$/, '-gz"') : file.etag;
    headers.set('etag', etag);
    if (req.header('if-none-match') === etag) return new Response(null, { status: 304, headers });
    if (isPacked) {
      const bytes = await packed(file);
      headers.set('content-encoding', 'gzip');
      headers.set('content-length', String(bytes.byteLength));
      return new Response(req.method === 'HEAD' ? null : bytes, { headers });
    }
    headers.set('content-length', String(file.size));
    if (req.method === 'HEAD') return new Response(null, { headers });
    return new Response(Readable.toWeb(createReadStream(file.path)) as ReadableStream, { headers });
  };
}
