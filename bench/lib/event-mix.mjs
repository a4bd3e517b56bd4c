/** A run as it really looks: agents that take tasks, call models and tools, stream text and touch files. */
export function eventMix(count) {
  const events = [];
  let time = Date.UTC(2026, 0, 1);
  const push = (type, scope, data) => {
    time += 7;
    events.push({ v: 1, seq: events.length + 1, time, type, runId: 'run_1', ...scope, data });
  };
  push('run.created', {}, { name: 'mix' });
  push('run.started', {}, {});
  for (let agent = 0; agent < 8; agent += 1)
    push('agent.joined', { agentId: `AGENT-${agent}` }, { name: `AGENT-${agent}` });
  for (let task = 0; events.length < count; task += 1) {
    const scope = { agentId: `AGENT-${task % 8}`, taskId: `task_${task}` };
    push('task.created', scope, { name: `Review file ${task}`, node: 'reviewer' });
    push('task.started', scope, { attempt: 1 });
    push('agent.status', { agentId: scope.agentId }, { status: 'active', activity: `file ${task}` });
    for (let call = 0; call < 3; call += 1) {
      const tool = { ...scope, spanId: `tool_${task}_${call}` };
      push('span.started', tool, { kind: 'tool', name: 'read' });
      push('span.ended', tool, { status: 'ok' });
      const model = { ...scope, spanId: `model_${task}_${call}` };
      push('span.started', model, {
        kind: 'model',
        name: 'model-a',
        model: 'model-a',
        reservedNanoUsd: 4_000_000,
      });
      for (let delta = 0; delta < 6; delta += 1) {
        push('message.delta', scope, {
          messageId: `m_${task}_${call}`,
          kind: 'text',
          text: 'a few words of text ',
        });
        push('usage.recorded', model, { usage: { inputTokens: delta === 0 ? 1_200 : 0, outputTokens: 6 } });
      }
      push('message.appended', scope, {
        messageId: `m_${task}_${call}`,
        role: 'assistant',
        parts: [{ kind: 'text', text: 'a few words of text '.repeat(6) }],
      });
      push('span.ended', model, {
        status: 'ok',
        usage: { inputTokens: 1_200, outputTokens: 40, cacheReadTokens: 800 },
        cost: { nanoUsd: 1_900_000, basis: 'list' },
      });
    }
    push('file.read', scope, { path: `src/file-${task}.ts`, lines: 120 });
    push('task.progress', scope, { done: 1, total: 1 });
    push('edge.taken', scope, { from: 'reviewer', to: 'summariser' });
    push('task.completed', scope, {});
    push('agent.status', { agentId: scope.agentId }, { status: 'idle' });
  }
  return events.slice(0, count);
}
