'use client';

import type { Startable } from '@fleetglass/core/client';
import type { Json } from '@fleetglass/core/protocol';
import type { ComponentPropsWithoutRef } from 'react';
import { lazyPart } from '../parts/lazy-part.js';

export interface StartRunFormProps extends Omit<ComponentPropsWithoutRef<'form'>, 'children' | 'onSubmit'> {
  /** What the host registered; a constant or memoised. @default the graphs that ran here */
  readonly startable?: readonly Startable[] | undefined;
  /** What is chosen at first. @default the first of them */
  readonly name?: string | undefined;
  /** What its fields hold at first, for example the input of another run. @default the schema's defaults */
  readonly input?: Json | undefined;
  /** The new run began. */
  readonly onStarted?: ((runId: string) => void) | undefined;
}

/**
 * Starts a run with an input that is filled in by fields, as its JSON Schema says. What is wrong is said at the field.
 * Renders again while it is filled in and when what can be started changes. Its code is loaded when it is first
 * shown.
 */
export const StartRunForm = lazyPart<StartRunFormProps, HTMLFormElement>(
  async () => (await import('./StartRunFormContent.js')).StartRunFormContent,
  (content) => content,
);
