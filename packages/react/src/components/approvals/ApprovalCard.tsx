'use client';

import { lazyPart } from '../parts/lazy-part.js';
import type { ApprovalCardProps } from './ApprovalCardContent.js';

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
