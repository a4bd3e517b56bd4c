import type { WorkStatus } from '@fleetglass/core/client';
import type { AgentStatus } from '@fleetglass/core/protocol';
import type { ReactElement } from 'react';

export type ShownStatus = WorkStatus | AgentStatus;

/** One outline a status, so that it can be told without colour. All fit a box of 12 by 12. */
const SHAPES: { readonly [S in ShownStatus]: ReactElement } = {
  queued: <circle cx="6" cy="6" r="4.25" strokeDasharray="2 1.8" />,
  running: (
    <>
      <circle cx="6" cy="6" r="4.75" className="fg-shape-ring" />
      <circle cx="6" cy="6" r="2.25" className="fg-shape-solid" />
    </>
  ),
  active: (
    <>
      <circle cx="6" cy="6" r="4.75" className="fg-shape-ring" />
      <circle cx="6" cy="6" r="2.25" className="fg-shape-solid" />
    </>
  ),
  waiting: <path d="M3 1.75h6M3 10.25h6M3.75 1.75c0 2.6 4.5 3.6 4.5 8.5M8.25 1.75c0 2.6-4.5 3.6-4.5 8.5" />,
  paused: <path d="M4 2.25v7.5M8 2.25v7.5" strokeWidth="2.25" />,
  completed: <path d="M2 6.4 4.9 9.2 10.2 3" strokeWidth="1.9" />,
  failed: <path d="m2.6 2.6 6.8 6.8m0-6.8L2.6 9.4" strokeWidth="1.9" />,
  cancelled: (
    <>
      <circle cx="6" cy="6" r="4.5" />
      <path d="m3 9 6-6" />
    </>
  ),
  skipped: <path d="M2 3 5.4 6 2 9M6 3l3.4 3L6 9" />,
  stopped: <rect x="2.5" y="2.5" width="7" height="7" rx="1" className="fg-shape-solid" />,
  idle: <circle cx="6" cy="6" r="4" />,
  offline: <path d="M2 6h8" strokeWidth="1.9" />,
};

/** The shape of a status; its word always stands beside it. */
export function StatusShape({ status }: { readonly status: ShownStatus }): ReactElement {
  return (
    <svg className="fg-shape" data-status={status} viewBox="0 0 12 12" aria-hidden="true" focusable="false">
      {SHAPES[status]}
    </svg>
  );
}
