// `npm start`: installs and builds what is missing or out of date, then runs the example; arguments are passed on.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildable, buildJavaScript, buildPage } from './lib/build-packages.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { root } from './lib/root.mjs';
import { run } from './lib/run.mjs';

const example = 'examples/repository-review';
const main = join(root, example, 'dist/main.js');
const page = join(root, example, 'dist/web/index.html');
const stamp = join(root, 'node_modules/.fleetglass-build');

await ensureInstalled();
const packages = buildable('packages');
const fingerprint = fingerprintOf([...packages, example]);
const built = [main, page, ...packages.map((folder) => join(root, folder, 'dist'))].every((path) =>
  existsSync(path),
);
if (!built || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== fingerprint) {
  const started = performance.now();
  console.log('Building …');
  const ok = (await buildJavaScript([...packages, example])) && (await buildPage(example));
  if (!ok) process.exit(1);
  writeFileSync(stamp, fingerprint);
  console.log(`Built in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
}
// Started by hand, it may outlive its shell; started by npm, it ends with npm.
const followParent = process.env.npm_lifecycle_event !== undefined;
process.exitCode = await run(process.execPath, [main, ...process.argv.slice(2)], { followParent });

/** Changes when a source file is added, removed or written. */
function fingerprintOf(folders) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      const inside = path.slice(join(root, folder).length + 1);
      if (!entry.isFile() || /^(dist|node_modules|test)[\\/]/.test(inside)) continue;
      const { mtimeMs, size } = statSync(path);
      hash.update(`${inside}\0${mtimeMs}\0${size}\n`);
    }
  }
  return hash.digest('hex');
}
