import { afterEach, describe, expect, it } from 'vitest';
import { createFakeHost } from '@fleetglass/core/testing';
import { encodeCursor } from '@fleetglass/core/protocol';
import type { Filter } from '@fleetglass/core/protocol';
import type { Role } from '@fleetglass/server';
import { connectRaw } from './raw-client.js';
import type { RawClient } from './raw-client.js';
import { openTokenGateway } from './token-gateway.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function open(options: Parameters<typeof openTokenGateway>[1] = {}) {
  const opened = await openTokenGateway(cleanups, options);
  const { gateway, host } = opened;
  const connect = async (token: string): Promise<RawClient> => {
    const client = await connectRaw(gateway.url, { headers: { authorization: `Bearer ${token}` } });
    await client.next('hello');
    return client;
  };
  return { ...opened, connect, from: encodeCursor({ epoch: host.log.epoch, seq: 0 }) };
}

const line = (runId: string, message: string) =>
  ({ type: 'log.written', runId, data: { level: 'info', message } }) as const;

describe('an open connection', () => {
  it('[SEC-07] ends at the moment when its token expires, while events flow', async () => {
    const { clock, host, connect, issue, from } = await open();
    const { token } = await issue({ expiresAt: clock.now() + 2_000 });
    const client = await connect(token);
    client.send({ frame: 'subscribe', id: 's', filter: {}, cursor: from });
    for (let i = 0; i < 4; i += 1) {
      await host.append(line('a', `event ${String(i)}`));
      await clock.advance(499);
      await client.next('events');
    }
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    await clock.advance(4);
    await host.append(line('a', 'too late'));
    expect(await client.closed).toEqual({ code: 4401, reason: 'UNAUTHENTICATED' });
    expect(JSON.stringify(client.frames)).not.toContain('too late');
  });

  it('[SEC-07] ends within half a heartbeat after its token was revoked; others go on', async () => {
    const { clock, tokens, connect, issue } = await open();
    const revoked = await issue();
    const other = await issue();
    const client = await connect(revoked.token);
    const bystander = await connect(other.token);
    await tokens.revoke(revoked.record.id);
    await clock.advance(5_000);
    expect((await client.closed).reason).toBe('UNAUTHENTICATED');
    expect((await client.next('error')).error.message).toContain('revoked');
    expect(bystander.socket.readyState).toBe(bystander.socket.OPEN);
    bystander.socket.close();
  });

  it('[SEC-06] is not resumed with a token that was revoked while it was away', async () => {
    const { tokens, gateway, host, connect, issue, from } = await open();
    const { token, record } = await issue();
    const client = await connect(token);
    client.send({ frame: 'subscribe', id: 's', filter: {}, cursor: from });
    await host.append(line('a', 'seen'));
    await client.next('events');
    client.socket.terminate();
    await tokens.revoke(record.id);
    await host.append(line('a', 'secret'));
    const again = await connectRaw(gateway.url, { headers: { authorization: `Bearer ${token}` } });
    again.send({ frame: 'subscribe', id: 's', filter: {}, cursor: from });
    expect((await again.closed).reason).toBe('UNAUTHENTICATED');
    expect(JSON.stringify(again.frames)).not.toContain('secret');
  });

  it('goes on under a newer token without a gap', async () => {
    const { clock, tokens, host, connect, issue, from } = await open();
    const first = await issue({ expiresAt: clock.now() + 2_000 });
    const client = await connect(first.token);
    client.send({ frame: 'subscribe', id: 's', filter: {}, cursor: from });
    await client.next('subscribed');
    const second = await tokens.rotate(first.record.id, { overlapMs: 1_000 });
    client.send({ frame: 'auth', token: second.token });
    client.send({ frame: 'read', id: 'r', filter: {}, from: 1, to: 1, limit: 1 });
    await client.next('reply');
    await clock.advance(1_500);
    await host.append(line('a', 'after the first one ended'));
    expect((await client.next('events')).events).toHaveLength(1);
    await clock.advance(500);
    expect((await client.closed).reason).toBe('UNAUTHENTICATED');
  });

  it('never widens by a newer token what is subscribed, ends what it does not open, and stays in its tenant', async () => {
    const one = createFakeHost();
    const two = createFakeHost();
    const identities: Record<string, { tenant: string; scope?: Filter }> = {
      narrow: { tenant: 'one', scope: { runId: 'a' } },
      wide: { tenant: 'one' },
      other: { tenant: 'one', scope: { runId: 'b' } },
      foreign: { tenant: 'two' },
    };
    const { connect } = await open({
      asksTokens: false,
      hosts: new Map([
        ['one', one],
        ['two', two],
      ]),
      authenticate: (token) => identities[token],
    });
    const client = await connect('narrow');
    const settled = async (id: string): Promise<void> => {
      client.send({ frame: 'read', id, filter: {}, from: 1, to: 1, limit: 1 });
      while ((await client.next('reply')).id !== id);
    };
    const cursor = encodeCursor({ epoch: one.log.epoch, seq: 0 });
    client.send({ frame: 'subscribe', id: 's', filter: {}, cursor });
    client.send({ frame: 'auth', token: 'wide' });
    await settled('1');
    await one.append(line('b', 'of b'), line('a', 'of a'));
    expect((await client.next('events')).events).toMatchObject([{ runId: 'a' }]);
    client.send({ frame: 'auth', token: 'other' });
    expect(await client.next('error')).toMatchObject({ id: 's', error: { code: 'FORBIDDEN' } });
    client.send({ frame: 'auth', token: 'foreign' });
    expect((await client.closed).reason).toBe('UNAUTHENTICATED');
    expect(JSON.stringify(client.frames)).not.toContain('of b');
  });

  it('[SEC-19] is refused to a token that has as many as it may, and granted when one closes', async () => {
    const { gateway, connect, issue } = await open({ limits: { maxConnectionsPerToken: 2 } });
    const { token } = await issue();
    const first = await connect(token);
    await connect(token);
    const third = await connectRaw(gateway.url, { headers: { authorization: `Bearer ${token}` } });
    expect(await third.closed).toEqual({ code: 4429, reason: 'RATE_LIMITED' });
    await connect((await issue()).token);
    first.socket.terminate();
    await first.closed;
    await connect(token);
  });
});

