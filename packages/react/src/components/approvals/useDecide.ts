'use client';

import type { ApprovalState } from '@fleetglass/core/client';
import type { Json } from '@fleetglass/core/protocol';
import { useRef } from 'react';
import type { ComponentPropsWithoutRef, RefObject } from 'react';
import { useCommand } from '../../hooks/useCommand.js';
import { useBrowserLayoutEffect } from '../../lib/useBrowserLayoutEffect.js';
import type { CommandFeedback } from '../../hooks/useCommand.js';
import { useHindrance } from '../../hooks/useHindrance.js';
import type { Hindrance } from '../../hooks/useHindrance.js';

/** What the card of a decision gets. */
export interface ApprovalProps extends ComponentPropsWithoutRef<'section'> {
  readonly approval: ApprovalState;
  /** The card goes while it has the focus. */
  readonly onGone?: (() => void) | undefined;
}

export interface Answer {
  readonly data?: Json;
  readonly note?: string;
}

export interface Decide {
  readonly feedback: CommandFeedback;
  /** An answer is under way or was accepted: another one would come too late. */
  readonly answered: boolean;
  /** Why it cannot be answered here. */
  readonly blocked: Hindrance | undefined;
  readonly decide: (decision: string, answer?: Answer) => void;
  /** The card; where it had the focus when it goes, `onGone` is called. */
  readonly card: RefObject<HTMLElement | null>;
}

/** Answers a decision, once. Renders again when the answer is sent or acknowledged. */
export function useDecide({ approval, onGone }: Pick<ApprovalProps, 'approval' | 'onGone'>): Decide {
  const { approvalId, runId = '' } = approval;
  const { feedback, send } = useCommand();
  const blocked = useHindrance(runId);
  const card = useRef<HTMLElement>(null);
  useBrowserLayoutEffect(() => {
    const element = card.current;
    return () => {
      if (element?.contains(element.ownerDocument.activeElement)) onGone?.();
    };
  }, [onGone]);
  const answered = feedback.phase === 'pending' || feedback.phase === 'accepted';
  return {
    feedback,
    answered,
    blocked,
    decide: (decision, answer = {}) => {
      if (!answered) void send({ type: 'decide', runId, approvalId, decision, ...answer });
    },
    card,
  };
}
