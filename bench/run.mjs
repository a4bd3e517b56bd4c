// npm run bench -- [NAME ...] [--json]
// Each suite runs in a process of its own, prints one JSON line a figure, and measures its peers in the same run.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { formatTable } from './lib/table.mjs';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const suites = readdirSync(at('./suites'))
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => file.slice(0, -4))
  .sort();

function fail(message) {
  console.error(message);
  process.exit(2);
}

let options;
try {
  options = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' }, help: { type: 'boolean' } },
  });
} catch (error) {
  fail(error.message);
}
if (options.values.help) {
  console.log(`Usage: npm run bench -- [${suites.join(' | ')} ...] [--json]`);
  process.exit(0);
}
const names = options.positionals.length > 0 ? options.positionals : suites;
const unknown = names.filter((name) => !suites.includes(name));
if (unknown.length > 0) fail(`Unknown benchmark: ${unknown.join(', ')}. There are: ${suites.join(', ')}.`);

if (
  !existsSync(at('../packages/core/dist/index.js')) ||
  !existsSync(at('../packages/server/dist/index.js'))
) {
  const build = spawnSync(process.execPath, [at('../scripts/build.mjs'), '--js-only'], {
    stdio: ['ignore', 2, 2],
  });
  if (build.status !== 0) fail('The packages could not be built.');
}

/** Runs one suite and collects the figures that it prints. */
function runSuite(name) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--expose-gc', '--no-warnings', at(`./suites/${name}.mjs`)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    const figures = [];
    let rest = '';
    child.stdout.on('data', (chunk) => {
      rest += chunk;
      const lines = rest.split('\n');
      rest = lines.pop();
      for (const line of lines) {
        if (!line.startsWith('{')) continue;
        const figure = { suite: name, ...JSON.parse(line) };
        figures.push(figure);
        if (options.values.json) console.log(JSON.stringify(figure));
      }
    });
    child.on('close', (code) => resolve({ figures, code }));
  });
}

let failed = false;
for (const name of names) {
  const { figures, code } = await runSuite(name);
  if (!options.values.json) console.log(`\n${name}\n${formatTable(figures)}`);
  if (code !== 0) {
    console.error(`The benchmark ${name} ended with code ${code}.`);
    failed = true;
  }
  for (const figure of figures.filter((candidate) => candidate.pass === false)) {
    console.error(
      `Below its bar: ${name}: ${figure.name}: ${figure.value} ${figure.unit}, bar ${figure.bar}`,
    );
    failed = true;
  }
}
process.exitCode = failed ? 1 : 0;
