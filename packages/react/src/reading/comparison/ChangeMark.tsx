import type { StepChange } from '@fleetglass/core/client';
import type { ReactElement } from 'react';

const PATHS: { readonly [C in StepChange]: string } = {
  same: 'M2.5 4.5h7M2.5 7.5h7',
  changed: 'M2 6q2-3.5 4 0t4 0',
  added: 'M6 2v8M2 6h8',
  removed: 'M2 6h8',
};

/** Whether a step is the same, changed, or in one run only, as a shape; its word stands beside it. */
export function ChangeMark({ change }: { readonly change: StepChange }): ReactElement {
  return (
    <svg className="fg-comparison-mark" data-change={change} viewBox="0 0 12 12" aria-hidden="true">
      <path d={PATHS[change]} />
    </svg>
  );
}
