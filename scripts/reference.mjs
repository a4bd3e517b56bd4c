// Writes docs/reference from the docstrings of everything that is published. `--check` only says whether the pages
// there are what the code says now.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { root } from './lib/root.mjs';

await ensureInstalled();
const pages = join(root, 'docs/reference');
const fresh = mkdtempSync(join(tmpdir(), 'fleetglass-reference-'));
try {
  const typedoc = join(root, 'node_modules/typedoc/bin/typedoc');
  const { status } = spawnSync(process.execPath, [typedoc, '--logLevel', 'Warn', '--out', fresh], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
  else if (process.argv.includes('--check')) {
    const stale = changed(fresh, pages);
    if (stale.length > 0) {
      console.error(`Run \`npm run reference\`; not what the code says: ${stale.join(', ')}`);
      process.exitCode = 1;
    }
  } else {
    rmSync(pages, { recursive: true, force: true });
    cpSync(fresh, pages, { recursive: true });
    console.log(`Wrote ${filesOf(pages).length} pages to docs/reference.`);
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

/** @param {string} folder */
function filesOf(folder) {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.md'));
}

/**
 * @param {string} one
 * @param {string} other
 */
function changed(one, other) {
  const read = (folder, name) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';
  const names = new Set([...filesOf(one), ...filesOf(other)]);
  return [...names].filter((name) => read(one, name) !== read(other, name));
}
