import { writeSync } from 'node:fs';
import { createSqliteStore } from '../../src/storage/sqlite-store.js';
import { numberedCalls } from './numbered-calls.js';

/**
 * Appends one batch after another and says of each, once it is acknowledged, where it is and what it is called: `from to
 * name`. Kills itself right after it has said so of the one with this number; 0 goes on for ever.
 */
const [file = '', life = '', last = ''] = process.argv.slice(2);
const store = createSqliteStore({ file });
for (let batch = 1; ; batch += 1) {
  const name = `${life}.${batch}`;
  const { from, to } = await store.append(
    numberedCalls(name, 1 + (batch % 3), 'x'.repeat((batch * 97) % 900)),
  );
  // Waits until the other end of the pipe has it.
  writeSync(1, `${from} ${to} ${name}\n`);
  if (batch === Number(last)) process.kill(process.pid, 'SIGKILL');
}
