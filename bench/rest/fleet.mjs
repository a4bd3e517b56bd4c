import { createSqliteStore } from '@fleetglass/server';

const HOUR = 3_600_000;
const MODELS = ['model-a', 'model-b', 'model-c'];
const ROLES = ['ANALYST', 'PLANNER', 'BUILDER', 'TESTER', 'REVIEWER'];
const TYPES = ['bugFix', 'featureImplementation', 'codeReview'];

/** Events of one run: some tasks of agents that call models and tools, write logs and touch files. */
function* runEvents(number, start, tasks) {
  const runId = `run_${number}`;
  let time = start;
  const event = (type, scope, data) => ({ v: 1, time: (time += 900), type, runId, ...scope, data });
  yield event('run.created', {}, { name: `Change ${number}`, labels: { team: `team-${number % 7}` } });
  yield event('run.started', {}, {});
  for (const role of ROLES) yield event('agent.joined', { agentId: role }, { name: role, role });
  for (let task = 0; task < tasks; task += 1) {
    const agentId = ROLES[(task + number) % ROLES.length];
    const scope = { agentId, taskId: `task_${task}` };
    const type = TYPES[number % TYPES.length];
    yield event('task.created', scope, { name: `Review file ${task}`, type, role: agentId });
    yield event('task.started', scope, { attempt: 1 });
    for (let call = 0; call < 2; call += 1) {
      const span = { ...scope, spanId: `span_${task}_${call}` };
      yield event('span.started', span, { kind: 'model', name: 'call', model: MODELS[task % MODELS.length] });
      yield event('span.ended', span, {
        status: 'ok',
        usage: { inputTokens: 1_200, outputTokens: 40, cacheReadTokens: 800 },
        cost: { nanoUsd: 1_900_000, basis: 'list' },
      });
    }
    const tool = { ...scope, spanId: `tool_${task}` };
    yield event('span.started', tool, { kind: 'tool', name: 'read' });
    yield event('span.ended', tool, { status: task % 17 === 0 ? 'error' : 'ok' });
    yield event('log.written', scope, {
      level: task % 9 === 0 ? 'warn' : 'info',
      message: `Looked at ${task}`,
    });
    yield event('file.read', scope, { path: `src/file-${task}.ts`, lines: 120 });
    yield event('task.completed', scope, {});
  }
  yield event('run.completed', {}, {});
}

/** Writes a fleet of about `count` events that ends now. @returns how many there are */
export async function writeFleet(file, count) {
  const store = createSqliteStore({ file, durability: 'normal' });
  const tasks = 40;
  const runs = Math.ceil(count / (8 + tasks * 11));
  const now = Date.now();
  let batch = [];
  for (let number = 0; number < runs; number += 1) {
    for (const event of runEvents(number, now - ((runs - number) * 60 * 24 * HOUR) / runs, tasks))
      batch.push(event);
    if (batch.length < 5_000 && number < runs - 1) continue;
    await store.append(batch);
    batch = [];
  }
  const head = store.head();
  await store.close();
  return head;
}
