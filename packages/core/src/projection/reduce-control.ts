import { note } from './feed.js';
import type { Handlers } from './fold.js';
import { addIn, own, pushTo } from './fold.js';
import { actor, count, entries, put, text } from './guard.js';
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
    const version = count(data['version']) ?? 0;
    const saved: Draft<RunState['checkpoints'][number]> = { checkpointId, version, seq, time };
    put(saved, 'label', text(data['label']));
    pushTo(own(run, 'checkpoints'), saved, MAX_CHECKPOINTS);
  },
  'checkpoint.forked': (fold, event, data) => {
    note(fold, event, text(data['forkRunId']), undefined, undefined, actor(data['by']));
  },
  'checkpoint.pruned': ({ run }, _event, data) => {
    const below = count(data['belowVersion']) ?? 0;
    if (run) run.value.checkpoints = own(run, 'checkpoints').filter(({ version }) => version >= below);
  },
};

const lost = entries(count);

export const systemHandlers: Handlers<'system'> = {
  'system.health': (fold, event, data) => {
    const status = text(data['status']);
    if (status === 'ok') return;
    const severity = status === 'down' ? 'error' : 'warning';
    note(fold, event, text(data['component']), text(data['message']) ?? status, severity);
  },
  'system.mcp': (fold, event, data) => {
    const status = text(data['status']);
    const severity = status === 'failed' ? 'error' : undefined;
    note(fold, event, text(data['server']), text(data['message']) ?? status, severity);
  },
  'system.dropped': (fold, event, data) => {
    const { run } = fold;
    const sums = run ? own(run, 'dropped') : { ...fold.dropped };
    let total = 0;
    for (const [type, value] of Object.entries(lost(data['counts']) ?? {})) {
      total += value;
      addIn(sums, type, value);
    }
    if (event.runId === undefined) fold.dropped = sums;
    note(fold, event, String(total), text(data['reason']), 'warning');
  },
};
