/**
 * Events of a fleet that never rests, one at a time: in each lane eight agents of one run after another take tasks, call
 * tools and models, stream text and touch files. A run ends after `tasksARun` tasks and the next begins.
 */
export function* busyFleet({ lanes = 1, tasksARun = 200 } = {}) {
  const busy = Array.from({ length: lanes }, (_, lane) => busyLane(lane + 1, tasksARun));
  for (;;) for (const lane of busy) yield lane.next().value;
}

function* busyLane(lane, tasksARun) {
  for (let run = 1; ; run += 1) {
    const runId = `run_${lane}_${run}`;
    const event = (type, scope, data) => ({ type, runId, ...scope, data });
    yield event('run.created', {}, { name: `Busy run ${lane}.${run}`, labels: { lane: String(lane) } });
    yield event('run.started', {}, {});
    for (let agent = 0; agent < 8; agent += 1) {
      yield event(
        'agent.joined',
        { agentId: `AGENT-${agent}` },
        { name: `AGENT-${agent}`, role: 'reviewer' },
      );
    }
    for (let task = 0; task < tasksARun; task += 1) yield* busyTask(event, task);
    yield event('run.completed', {}, {});
  }
}

function* busyTask(event, task) {
  const scope = { agentId: `AGENT-${task % 8}`, taskId: `task_${task}` };
  yield event('task.created', scope, { name: `Review file ${task}`, node: 'reviewer', type: 'review' });
  yield event('task.started', scope, { attempt: 1 });
  yield event('agent.status', { agentId: scope.agentId }, { status: 'active', activity: `file ${task}` });
  for (let call = 0; call < 3; call += 1) {
    const tool = { ...scope, spanId: `tool_${task}_${call}` };
    yield event('span.started', tool, { kind: 'tool', name: 'read' });
    yield event('span.ended', tool, { status: 'ok' });
    const model = { ...scope, spanId: `model_${task}_${call}` };
    yield event('span.started', model, { kind: 'model', name: 'model-a', model: 'model-a' });
    for (let delta = 0; delta < 6; delta += 1) {
      yield event('message.delta', scope, {
        messageId: `m_${task}_${call}`,
        kind: 'text',
        text: 'a few words ',
      });
      yield event('usage.recorded', model, {
        usage: { inputTokens: delta === 0 ? 1_200 : 0, outputTokens: 6 },
      });
    }
    yield event('message.appended', scope, {
      messageId: `m_${task}_${call}`,
      role: 'assistant',
      parts: [{ kind: 'text', text: 'a few words '.repeat(6) }],
    });
    yield event('span.ended', model, {
      status: 'ok',
      usage: { inputTokens: 1_200, outputTokens: 40, cacheReadTokens: 800 },
      cost: { nanoUsd: 1_900_000, basis: 'list' },
    });
  }
  yield event('file.read', scope, { path: `src/file-${task}.ts`, lines: 120 });
  yield event('task.progress', scope, { done: 1, total: 1 });
  yield event('task.completed', scope, {});
  yield event('agent.status', { agentId: scope.agentId }, { status: 'idle' });
}
