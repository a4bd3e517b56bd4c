import { appendFileSync } from 'node:fs';
import { createSqliteStore } from '../../src/storage/sqlite-store.js';
import { isProcessGone, processOwner } from '../../src/storage/process-owner.js';
import { createJobOrchestrator, INPUT, NAME, RUN_OPTIONS, thirtySteps } from './thirty-steps.js';
import { watchSqlite } from './watched-sqlite.js';

/** Runs the job and kills itself: before, inside or after its `transaction`th write; inside after some statements. */
const [file = '', world = '', transaction = '', place = '', statements = ''] = process.argv.slice(2);

watchSqlite({
  onMoment(moment) {
    if (moment.transaction !== Number(transaction) || moment.place !== place) return;
    if (place === 'inside' && moment.statements < Number(statements) && !moment.isLast) return;
    process.kill(process.pid, 'SIGKILL');
  },
});

const graph = thirtySteps((line) => appendFileSync(world, `${line}\n`));
const store = createSqliteStore({ file, durability: 'normal' });
const orchestrator = createJobOrchestrator({ store, owner: processOwner(), isOwnerGone: isProcessGone });
orchestrator.register(NAME, graph);
await orchestrator.start(graph, INPUT, RUN_OPTIONS).result;
