import { note } from './feed.js';
import type { Handlers } from './fold.js';
import { addIn, own } from './fold.js';
import { actor, count, dataOf, put, text } from './guard.js';
import type { RunState } from './state.js';
import type { Draft } from './table.js';

/** Most checkpoints that a run keeps, the newest. */
export const MAX_CHECKPOINTS = 500;

export const edgeHandlers: Handlers<'edge'> = {
  'edge.taken': ({ run }, _event, data) => {
    const from = text(data['from']);
    const to = text(data['to']);
    if (!run || from === undefined || to === undefined) return;
    addIn(own(run, 'edges'), `${from}→${to}`, count(data['count']) ?? 1);
  },
};

export const checkpointHandlers: Handlers<'checkpoint'> = {
  'checkpoint.saved': ({ run }, { seq, time }, data) => {
    const checkpointId = text(data['checkpointId']);
    if (!run || checkpointId === undefined) return;
    const saved: Draft<RunState['checkpoints'][number]> = {
      checkpointId,
      version: count(data['version']) ?? 0,
      seq,
      time,
    };
    put(saved, 'label', text(data['label']));
    const checkpoints = own(run, 'checkpoints');
    checkpoints.push(saved);
    if (checkpoints.length > MAX_CHECKPOINTS) checkpoints.shift();
  },
  'checkpoint.forked': (fold, event, data) => {
    note(fold, event, { subject: text(data['forkRunId']), by: actor(data['by']) });
  },
  'checkpoint.pruned': ({ run }, _event, data) => {
    const below = count(data['belowVersion']);
    if (!run || below === undefined) return;
    run.value.checkpoints = run.value.checkpoints.filter(({ version }) => version >= below);
    run.owned.add('checkpoints');
  },
};

export const systemHandlers: Handlers<'system'> = {
  'system.health': (fold, event, data) => {
    const status = text(data['status']);
    if (status === 'ok' || status === undefined) return;
    const detail = text(data['message']) ?? status;
    note(fold, event, {
      subject: text(data['component']),
      detail,
      severity: status === 'down' ? 'error' : 'warning',
    });
  },
  'system.mcp': (fold, event, data) => {
    const failed = data['status'] === 'failed';
    const facts = { subject: text(data['server']), detail: text(data['message']) ?? text(data['status']) };
    note(fold, event, failed ? { ...facts, severity: 'error' } : facts);
  },
  'system.dropped': (fold, event, data) => {
    const { run } = fold;
    const sums = run ? own(run, 'dropped') : { ...fold.dropped };
    let total = 0;
    for (const [type, value] of Object.entries(dataOf(data['counts']))) {
      const lost = count(value) ?? 0;
      total += lost;
      addIn(sums, type, lost, 100);
    }
    if (event.runId === undefined) fold.dropped = sums;
    note(fold, event, { subject: String(total), detail: text(data['reason']), severity: 'warning' });
  },
};
