import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright';
import { chromiumFlags, installedChromium } from '../../scripts/lib/find-chromium.mjs';

export async function launchChromium() {
  const executablePath = installedChromium(chromium.executablePath());
  if (!executablePath) throw new Error('No Chromium found: install it or set CHROMIUM_PATH.');
  return chromium.launch({ executablePath, args: chromiumFlags });
}

/** Bundles a page's script as its users would and serves it on a free port. */
export async function servePage(entry) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    outdir: 'out',
    write: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  const [script, style] = ['.js', '.css'].map(
    (end) => outputFiles.find((file) => file.path.endsWith(end))?.text ?? '',
  );
  const html = `<!doctype html><meta charset="utf-8"><title>bench</title><link rel="icon" href="data:,"><style>${style}</style><div id="root"></div><script type="module" src="/page.js"></script>`;
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html; charset=utf-8' });
    response.end(isScript ? script : html);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

/** Main-thread CPU milliseconds since the page began. */
export async function taskTime(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find((metric) => metric.name === 'TaskDuration').value * 1_000;
}
