'use client';

import type { AlertState } from '@fleetglass/core/client';
import type { CommandResult } from '@fleetglass/core/protocol';
import { useCommand } from './useCommand.js';
import type { CommandFeedback } from './useCommand.js';
import { useHindrance } from './useHindrance.js';

/** Takes an alert on; see {@link useAcknowledge}. */
export interface Acknowledge {
  /** Nobody has taken it on, the present is shown, its run is no recording, and whoever looks may give commands. */
  readonly canAcknowledge: boolean;
  /** Sends the command; while one is under way, and after one was accepted, it sends none. */
  readonly acknowledge: () => Promise<CommandResult | undefined>;
  readonly feedback: CommandFeedback;
}

/**
 * The one way to take an alert on, in the name of whoever is connected. Renders again when the command is sent or
 * answered, and when the past is shown or left.
 */
export function useAcknowledge(alert: AlertState | undefined): Acknowledge {
  const { feedback, send } = useCommand();
  const hindrance = useHindrance(alert?.runId);
  const { phase } = feedback;
  return {
    canAcknowledge: alert?.status === 'raised' && !hindrance,
    acknowledge: async () => {
      if (!alert || phase === 'pending' || phase === 'accepted') return undefined;
      const { alertId, runId } = alert;
      return send({ type: 'acknowledge', alertId, ...(runId === undefined ? {} : { runId }) });
    },
    feedback,
  };
}
