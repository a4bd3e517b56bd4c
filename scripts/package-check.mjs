// Packs every package as npm would and checks the tarball: publint (fields and files), attw (types resolve for ESM users).
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildable } from './lib/build-packages.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { root } from './lib/root.mjs';
import { run } from './lib/run.mjs';

/** Stylesheets carry no types of their own that a CommonJS importer could resolve. */
const excluded = { react: ['styles.css'] };

await ensureInstalled();
const node = (path, args) => run(process.execPath, [join(root, 'node_modules', path), ...args]);
const folder = mkdtempSync(join(tmpdir(), 'fleetglass-pack-'));
let failures = 0;
for (const path of buildable('packages')) {
  const name = path.split(/[\\/]/).at(-1);
  const target = join(folder, name);
  mkdirSync(target);
  const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', target];
  const packed = (await run('npm', pack, { cwd: join(root, path), quiet: true })) === 0;
  const tarball = packed ? join(target, readdirSync(target)[0]) : '';
  const skip = excluded[name] ? ['--exclude-entrypoints', ...excluded[name]] : [];
  const ok =
    packed &&
    (await node('publint/src/cli.js', ['run', tarball, '--strict'])) === 0 &&
    (await node('@arethetypeswrong/cli/dist/index.js', [
      tarball,
      '--profile',
      'esm-only',
      '--format',
      'ascii',
      ...skip,
    ])) === 0;
  if (!ok) failures += 1;
}
rmSync(folder, { recursive: true, force: true });
if (failures > 0) console.error(`${failures} of the packages cannot be published as they are.`);
process.exitCode = failures > 0 ? 1 : 0;
