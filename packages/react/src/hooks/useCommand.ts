'use client';

import type { WireError } from '@fleetglass/core/client';
import type { Command, CommandResult } from '@fleetglass/core/protocol';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useMonitorSource } from '../context/monitor-context.js';

/** What became of the last command of this component. */
export type CommandFeedback =
  | { readonly phase: 'idle' }
  | { readonly phase: 'pending'; readonly command: Command; readonly at: number }
  | { readonly phase: 'accepted'; readonly command: Command; readonly at: number }
  | { readonly phase: 'refused'; readonly command: Command; readonly at: number; readonly error: WireError };

/** Sends commands and tells what became of the last one. */
export interface CommandSender {
  readonly feedback: CommandFeedback;
  /** Resolves with what became of it; never rejects. A newer command takes over the feedback. */
  readonly send: (command: Command) => Promise<CommandResult>;
  readonly clear: () => void;
}

const IDLE: CommandFeedback = { phase: 'idle' };

/** Sends commands and tells what became of the last one. Renders again when a command is sent or answered. */
export function useCommand(): CommandSender {
  const { monitor, clock } = useMonitorSource();
  const [feedback, setFeedback] = useState<CommandFeedback>(IDLE);
  const latest = useRef(0);
  useEffect(
    () => () => {
      latest.current += 1;
    },
    [],
  );
  const send = useCallback(
    async (command: Command): Promise<CommandResult> => {
      latest.current += 1;
      const mine = latest.current;
      setFeedback({ phase: 'pending', command, at: clock.now() });
      const result = await monitor.command(command);
      if (latest.current === mine) {
        const at = clock.now();
        setFeedback(
          result.ok
            ? { phase: 'accepted', command, at }
            : { phase: 'refused', command, at, error: result.error },
        );
      }
      return result;
    },
    [monitor, clock],
  );
  const clear = useCallback(() => {
    latest.current += 1;
    setFeedback(IDLE);
  }, []);
  return { feedback, send, clear };
}
