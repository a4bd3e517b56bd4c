import { createMonitor } from '@fleetglass/core/client';
import type { Clock, FetchLike, Monitor, TimerHandle, Transport } from '@fleetglass/core/client';
import type { SignInProblem } from '@fleetglass/react/dashboard';
import { readIdentity } from './page-identity.js';
import type { PageIdentity } from './page-identity.js';
import type { TokenKeeper } from './token-keeper.js';

/** Where the page stands with its gateway. */
export type PageState =
  /** The first question is out. */
  | { readonly phase: 'asking' }
  /** The gateway has not said whether it wants a token; it is asked again by itself. */
  | { readonly phase: 'unanswered'; readonly problem: SignInProblem }
  | { readonly phase: 'signedOut'; readonly problem?: SignInProblem; readonly checking: boolean }
  | {
      readonly phase: 'watching';
      readonly monitor: Monitor;
      readonly identity: PageIdentity;
      /** Whether it took a token. */
      readonly isSignedIn: boolean;
    };

export interface PageAccessOptions {
  /** Of the page: the gateway's addresses stand below it. */
  readonly address: string;
  readonly fetch: FetchLike;
  readonly keeper: TokenKeeper;
  readonly clock: Clock;
  /** Opens the live connection in somebody's name. */
  readonly connect: (token: string | undefined) => Transport;
}

/** The way of a page into its gateway. The token stays in here, and in what {@link TokenKeeper} keeps. */
export interface PageAccess {
  readonly getSnapshot: () => PageState;
  /** @returns a function that ends the subscription */
  readonly subscribe: (listener: () => void) => () => void;
  /** @param keep the token outlives a reload, in this tab */
  readonly signIn: (token: string, keep: boolean) => void;
  /** Forgets the token and everything that was seen with it. */
  readonly signOut: () => void;
  /** Asks a gateway that has not answered once more. */
  readonly retry: () => void;
  /** Asks the gateway in the name of whoever is signed in. @param path below the page's address */
  readonly ask: (path: string, signal: AbortSignal) => Promise<Response>;
}

/** A gateway that does not answer within this time does not answer. */
const ASK_TIMEOUT_MS = 10_000;
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 30_000;
/** How long one has to wait who was asked too much and is not told. */
const LIMITED_MS = 60_000;

const MEANINGS: { readonly [status: number]: SignInProblem['reason'] } = {
  401: 'refused',
  403: 'forbidden',
  429: 'limited',
};

/** Asks the gateway who is there, at once. */
export function createPageAccess(options: PageAccessOptions): PageAccess {
  const { address, fetch, keeper, clock, connect } = options;
  const listeners = new Set<() => void>();
  let state: PageState = { phase: 'asking' };
  let token: string | undefined;
  /** Counts questions; the answer to an earlier one is not heard. */
  let questions = 0;
  let retries = 0;
  let timer: TimerHandle;

  const enter = (next: PageState): void => {
    clock.clearTimeout(timer);
    if (state.phase === 'watching') state.monitor.dispose();
    state = next;
    for (const listener of [...listeners]) listener();
  };

  const request = (path: string, given: string | undefined, signal: AbortSignal): Promise<Response> =>
    fetch(new URL(path, address).href, {
      cache: 'no-store',
      headers: given === undefined ? {} : { authorization: `Bearer ${given}` },
      signal,
    });

  /** @returns who it is, or why that is not known */
  const identify = async (given: string | undefined): Promise<PageIdentity | SignInProblem> => {
    const abort = new AbortController();
    const timeout = clock.setTimeout(() => abort.abort(), ASK_TIMEOUT_MS);
    try {
      const response = await request('./api/v1/identity', given, abort.signal);
      const reason = response.ok ? 'unreachable' : (MEANINGS[response.status] ?? 'unreachable');
      const identity = response.ok ? readIdentity(await response.json()) : undefined;
      if (identity) return identity;
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
      return seconds > 0 ? { reason, retryAt: clock.now() + seconds * 1_000 } : { reason };
    } catch {
      return { reason: 'unreachable' };
    } finally {
      clock.clearTimeout(timeout);
    }
  };

  const ended = ({ expiresAt }: PageIdentity, skewMs: number): SignInProblem => ({
    reason: expiresAt !== undefined && expiresAt <= clock.now() + skewMs + 1_000 ? 'expired' : 'ended',
  });

  const forget = (): void => {
    token = undefined;
    keeper.forget();
  };

  const watch = (identity: PageIdentity, given: string | undefined): void => {
    retries = 0;
    token = given;
    const transport = connect(given);
    const monitor = createMonitor({ transport, clock });
    let skewMs = 0;
    transport.onStatus((status) => {
      skewMs = status.skewMs ?? skewMs;
      if (status.phase !== 'failed' || status.error?.code !== 'UNAUTHENTICATED') return;
      // Not while the connection is still telling of it.
      queueMicrotask(() => {
        if (state.phase !== 'watching' || state.monitor !== monitor) return;
        forget();
        enter({
          phase: 'signedOut',
          checking: false,
          ...(given === undefined ? {} : { problem: ended(identity, skewMs) }),
        });
      });
    });
    enter({ phase: 'watching', monitor, identity, isSignedIn: given !== undefined });
  };

  const begin = async (): Promise<void> => {
    questions += 1;
    const mine = questions;
    const kept = keeper.read();
    const answer = await identify(kept);
    if (mine !== questions) return;
    if ('role' in answer) watch(answer, kept);
    else if (answer.reason === 'limited' || answer.reason === 'unreachable') waitFor(answer);
    else {
      keeper.forget();
      // Who came with nothing was only asked who they are.
      const reason = answer.reason === 'refused' ? 'ended' : answer.reason;
      enter({ phase: 'signedOut', checking: false, ...(kept === undefined ? {} : { problem: { reason } }) });
    }
  };

  const waitFor = ({ reason, retryAt }: SignInProblem): void => {
    const delayMs =
      reason === 'limited' ? LIMITED_MS : Math.min(FIRST_RETRY_MS * 2 ** retries, LAST_RETRY_MS);
    retries += 1;
    const at = retryAt ?? clock.now() + delayMs;
    enter({ phase: 'unanswered', problem: { reason, retryAt: at } });
    timer = clock.setTimeout(() => void begin(), at - clock.now());
  };

  void begin();

  return {
    getSnapshot: () => state,
    subscribe(listener) {
      const own = (): void => listener();
      listeners.add(own);
      return () => listeners.delete(own);
    },
    signIn(given, keep) {
      questions += 1;
      const mine = questions;
      enter({ phase: 'signedOut', checking: true });
      void identify(given).then((answer) => {
        if (mine !== questions) return;
        if (!('role' in answer)) {
          enter({ phase: 'signedOut', checking: false, problem: answer });
          return;
        }
        if (keep) keeper.keep(given);
        else keeper.forget();
        watch(answer, given);
      });
    },
    signOut() {
      questions += 1;
      forget();
      enter({ phase: 'signedOut', checking: false, problem: { reason: 'signedOut' } });
    },
    retry: () => void begin(),
    ask: (path, signal) => request(path, token, signal),
  };
}
