import { describe, expect, it } from 'vitest';
import { emptyState, reduce } from '../projection/reduce.js';
import type { FleetEvent } from '../protocol/event.js';
import { selectMessages } from './messages.js';

let seq = 0;
const event = (type: string, data: object, agentId = 'A'): FleetEvent => ({
  v: 1,
  seq: (seq += 1),
  time: seq,
  runId: 'run',
  agentId,
  type,
  data: { ...data },
});
const said = (messageId: string, text: string): FleetEvent =>
  event('message.appended', { messageId, role: 'assistant', parts: [{ kind: 'text', text }] });

describe('messages of a run', () => {
  it('come in the order of their arrival, whole or still growing', () => {
    const state = reduce(emptyState(), [
      event('run.created', { name: 'Run' }),
      said('one', 'First'),
      event('message.delta', { messageId: 'two', kind: 'text', text: 'Sec' }),
      event('message.delta', { messageId: 'two', kind: 'text', text: 'ond' }),
    ]);
    expect(selectMessages(state, 'run').map(({ id, streaming }) => [id, streaming])).toEqual([
      ['one', false],
      ['two', true],
    ]);
    expect(selectMessages(state, 'run')[1]?.parts).toEqual([{ kind: 'text', text: 'Second' }]);
  });

  it('are the same array while none of them changes', () => {
    const before = reduce(emptyState(), [event('run.created', { name: 'Run' }), said('one', 'First')]);
    const same = selectMessages(before, 'run');
    const after = reduce(before, [event('log.written', { level: 'info', message: 'x' })]);
    expect(selectMessages(after, 'run')).toBe(same);
    expect(selectMessages(reduce(after, [said('two', 'Second')]), 'run')).not.toBe(same);
  });

  it('are none of a run that is not there', () => {
    expect(selectMessages(emptyState(), 'run')).toEqual([]);
  });
});
