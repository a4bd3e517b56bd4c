'use client';

import type { MessageState } from '@fleetglass/core/client';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { CopyButton } from '../../components/parts/CopyButton.js';
import { Dialog } from '../../components/parts/Dialog.js';
import { useTexts } from '../../context/monitor-context.js';
import { download } from '../../lib/download.js';
import { readingLabels } from '../reading-labels.js';
import { conversationLabels } from './conversation-labels.js';
import { conversationToMarkdown } from './conversation-to-markdown.js';

export interface ExportDialogProps {
  /** Read when it is asked for. */
  readonly messages: () => readonly MessageState[];
  readonly title: string;
  readonly speakerOf: (message: MessageState) => string;
  readonly onClose: () => void;
}

/** What goes into the document, and the two ways of taking it along. */
export function ExportDialog({ messages, title, speakerOf, onClose }: ExportDialogProps): ReactElement {
  const { labels, format } = useTexts();
  const words = labels(conversationLabels);
  const { download: downloadWord } = labels(readingLabels);
  const [tools, setTools] = useState(true);
  const [thinking, setThinking] = useState(true);
  const write = (): string =>
    conversationToMarkdown(messages(), {
      title,
      tools,
      thinking,
      speakerOf,
      timeOf: format.dateTime,
      words: { ...words, role: words.role },
    });
  const choices = [
    [words.exportTools, tools, setTools],
    [words.exportThinking, thinking, setThinking],
  ] as const;
  return (
    <Dialog heading={words.exportHeading} onClose={onClose}>
      {choices.map(([label, value, set]) => (
        <label key={label} className="fg-choice">
          <input type="checkbox" checked={value} onChange={(event) => set(event.target.checked)} /> {label}
        </label>
      ))}
      <div className="fg-buttons">
        <button
          type="button"
          className="fg-button"
          data-variant="primary"
          onClick={() => download(`${title}.md`, 'text/markdown', write())}
        >
          {downloadWord}
        </button>
        <CopyButton text={write}>{words.copyAll}</CopyButton>
      </div>
    </Dialog>
  );
}
