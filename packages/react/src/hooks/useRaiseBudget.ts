'use client';

import type { BudgetState, FleetState } from '@fleetglass/core/client';
import { useCallback } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';
import { useCommand } from './useCommand.js';
import type { CommandSender } from './useCommand.js';

/** Raises limits; see {@link useRaiseBudget}. */
export interface RaiseBudget extends CommandSender {
  /** Sets the limit, and lets runs go on that paused at it. */
  readonly raise: (budget: BudgetState, limit: number) => Promise<void>;
}

/**
 * The one way to raise a limit: a new limit, then, once it is accepted, resuming what paused because of it; a run that
 * waits goes on by itself. Renders again when a command is sent or answered.
 */
export function useRaiseBudget(): RaiseBudget {
  const { monitor } = useMonitorSource();
  const sender = useCommand();
  const { send } = sender;
  const raise = useCallback(
    async (budget: BudgetState, limit: number): Promise<void> => {
      const { budgetId, runId } = budget;
      // Those of now: an accepted command may resume them before it is answered.
      const paused = pausedAt(monitor.getSnapshot().live, budget);
      const of = runId === undefined ? {} : { runId };
      const { ok } = await send({ type: 'setBudget', budgetId, limit, ...of });
      if (!ok) return;
      for (const id of paused) await send({ type: 'resume', runId: id });
    },
    [monitor, send],
  );
  return { ...sender, raise };
}

/** Runs that paused because a budget is used up and that this one concerns. */
function pausedAt({ runs }: FleetState, { runId, scope, threadId }: BudgetState): readonly string[] {
  const thread = scope.kind === 'thread' ? (scope.id ?? threadId) : undefined;
  return [...runs.values()].flatMap((run) => {
    const concerned =
      runId === undefined ? thread === undefined || (run.threadId ?? run.id) === thread : run.id === runId;
    return concerned && run.status === 'paused' && run.reason === 'budget' ? [run.id] : [];
  });
}
