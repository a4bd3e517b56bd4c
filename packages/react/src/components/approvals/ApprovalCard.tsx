'use client';

import type { ApprovalState, RunState } from '@fleetglass/core/client';
import { useId } from 'react';
import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { useRunPart } from '../../hooks/useEntities.js';
import { useNow } from '../../hooks/useNow.js';
import { useIsReplaying } from '../../hooks/useReplay.js';
import { plainText } from '../../lib/plain-text.js';
import { CommandFeedbackLine } from '../run-header/CommandFeedbackLine.js';
import { StatusShape } from '../status/StatusShape.js';
import { ApprovalFacts } from './ApprovalFacts.js';
import { useDecide } from './useDecide.js';
import type { ApprovalProps } from './useDecide.js';
import { approvalsLabels } from './approvals-labels.js';

const selectSource = ({ source }: RunState) => ({ source });

const DEFAULT_OPTIONS: readonly string[] = ['approve', 'reject'];

/** A question with its options as buttons. Renders again with its approval, and each second while it expires. */
export function ApprovalCard(props: ApprovalProps): ReactElement {
  const { approval } = props;
  const { labels } = useTexts();
  const titleId = useId();
  const replaying = useIsReplaying();
  const isRecorded = useRunPart(approval.runId ?? '', selectSource)?.source !== undefined;
  const { feedback, answered, decide, card } = useDecide(props);
  const words = labels(approvalsLabels);
  const options = approval.options && approval.options.length > 0 ? approval.options : DEFAULT_OPTIONS;
  const wordsOf = useOptionWords();
  return (
    <section ref={card} className="fg-approval" aria-labelledby={titleId}>
      <StatusShape status="waiting" />
      <div className="fg-approval-text">
        <h3 id={titleId} className="fg-approval-title">
          <span className="fg-approval-kind">{words.title}:</span> {plainText(approval.title)}
        </h3>
        <Asked approval={approval} />
        {approval.details ? <ApprovalFacts details={approval.details} /> : null}
      </div>
      <div className="fg-approval-answer">
        {replaying || isRecorded ? (
          <p className="fg-controls-note">{replaying ? words.replaying : words.recorded}</p>
        ) : (
          <div className="fg-buttons">
            {options.map((option, index) => (
              <button
                key={option}
                type="button"
                className="fg-button"
                data-variant={index === 0 ? 'primary' : undefined}
                aria-disabled={answered || undefined}
                onClick={() => decide(option)}
              >
                {wordsOf(option)}
              </button>
            ))}
          </div>
        )}
        <CommandFeedbackLine feedback={feedback} />
      </div>
    </section>
  );
}

/** Who asked and when, and what happens when nobody answers. */
export function Asked({ approval }: { readonly approval: ApprovalState }): ReactElement {
  const { labels, format } = useTexts();
  const { agentId, requestedAt, expiresAt, onExpiry } = approval;
  const now = useNow(expiresAt !== undefined);
  const wordsOf = useOptionWords();
  const words = labels(approvalsLabels);
  const left = expiresAt === undefined ? undefined : format.duration(Math.max(0, expiresAt - now));
  return (
    <p className="fg-why-more">
      {words.asked(plainText(agentId ?? words.asker), format.time(requestedAt))}
      {left === undefined
        ? null
        : `, ${onExpiry === undefined ? words.expires(left) : words.expiresWith(wordsOf(onExpiry), left)}`}
    </p>
  );
}

/** How an option is written on its button: its own words, with a capital. */
function useOptionWords(): (option: string) => string {
  const { labels } = useTexts();
  return (option) => {
    const { options } = labels(approvalsLabels);
    if (Object.hasOwn(options, option)) return options[option] ?? option;
    const text = plainText(option);
    return text.charAt(0).toLocaleUpperCase() + text.slice(1);
  };
}
