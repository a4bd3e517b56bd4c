'use client';

import type { RunState, Startable } from '@fleetglass/core/client';
import type { Json, Payload } from '@fleetglass/core/protocol';
import { useState } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { readInput } from '../lib/read-input.js';
import { startedRunId } from '../lib/started-run.js';
import { useCommand } from './useCommand.js';
import type { CommandFeedback } from './useCommand.js';
import { useIsReplaying } from './useReplay.js';

/** Why a run cannot be started again with its input. */
export type NotAgain = 'replaying' | 'recorded' | 'notRegistered' | 'inputUnknown' | 'inputGone';

/** What is asked of a run to start it again. */
export type RunOrigin = Pick<RunState, 'name'> & {
  readonly source?: string | undefined;
  readonly input?: Payload | undefined;
};

/** Starts runs again; see {@link useRunAgain}. */
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
  const hinderedBy = ({ name, source, input }: RunOrigin): NotAgain | undefined => {
    if (replaying) return 'replaying';
    if (source !== undefined) return 'recorded';
    if (startable && !startable.some((entry) => entry.name === name)) return 'notRegistered';
    // What the host registered may be a function that takes no input.
    if (input === undefined && !startable) return 'inputUnknown';
    return undefined;
  };
  const start = async (run: RunOrigin): Promise<void> => {
    if (hinderedBy(run)) return;
    setInputGone(false);
    let input: Json | undefined;
    try {
      input = run.input && (await readInput(run.input, (ref) => monitor.blob(ref)));
    } catch {
      setInputGone(true);
      return;
    }
    const result = await send({ type: 'start', name: run.name, ...(input === undefined ? {} : { input }) });
    const started = result.ok ? startedRunId(result.result) : undefined;
    if (started !== undefined) onStarted?.(started);
  };
  return { hinderedBy, start, feedback, inputGone };
}
