'use client';

import { Component } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { PartErrorContext, usePartError } from './part-error.js';
import { PartFailed } from './PartFailed.js';

export interface PartBoundaryProps {
  readonly children: ReactNode;
  /** Told of each failure, for the host's own reporting. @default that of the boundary around this one */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Keeps the failure of one part from taking the others with it: says so in its place, and tries again when asked. */
export function PartBoundary({ children, onError }: PartBoundaryProps): ReactElement {
  const around = usePartError();
  const report = onError ?? around;
  return (
    <PartErrorContext.Provider value={report}>
      <Boundary onError={report}>{children}</Boundary>
    </PartErrorContext.Provider>
  );
}

/** React has no hook for this, hence a class. */
class Boundary extends Component<PartBoundaryProps, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override componentDidCatch(error: unknown): void {
    this.props.onError?.(error);
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <section className="fg-card">
        <PartFailed onRetry={() => this.setState({ failed: false })} />
      </section>
    );
  }
}
