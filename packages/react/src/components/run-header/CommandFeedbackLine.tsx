'use client';

import type { ReactElement } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import type { CommandFeedback } from '../../hooks/useCommand.js';
import { plainText } from '../../lib/plain-text.js';
import { runControlsLabels } from './run-header-labels.js';

/** What became of a command, in words, announced politely. Empty until one was sent. */
export function CommandFeedbackLine({ feedback }: { readonly feedback: CommandFeedback }): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(runControlsLabels);
  const text = (): string => {
    if (feedback.phase === 'idle') return '';
    const { type } = feedback.command;
    const what = words.command[type] ?? type;
    const time = format.time(feedback.at);
    if (feedback.phase === 'pending') return words.pending[type] ?? what;
    if (feedback.phase === 'accepted') return words.accepted(what, time);
    return words.refused(what, plainText(feedback.error.message), time);
  };
  return (
    <p className="fg-feedback fg-quiet" data-phase={feedback.phase} role="status">
      {text()}
    </p>
  );
}
