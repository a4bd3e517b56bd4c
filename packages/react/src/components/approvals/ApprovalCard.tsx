'use client';

import type { ComponentPropsWithoutRef } from 'react';
import { lazyPart } from '../parts/lazy-part.js';

export interface ApprovalCardProps extends ComponentPropsWithoutRef<'section'> {
  readonly runId: string;
  readonly approvalId: string;
  /** The card is taken away while it has the focus: whoever answered by keyboard should be kept near. */
  readonly onGone?: (() => void) | undefined;
}

/**
 * One decision: who asked and when, what it is about, when it expires, and its options as buttons with a note; for a
 * used-up budget a new limit to choose. Afterwards it says what was decided, by whom and when. In replay and of a
 * recording it cannot be answered. Renders again with its approval, and each second while it expires. Its code is loaded when it is
 * first shown.
 */
export const ApprovalCard = lazyPart<ApprovalCardProps, HTMLElement>(
  async () => (await import('./ApprovalCardContent.js')).ApprovalCardContent,
  (content) => <section className="fg-approval">{content}</section>,
);