describe('commands', () => {
  const cancel = { type: 'cancel', runId: 'a' };
  it.each<[Role, Filter | undefined, boolean]>([
    ['viewer', undefined, false],
    ['developer', undefined, true],
    ['admin', undefined, true],
    ['developer', { runId: 'a' }, true],
    ['developer', { runId: 'b' }, false],
    ['developer', { threadId: 't' }, true],
    ['developer', { threadId: 'u' }, false],
    ['developer', { runId: 'a', threadId: 'u' }, false],
    ['developer', { runId: 'a', agentId: 'x' }, false],
    ['developer', { types: ['run'] }, false],
  ])('of a %s with the scope %j: carried out is %s', async (role, scope, isAllowed) => {
    const { host, connect, issue } = await open();
    await host.append({ type: 'run.created', runId: 'a', threadId: 't', data: { name: 'a' } });
    const { token } = await issue({ role, ...(scope ? { scope } : {}) });
    const client = await connect(token);
    client.send({ frame: 'command', id: 'c', command: cancel });
    if (isAllowed) await client.next('ack');
    else expect((await client.next('error')).error.code).toBe('FORBIDDEN');
    expect(host.received).toHaveLength(isAllowed ? 1 : 0);
    client.socket.close();
  });
});

describe('blobs', () => {
  it('[SEC-05] are given to a restricted viewer only where an event that it may see names them', async () => {
    const { events, host, connect, issue } = await open();
    const put = (text: string) => events.putBlob(Buffer.from(text), 'text/plain');
    const [own, foreign, later] = [await put('own'), await put('foreign'), await put('later')];
    const naming = (runId: string, ref: string) =>
      ({
        type: 'task.completed',
        runId,
        taskId: 't',
        data: { output: { kind: 'blob', ref, bytes: 3, mediaType: 'text/plain', preview: '' } },
      }) as const;
    await host.append(naming('a', own), naming('b', foreign));
    const client = await connect((await issue({ scope: { runId: 'a' } })).token);
    const ask = async (ref: string): Promise<unknown> => {
      client.send({ frame: 'blob', id: ref, ref });
      return (await client.next('reply')).body;
    };
    expect(await ask(own)).toMatchObject({ base64: Buffer.from('own').toString('base64') });
    expect(await ask(foreign)).toBeNull();
    expect(await ask(later)).toBeNull();
    await host.append(naming('a', later));
    expect(await ask(later)).not.toBeNull();
    const blind = await connect((await issue({ scope: { runId: 'a', types: ['run'] } })).token);
    blind.send({ frame: 'blob', id: 'x', ref: own });
    expect((await blind.next('reply')).body).toBeNull();
    const admin = await connect((await issue({ role: 'admin' })).token);
    admin.send({ frame: 'blob', id: 'x', ref: foreign });
    expect((await admin.next('reply')).body).not.toBeNull();
    [client, blind, admin].forEach(({ socket }) => socket.close());
  });
});
