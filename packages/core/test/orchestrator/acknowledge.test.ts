import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/log/memory-store.js';
import type { Store } from '../../src/log/store.js';
import type { Command } from '../../src/protocol/command.js';
import type { EventDraft } from '../../src/protocol/event.js';
import { createHarness } from './harness.js';

const ADA = { id: 'ada', name: 'Ada' };
const command: Command = { type: 'acknowledge', runId: 'r', alertId: 'a' };

function setUp(store: Store = createMemoryStore()) {
  const harness = createHarness({ store });
  let sent = 0;
  let time = 0;
  return {
    ...harness,
    happen: async (type: string, data: object, scope: object = { runId: 'r' }) => {
      time += 1;
      await store.append([{ v: 1, time, type, data, ...scope } as EventDraft]);
    },
    send: (given: Command = command, actor: typeof ADA | undefined = ADA) => {
      sent += 1;
      const context = { commandId: `c${sent}`, ...(actor ? { actor } : {}) };
      return harness.orchestrator.host.commands.execute(given, context);
    },
  };
}

const raised = (alertId = 'a') =>
  ['alert.raised', { alertId, rule: 'x', severity: 'warning', message: 'Look!' }] as const;
const about = { runId: 'r', threadId: 't', agentId: 'A', taskId: 'k' };

describe('an alert that a person takes on', () => {
  it('is written down with who, when and what it is about', async () => {
    const { happen, send, of } = setUp();
    await happen(...raised(), about);
    expect(await send()).toBeUndefined();
    const [event, ...more] = await of('alert.acknowledged');
    expect(event).toMatchObject({ ...about, data: { alertId: 'a', by: ADA } });
    expect(event?.time).toBeGreaterThan(1);
    expect(more).toEqual([]);
  });

  it('may be one of the whole fleet, and nobody may be known', async () => {
    const { happen, orchestrator, of } = setUp();
    await happen(...raised(), {});
    await orchestrator.host.commands.execute({ type: 'acknowledge', alertId: 'a' }, { commandId: 'c' });
    const [event] = await of('alert.acknowledged');
    expect(event?.data).toEqual({ alertId: 'a' });
    expect(event).not.toHaveProperty('runId');
  });

  it('is taken on once: the first one counts, of several at once and of several processes too', async () => {
    const store = createMemoryStore();
    const [one, two] = [setUp(store), setUp(store)];
    await one.happen(...raised());
    await Promise.all([one.send(), two.send(command, { id: 'ben', name: 'Ben' }), one.send()]);
    await two.send(command, { id: 'ben', name: 'Ben' });
    expect((await one.of('alert.acknowledged')).map(({ data }) => data.by)).toEqual([ADA]);
  });

  it('is taken on again when it was raised again', async () => {
    const { happen, send, of } = setUp();
    await happen(...raised());
    await send();
    await happen('alert.resolved', { alertId: 'a' });
    await happen(...raised());
    await send();
    expect(await of('alert.acknowledged')).toHaveLength(2);
  });

  it('may outlive its run', async () => {
    const { happen, send, of } = setUp();
    await happen('run.started', { name: 'r' });
    await happen(...raised());
    await happen('run.completed', {});
    await send();
    expect(await of('alert.acknowledged')).toHaveLength(1);
  });

  it('is refused with a code and a sentence where nothing is left to take on', async () => {
    const { happen, send, of } = setUp();
    await happen(...raised());
    await happen('alert.resolved', { alertId: 'a' });
    await expect(send()).rejects.toMatchObject({
      code: 'ALERT_NOT_FOUND',
      message: "What alert 'a' told of is over already: look at the present alerts.",
    });
    const unknown: readonly Command[] = [
      { type: 'acknowledge', alertId: 'a' },
      { type: 'acknowledge', runId: 'other', alertId: 'a' },
      { type: 'acknowledge', runId: 'r', alertId: '__proto__' },
    ];
    for (const each of unknown) {
      await expect(send(each)).rejects.toMatchObject({
        code: 'ALERT_NOT_FOUND',
        message: expect.stringMatching(/^There is no alert/) as string,
      });
    }
    await expect(send({ type: 'acknowledge' } as never)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(await of('alert.acknowledged')).toEqual([]);
  });

  it('is refused for a recording', async () => {
    const { happen, send, of } = setUp();
    await happen('run.created', { name: 'r', source: 'claude-code' });
    await happen(...raised());
    await expect(send()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await of('alert.acknowledged')).toEqual([]);
  });
});
