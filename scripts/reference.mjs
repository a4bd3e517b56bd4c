// Writes docs/openapi.json from the schemas of the REST API, and docs/reference from the docstrings of everything that is published. `--check` writes nothing that stays: it only
// says whether every export has a docstring and every link in one leads somewhere.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { root } from './lib/root.mjs';
import { writeOpenApi } from './lib/write-openapi.mjs';

await ensureInstalled();
const isCheck = process.argv.includes('--check');
if (!isCheck) await writeOpenApi();
const pages = isCheck ? mkdtempSync(join(tmpdir(), 'fleetglass-reference-')) : join(root, 'docs/reference');
const typedoc = join(root, 'node_modules/typedoc/bin/typedoc');
const { status } = spawnSync(process.execPath, [typedoc, '--logLevel', 'Warn', '--out', pages], {
  cwd: root,
  stdio: 'inherit',
});
if (status === 0) {
  const names = readdirSync(pages, { recursive: true, encoding: 'utf8' });
  const count = names.filter((name) => name.endsWith('.md')).length;
  console.log(`${count} reference pages ${isCheck ? 'can be written' : 'are in docs/reference'}.`);
} else process.exitCode = 1;
if (isCheck) rmSync(pages, { recursive: true, force: true });
