import { describe, expect, it } from 'vitest';
import { FleetglassError } from '@fleetglass/core';
import type { ConnectionStatus, Transport } from '@fleetglass/core/client';
import { createSimulatedClock } from '@fleetglass/core/testing';
import { createPageAccess } from '../dashboard/page-access.js';
import type { PageState } from '../dashboard/page-access.js';
import { createTokenKeeper } from '../dashboard/token-keeper.js';

const VIEWER = { role: 'viewer', mayCommand: false, mayManage: false, name: 'wall' };

/** What the gateway answers to whom. */
type Answers = (
  token: string | undefined,
) => { status: number; body?: unknown; retryAfter?: string } | 'silence';

const wants =
  (good: string, identity: object = VIEWER): Answers =>
  (token) =>
    token === good ? { status: 200, body: identity } : { status: 401, body: { code: 'UNAUTHENTICATED' } };

/** A tab that survives reloads, a gateway, and the pages that are opened in it. */
function openTab(first: Answers) {
  const clock = createSimulatedClock(1_000_000);
  const kept = new Map<string, string>();
  const opened: { token: string | undefined; tell: (status: ConnectionStatus) => void; isClosed: boolean }[] =
    [];
  const asked: { url: string; token: string | undefined }[] = [];
  let answers = first;

  const connect = (token: string | undefined): Transport => {
    const listeners = new Set<(status: ConnectionStatus) => void>();
    const connection = {
      token,
      isClosed: false,
      tell: (status: ConnectionStatus) => listeners.forEach((listener) => listener(status)),
    };
    opened.push(connection);
    return {
      status: { phase: 'idle', since: 0, attempt: 0 },
      onStatus(listener: (status: ConnectionStatus) => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      close: () => void (connection.isClosed = true),
    } as Partial<Transport> as Transport;
  };

  const open = () =>
    createPageAccess({
      address: 'https://fleet.example.com/board/',
      keeper: createTokenKeeper(
        () => ({
          getItem: (key) => kept.get(key) ?? null,
          setItem: (key, value) => void kept.set(key, value),
          removeItem: (key) => void kept.delete(key),
        }),
        'key',
      ),
      clock,
      connect,
      fetch: (url, { headers }) => {
        const token = (headers as { authorization?: string }).authorization?.slice('Bearer '.length);
        asked.push({ url, token });
        const answer = answers(token);
        if (answer === 'silence') return Promise.reject(new TypeError('Failed to fetch'));
        return Promise.resolve(
          new Response(JSON.stringify(answer.body ?? {}), {
            status: answer.status,
            headers: answer.retryAfter === undefined ? {} : { 'retry-after': answer.retryAfter },
          }),
        );
      },
    });

  return {
    clock,
    kept,
    opened,
    asked,
    open,
    answer: (next: Answers) => (answers = next),
    /** The newest connection is refused for good. */
    refuse: (code: 'UNAUTHENTICATED' | 'FORBIDDEN') =>
      opened
        .at(-1)
        ?.tell({ phase: 'failed', since: 0, attempt: 0, error: new FleetglassError(code, 'Over.') }),
  };
}

/** Everything that was begun and waits for nothing but promises is done. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const seen = (state: PageState): unknown =>
  state.phase === 'watching'
    ? { phase: state.phase, name: state.identity.name, isSignedIn: state.isSignedIn }
    : state;

const asks = { phase: 'signedOut', checking: false };

describe('the way into a gateway', () => {
  it('is open where no token is needed', async () => {
    const tab = openTab(() => ({ status: 200, body: { role: 'admin', mayCommand: true } }));
    const page = tab.open();
    expect(page.getSnapshot()).toEqual({ phase: 'asking' });
    await settled();
    expect(seen(page.getSnapshot())).toEqual({ phase: 'watching', name: undefined, isSignedIn: false });
    expect(tab.asked).toEqual([{ url: 'https://fleet.example.com/board/api/v1/identity', token: undefined }]);
    expect(tab.opened.map(({ token }) => token)).toEqual([undefined]);
  });

  it('[SEC-42] asks for a token, refuses a wrong one, and keeps a good one in memory only', async () => {
    const tab = openTab(wants('good'));
    const page = tab.open();
    const phases: string[] = [];
    page.subscribe(() => phases.push(page.getSnapshot().phase));
    await settled();
    expect(page.getSnapshot()).toEqual(asks);
    page.signIn('wrong', true);
    expect(page.getSnapshot()).toEqual({ phase: 'signedOut', checking: true });
    await settled();
    expect(page.getSnapshot()).toEqual({ ...asks, problem: { reason: 'refused' } });
    expect([tab.opened, [...tab.kept]]).toEqual([[], []]);

    page.signIn('good', false);
    await settled();
    expect(seen(page.getSnapshot())).toEqual({ phase: 'watching', name: 'wall', isSignedIn: true });
    expect(tab.opened.map(({ token }) => token)).toEqual(['good']);
    expect([...tab.kept]).toEqual([]);
    expect(JSON.stringify(tab.asked.map(({ url }) => url))).not.toMatch(/good|wrong/);
    expect(phases).toEqual(['signedOut', 'signedOut', 'signedOut', 'signedOut', 'watching']);

    const reloaded = tab.open();
    await settled();
    expect(reloaded.getSnapshot()).toEqual(asks);
  });

  it('[SEC-42] keeps it over a reload where that is asked, until somebody signs out', async () => {
    const tab = openTab(wants('good'));
    tab.open().signIn('good', true);
    await settled();
    expect([...tab.kept]).toEqual([['key', 'good']]);
    const page = tab.open();
    await settled();
    expect(seen(page.getSnapshot())).toMatchObject({ phase: 'watching', isSignedIn: true });
    page.signOut();
    expect(page.getSnapshot()).toEqual({ ...asks, problem: { reason: 'signedOut' } });
    expect([...tab.kept]).toEqual([]);
    expect(tab.opened.at(-1)?.isClosed).toBe(true);
    await page.ask('./api/v1/about', new AbortController().signal);
    expect(tab.asked.at(-1)?.token).toBeUndefined();
  });

  it('[SEC-42] forgets a token that ends while it serves, and goes on with another one', async () => {
    const tab = openTab(wants('good'));
    const page = tab.open();
    page.signIn('good', true);
    await settled();
    tab.refuse('FORBIDDEN');
    await settled();
    expect(page.getSnapshot().phase).toBe('watching');
    tab.refuse('UNAUTHENTICATED');
    await settled();
    expect(page.getSnapshot()).toEqual({ ...asks, problem: { reason: 'ended' } });
    expect([...tab.kept]).toEqual([]);
    expect(tab.opened[0]?.isClosed).toBe(true);
    tab.answer(wants('newer'));
    page.signIn('newer', false);
    await settled();
    expect(tab.opened.map(({ token }) => token)).toEqual(['good', 'newer']);
    // What an ended connection still says concerns nobody.
    tab.opened[0]?.tell({
      phase: 'failed',
      since: 0,
      attempt: 0,
      error: new FleetglassError('UNAUTHENTICATED', '.'),
    });
    await settled();
    expect(page.getSnapshot().phase).toBe('watching');
  });

  it('says that a token has expired, by the clock of the gateway', async () => {
    const tab = openTab(wants('good', { ...VIEWER, expiresAt: 1_060_000 }));
    const page = tab.open();
    page.signIn('good', false);
    await settled();
    // This machine is a minute behind.
    tab.opened[0]?.tell({ phase: 'open', since: 0, attempt: 0, skewMs: 60_000 });
    tab.refuse('UNAUTHENTICATED');
    await settled();
    expect(page.getSnapshot()).toEqual({ ...asks, problem: { reason: 'expired' } });
  });

  it('asks anew for what was kept and is no longer good', async () => {
    const tab = openTab(wants('good'));
    tab.kept.set('key', 'old');
    const page = tab.open();
    await settled();
    expect(page.getSnapshot()).toEqual({ ...asks, problem: { reason: 'ended' } });
    expect([...tab.kept]).toEqual([]);
  });

  it('keeps what was kept while nobody answers, and asks again by itself', async () => {
    const tab = openTab(() => 'silence');
    tab.kept.set('key', 'good');
    const page = tab.open();
    await settled();
    expect(page.getSnapshot()).toEqual({
      phase: 'unanswered',
      problem: { reason: 'unreachable', retryAt: 1_002_000 },
    });
    tab.answer(() => ({ status: 429, retryAfter: '7' }));
    await tab.clock.advance(2_000);
    await settled();
    expect(page.getSnapshot()).toEqual({
      phase: 'unanswered',
      problem: { reason: 'limited', retryAt: 1_009_000 },
    });
    tab.answer(wants('good'));
    await tab.clock.advance(7_000);
    await settled();
    expect(seen(page.getSnapshot())).toMatchObject({ phase: 'watching', isSignedIn: true });
  });

  it('says when to try again who tried too often', async () => {
    const tab = openTab(wants('good'));
    const page = tab.open();
    await settled();
    tab.answer(() => ({ status: 429, retryAfter: '30' }));
    page.signIn('good', false);
    await settled();
    expect(page.getSnapshot()).toEqual({ ...asks, problem: { reason: 'limited', retryAt: 1_030_000 } });
  });

  it('takes the page of a proxy for no answer, and hears no answer that comes too late', async () => {
    const tab = openTab(() => ({ status: 200, body: { hello: 'from a proxy' } }));
    const page = tab.open();
    await settled();
    expect(page.getSnapshot()).toMatchObject({ phase: 'unanswered', problem: { reason: 'unreachable' } });
    tab.answer(wants('good'));
    page.signIn('good', true);
    page.signOut();
    await settled();
    expect(page.getSnapshot()).toEqual({ ...asks, problem: { reason: 'signedOut' } });
    expect([tab.opened, [...tab.kept]]).toEqual([[], []]);
  });
});

describe('a tab without storage', () => {
  it('keeps nothing and goes on', () => {
    const keeper = createTokenKeeper(() => {
      throw new DOMException('denied', 'SecurityError');
    }, 'key');
    keeper.keep('token');
    keeper.forget();
    expect(keeper.read()).toBeUndefined();
  });
});
