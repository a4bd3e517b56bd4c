// `npm run torture -- --minutes N --seed S [--only kill,proxy]`: mistreats the product for as long as it is told, and
// prints a line of JSON for each way of doing so: faults injected, faults noticed, events compared.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bundleSources } from './lib/bundle-sources.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { root } from './lib/root.mjs';
import { run } from './lib/run.mjs';

await ensureInstalled();
const program = join(root, 'node_modules/.fleetglass-torture/main.mjs');
await bundleSources(join(root, 'packages/server/test/torture/main.ts'), program);
const { stdout } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' });
process.exitCode = await run(
  process.execPath,
  ['--no-warnings', '--expose-gc', program, ...process.argv.slice(2)],
  {
    env: { TORTURE_COMMIT: stdout?.trim() || 'unknown' },
    followParent: process.env.npm_lifecycle_event !== undefined,
  },
);
