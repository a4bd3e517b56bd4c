'use client';

import type { RunState } from '@fleetglass/core/client';
import type { ReactElement } from 'react';
import { useMonitorSource, useTexts } from '../../context/monitor-context.js';
import { useRunPart } from '../../hooks/useEntities.js';
import { costLabels } from './cost-labels.js';

const select = ({ totals }: RunState) => ({ simulated: (totals.cost.byBasis.simulated ?? 0) > 0 });

/** Says that costs are made up by a simulated model; nothing where they are not. Renders again when that changes. */
export function SimulatedTag({ runId }: { readonly runId: string }): ReactElement | null {
  const { cadence } = useMonitorSource();
  const run = useRunPart(runId, select, cadence.cost);
  return run?.simulated ? <SimulatedWord /> : null;
}

/** The word itself. */
export function SimulatedWord(): ReactElement {
  const { labels } = useTexts();
  const words = labels(costLabels);
  return (
    <span className="fg-tag" data-tone="simulated" title={words.simulatedHint}>
      {words.basis.simulated}
    </span>
  );
}
