'use client';

import type { Startable } from '@fleetglass/core/client';
import { useCallback, useState } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { startAgain } from '../lib/start-again.js';
import type { StartOrigin } from '../lib/start-again.js';
import { useLatest } from '../lib/useLatest.js';
import { useCommand } from './useCommand.js';
import type { CommandFeedback } from './useCommand.js';
import { useIsReplaying } from './useReplay.js';

/** Why a run cannot be started again with its input. */
export type NotAgain = 'replaying' | 'recorded' | 'notRegistered' | 'inputUnknown' | 'inputGone';

/** What is asked of a run to start it again. */
export interface RunOrigin extends StartOrigin {
  readonly source?: string | undefined;
}

/** Starts runs again; see {@link useRunAgain}. Its functions change only with what hinders a run. */
export interface RunAgain {
  /** What hinders it; absent when nothing is known to. */
  readonly hinderedBy: (run: RunOrigin) => NotAgain | undefined;
  /** Starts the run's name with its input, which is fetched first when it is large. Never rejects. */
  readonly start: (run: RunOrigin) => Promise<void>;
  readonly feedback: CommandFeedback;
  /** The input was not there any more when it was asked for. */
  readonly inputGone: boolean;
}

/**
 * Starts runs again with the input that they had. Renders again when a command is sent or answered, and when the past
 * is entered or left.
 *
 * @param startable what the host registered, where it says so
 * @param onStarted told of the new run
 */
export function useRunAgain(
  startable: readonly Startable[] | undefined,
  onStarted: ((runId: string) => void) | undefined,
): RunAgain {
  const { monitor } = useMonitorSource();
  const replaying = useIsReplaying();
  const { feedback, send } = useCommand();
  const [inputGone, setInputGone] = useState(false);
  const latest = useLatest(onStarted);
  const hinderedBy = useCallback(
    ({ name, source, input }: RunOrigin): NotAgain | undefined => {
      if (replaying) return 'replaying';
      if (source !== undefined) return 'recorded';
      if (startable && !startable.some((entry) => entry.name === name)) return 'notRegistered';
      // What the host registered may be a function that takes no input.
      if (input === undefined && !startable) return 'inputUnknown';
      return undefined;
    },
    [replaying, startable],
  );
  const start = useCallback(
    async (run: RunOrigin): Promise<void> => {
      if (hinderedBy(run)) return;
      setInputGone(false);
      const started = await startAgain(run, (ref) => monitor.blob(ref), send).catch(() => setInputGone(true));
      if (started !== undefined) latest.current?.(started);
    },
    [hinderedBy, monitor, send, latest],
  );
  return { hinderedBy, start, feedback, inputGone };
}
