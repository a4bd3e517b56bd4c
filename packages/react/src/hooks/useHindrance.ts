'use client';

import type { RunState } from '@fleetglass/core/client';
import { useMonitorSource } from '../context/monitor-context.js';
import { useRunPart } from './useEntities.js';
import { useIsReplaying } from './useReplay.js';

/** Why nothing can be steered here: it is a recording, whoever looks may only look, or the past is shown. */
export type Hindrance = 'recorded' | 'readOnly' | 'replaying';

const selectSource = ({ source }: RunState) => ({ source });

/** What hinders everyone here from steering a run, or the fleet. Renders again when the past is shown or left. */
export function useHindrance(runId = ''): Hindrance | undefined {
  const { readOnly } = useMonitorSource();
  const replaying = useIsReplaying();
  if (useRunPart(runId, selectSource)?.source !== undefined) return 'recorded';
  return readOnly ? 'readOnly' : replaying ? 'replaying' : undefined;
}
