import { defineLabels } from '../../labels/define-labels.js';

export interface MarkdownLabels {
  readonly copyCode: string;
  /** An image that is not loaded. */
  readonly image: (words: string) => string;
  readonly imageWithoutWords: string;
  readonly table: string;
  readonly code: string;
  readonly done: string;
  readonly open: string;
}

export const markdownLabels = defineLabels<MarkdownLabels>('markdown', {
  copyCode: 'Copy code',
  image: (words) => `Image: ${words}`,
  imageWithoutWords: 'Image',
  table: 'Table',
  code: 'Code',
  done: 'Done:',
  open: 'Open:',
});
