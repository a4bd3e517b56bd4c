import { createRecorder, noPrices, systemClock, toFleetglassError } from '@fleetglass/core';
import type {
  AgentRecording,
  FleetglassError,
  PriceTable,
  RecorderOptions,
  RecordingPlace,
  RunRecording,
} from '@fleetglass/core';
import type { JsonObject } from '@fleetglass/core/protocol';
import { createBoundedMap } from './bounded-map.js';
import type { LiveOutcome, LiveRun } from './live-run.js';
import { createLiveRun } from './live-run.js';
import { toLiveText, toLiveValue } from './live-value.js';

/** Where an instrument reports to, and how. One of `store` and `emitter`; an orchestrator's emitter will do. */
export type LiveOptions = RecorderOptions & {
  /** List prices of calls whose source tells tokens only. @default none: costs are unknown */
  readonly prices?: PriceTable;
  /** Name of the runs. @default what the source calls them */
  readonly name?: string;
  /** Thread of the runs. @default what the source says, if it does */
  readonly threadId?: string;
  readonly labels?: { readonly [name: string]: string };
  /**
   * Reports into a run that exists, below this agent, task and span, instead of beginning runs: the `ctx` of a node
   * or function, or ids.
   */
  readonly within?: RecordingPlace;
  /** Told what went wrong while observing; the observed code never notices. @default it is only counted */
  readonly onError?: (error: FleetglassError) => void;
};

/** What an instrument observed and left out. */
export interface LiveStats {
  /** Observations that failed and were left out. */
  readonly errors: number;
  /** Runs that have begun and not ended. */
  readonly openRuns: number;
}

/** What the source tells about a run that begins. */
export interface LiveRunStart {
  readonly name: string;
  readonly threadId?: string | undefined;
  readonly input?: unknown;
  readonly labels?: { readonly [name: string]: string };
}

/** Runs that an instrument observes, by the source's key, which is the run's id. */
export interface LiveTarget {
  /** Those of the options, but they never throw: what they throw about is of unknown cost. */
  readonly prices: PriceTable;
  /** The same function, but it never throws. */
  readonly guard: <Args extends readonly unknown[]>(
    observe: (...args: Args) => void,
  ) => (...args: Args) => void;
  /** Begins a run; one that waits or has ended goes on. */
  open(key: string, start: LiveRunStart): LiveRun;
  run(key: string): LiveRun | undefined;
  /** Facts about a run that goes on. */
  describe(key: string, facts: JsonObject): void;
  /** The run waits for a person, until it is opened again by its key. */
  wait(key: string, message: string): void;
  /** Does nothing where it is not open. */
  close(key: string, outcome: LiveOutcome): void;
  stats(): LiveStats;
  /** Resolves when everything reported so far is stored or was dropped. */
  flush(): Promise<void>;
}

interface OpenRun {
  readonly live: LiveRun;
  /** Absent where the run is another's. */
  readonly recording: RunRecording | undefined;
  isWaiting: boolean;
}

/** Runs that go on at the same time; a source that forgets to end them must not fill the memory. */
const MAX_OPEN = 10_000;
const MAX_ENDED = 1_000;
const MAX_NAME = 200;

export function createLiveTarget(options: LiveOptions): LiveTarget {
  const { within, clock = systemClock } = options;
  const recorder = createRecorder(options);
  const open = createBoundedMap<string, OpenRun>(MAX_OPEN);
  /** Runs that may go on under the same key. */
  const ended = createBoundedMap<string, OpenRun>(MAX_ENDED);
  const shared = new Map<string, AgentRecording>();
  let errors = 0;

  function fail(error: unknown): void {
    errors += 1;
    try {
      options.onError?.(toFleetglassError(error));
    } catch {
      // Nobody is left to be told.
    }
  }

  const { prices: given = noPrices } = options;
  const attempt = <T>(look: () => T, otherwise: T): T => {
    try {
      return look();
    } catch (error) {
      fail(error);
      return otherwise;
    }
  };
  const prices: PriceTable = {
    cost: (query) => attempt(() => given.cost(query), { basis: 'unknown' }),
    limits: (model, provider) => attempt(() => given.limits?.(model, provider), undefined),
  };

  function finish({ live, recording }: OpenRun, outcome: LiveOutcome): void {
    live.finish(outcome);
    if (outcome.status === 'error') recording?.fail(outcome.error);
    else if (outcome.status === 'cancelled') recording?.cancel();
    else recording?.end(outcome.output === undefined ? undefined : toLiveValue(outcome.output));
  }

  return {
    prices,
    guard:
      (observe) =>
      (...args) => {
        try {
          observe(...args);
        } catch (error) {
          fail(error);
        }
      },
    open(key, start) {
      const known = open.get(key);
      if (known) {
        if (known.isWaiting) known.recording?.resume();
        known.isWaiting = false;
        return known.live;
      }
      const before = ended.get(key);
      if (before) {
        ended.delete(key);
        open.set(key, before);
        before.recording?.resume();
        return before.live;
      }
      const threadId = options.threadId ?? start.threadId;
      const recording = within
        ? undefined
        : recorder.run(toLiveText(options.name ?? start.name, MAX_NAME), {
            id: key,
            ...(threadId === undefined ? {} : { threadId }),
            ...(options.labels || start.labels ? { labels: { ...start.labels, ...options.labels } } : {}),
            ...(start.input === undefined ? {} : { input: toLiveValue(start.input) }),
          });
      const place: RecordingPlace = within ? placeOf(within, threadId) : { runId: key, threadId };
      const agents = within ? shared : new Map<string, AgentRecording>();
      const live = createLiveRun({ recorder, place, prices, clock, agents });
      const forgotten = open.set(key, { live, recording, isWaiting: false });
      if (forgotten) finish(forgotten, { status: 'cancelled' });
      return live;
    },
    run: (key) => open.get(key)?.live,
    describe: (key, facts) => open.get(key)?.recording?.label({}, facts),
    wait(key, message) {
      const known = open.get(key);
      if (!known) return;
      known.isWaiting = true;
      known.recording?.wait({ reason: 'approval', message });
    },
    close(key, outcome) {
      const known = open.get(key);
      if (!known) return;
      open.delete(key);
      ended.set(key, known);
      finish(known, outcome);
    },
    stats: () => ({ errors, openRuns: open.size }),
    flush: () => recorder.flush(),
  };
}

/** A place may be the whole context of a task, which is not copied. */
function placeOf(
  { runId, threadId, agentId, taskId, spanId }: RecordingPlace,
  fallback: string | undefined,
): RecordingPlace {
  return { runId, threadId: threadId ?? fallback, agentId, taskId, spanId };
}
