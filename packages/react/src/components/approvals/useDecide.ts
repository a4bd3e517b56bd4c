'use client';

import type { ApprovalState } from '@fleetglass/core/client';
import type { Json } from '@fleetglass/core/protocol';
import { useRef } from 'react';
import type { RefObject } from 'react';
import { useCommand } from '../../hooks/useCommand.js';
import { useBrowserLayoutEffect } from '../../lib/useBrowserLayoutEffect.js';
import type { CommandFeedback } from '../../hooks/useCommand.js';

/** What the card of a decision gets. */
export interface ApprovalProps {
  readonly runId: string;
  readonly approval: ApprovalState;
  /** The card goes while it has the focus. */
  readonly onGone: () => void;
}

export interface Decide {
  readonly feedback: CommandFeedback;
  /** An answer is under way or was accepted: another one would come too late. */
  readonly answered: boolean;
  readonly decide: (decision: string, data?: Json) => void;
  /** The card; where it had the focus when it goes, `onGone` is called. */
  readonly card: RefObject<HTMLElement | null>;
}

/** Answers a decision, once. Renders again when the answer is sent or acknowledged. */
export function useDecide({ runId, approval: { approvalId }, onGone }: ApprovalProps): Decide {
  const { feedback, send } = useCommand();
  const card = useRef<HTMLElement>(null);
  useBrowserLayoutEffect(() => {
    const element = card.current;
    return () => {
      if (element?.contains(element.ownerDocument.activeElement)) onGone();
    };
  }, [onGone]);
  const answered = feedback.phase === 'pending' || feedback.phase === 'accepted';
  return {
    feedback,
    answered,
    decide: (decision, data) => {
      if (answered) return;
      void send({ type: 'decide', runId, approvalId, decision, ...(data === undefined ? {} : { data }) });
    },
    card,
  };
}
