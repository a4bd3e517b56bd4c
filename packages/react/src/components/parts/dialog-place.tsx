'use client';

import type { ReactElement, ReactNode } from 'react';
import { useTexts } from '../../context/monitor-context.js';
import { Dialog } from './Dialog.js';
import type { PartPlace } from './lazy-part.js';
import { partsLabels } from './parts-labels.js';

/** In the place of a dialog another one, so that it can be left at any time. */
export const dialogPlace: PartPlace<{ readonly onClose: () => void }> = (content, { onClose }, failed) => (
  <WaitingDialog heading={failed ? 'partFailed' : 'loading'} onClose={onClose}>
    {content}
  </WaitingDialog>
);

interface WaitingDialogProps {
  readonly heading: 'loading' | 'partFailed';
  readonly onClose: () => void;
  readonly children: ReactNode;
}

function WaitingDialog({ heading, ...rest }: WaitingDialogProps): ReactElement {
  return <Dialog heading={useTexts().labels(partsLabels)[heading]} {...rest} />;
}
