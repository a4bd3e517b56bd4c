'use client';

import { Component } from 'react';
import type { ReactNode } from 'react';
import { TextsContext } from '../../context/monitor-context.js';
import type { Texts } from '../../context/monitor-context.js';
import { panelLabels } from './panel-labels.js';

export interface PartBoundaryProps {
  readonly children: ReactNode;
  /** Told of each failure, for the host's own reporting. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

interface PartBoundaryState {
  readonly failed: boolean;
}

/** Keeps the failure of one part from taking the others with it. React has no hook for this, hence a class. */
export class PartBoundary extends Component<PartBoundaryProps, PartBoundaryState> {
  static override contextType = TextsContext;
  declare context: Texts | undefined;
  override state: PartBoundaryState = { failed: false };

  static getDerivedStateFromError(): PartBoundaryState {
    return { failed: true };
  }

  override componentDidCatch(error: unknown): void {
    this.props.onError?.(error);
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    const words = this.context?.labels(panelLabels);
    return (
      <section className="fg-card fg-part-failed" role="alert">
        <p className="fg-empty-title">{words?.partFailed}</p>
        <p>{words?.partFailedHint}</p>
        <button type="button" className="fg-button" onClick={() => this.setState({ failed: false })}>
          {words?.retry}
        </button>
      </section>
    );
  }
}
