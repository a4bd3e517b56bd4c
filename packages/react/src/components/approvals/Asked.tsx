'use client';

import type { ApprovalState } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useNow } from '../../hooks/useNow.js';
import { plainText } from '../../lib/plain-text.js';
import { useOptionWords } from './useOptionWords.js';
import { approvalsLabels } from './approvals-labels.js';

/** Who asked and when, and what happens when nobody answers. Renders again each second while it expires. */
export function Asked({ approval }: { readonly approval: ApprovalState }): ReactElement {
  const { labels, format } = useTexts();
  const { agentId, requestedAt, expiresAt, onExpiry, status } = approval;
  const isExpiring = expiresAt !== undefined && status === 'pending';
  const now = useNow(isExpiring);
  const wordsOf = useOptionWords();
  const words = labels(approvalsLabels);
  const left = isExpiring ? format.duration(Math.max(0, expiresAt - now)) : undefined;
  return (
    <p className="fg-why-more fg-quiet">
      {words.asked(plainText(agentId ?? words.asker), format.time(requestedAt))}
      {left === undefined
        ? null
        : `, ${onExpiry === undefined ? words.expires(left) : words.expiresWith(wordsOf(onExpiry), left)}`}
    </p>
  );
}
