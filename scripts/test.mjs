// `npm test`: installs what is missing, finds a Chromium and proxies, runs vitest with the arguments given, and ends with one line
// `N passed, N failed, N skipped`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { findChromium } from './lib/find-chromium.mjs';
import { ensureProxies } from './lib/find-proxies.mjs';
import { root } from './lib/root.mjs';
import { run } from './lib/run.mjs';

await ensureInstalled();
const chromium = findChromium();
ensureProxies();
const folder = mkdtempSync(join(tmpdir(), 'fleetglass-test-'));
const report = join(folder, 'report.json');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const code = await run(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], {
  env: chromium ? { CHROMIUM_PATH: chromium } : {},
});
const { passed, failed, skipped } = count(report);
rmSync(folder, { recursive: true, force: true });
const empty = passed + failed === 0;
if (empty) console.error('No test ran.');
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = code || (empty || failed > 0 ? 1 : 0);

/** The numbers of vitest's JSON report; a file that failed before its first test counts as one failure. */
function count(path) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  let files;
  try {
    files = JSON.parse(readFileSync(path, 'utf8')).testResults;
  } catch {
    return counts;
  }
  for (const file of files) {
    for (const { status } of file.assertionResults) {
      counts[status === 'passed' || status === 'failed' ? status : 'skipped'] += 1;
    }
    const tests = file.assertionResults;
    if (file.status === 'failed' && !tests.some(({ status }) => status === 'failed')) counts.failed += 1;
  }
  return counts;
}
