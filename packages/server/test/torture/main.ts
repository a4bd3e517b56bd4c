import { parseArgs } from 'node:util';
import { SCENARIOS, torture } from './scenarios.js';

// What `npm run torture` runs: every scenario for its share of the time, one line of JSON each. `--viewers` is for the
// reconnect storm.
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    viewers: { type: 'string', default: '2000' },
    only: { type: 'string', default: Object.keys(SCENARIOS).join() },
  },
});
const [minutes, seed, viewers] = [values.minutes, values.seed, values.viewers].map(Number) as [
  number,
  number,
  number,
];
const names = values.only.split(',');
const unknown = names.filter((name) => !(name in SCENARIOS));
const areNumbers = minutes > 0 && Number.isSafeInteger(seed) && Number.isSafeInteger(viewers) && viewers > 0;
if (!areNumbers || unknown.length > 0) {
  console.error(
    `Usage: npm run torture -- [--minutes N] [--seed S] [--viewers V] [--only ${Object.keys(SCENARIOS).join()}]` +
      (unknown.length > 0 ? `\nThere is no ${unknown.join(', ')}.` : ''),
  );
  process.exit(2);
}
console.error(`Seed ${seed}, ${minutes} minutes, commit ${process.env['TORTURE_COMMIT'] ?? 'unknown'}.`);
for (const name of names) {
  const budgetMs = (minutes * 60_000) / names.length;
  const report = await torture(name, { seed, budgetMs, viewers, isSmall: false });
  console.log(JSON.stringify({ commit: process.env['TORTURE_COMMIT'], ...report }));
  if (report.failures.length > 0) process.exitCode = 1;
}
