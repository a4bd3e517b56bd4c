'use client';

import { lazyPart } from '../parts/lazy-part.js';
import type { StartRunFormProps } from './StartRunFormContent.js';

/**
 * Starts a run with an input that is filled in by fields, as its JSON Schema says. What is wrong is said at the field.
 * Renders again while it is filled in and when what can be started changes. Its code is loaded when it is first
 * shown.
 */
export const StartRunForm = lazyPart<StartRunFormProps, HTMLFormElement>(
  async () => (await import('./StartRunFormContent.js')).StartRunFormContent,
  (content) => content,
);
