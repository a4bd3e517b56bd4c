'use client';

import type { ReactElement, ReactNode } from 'react';

interface PageHeadingProps {
  readonly children: ReactNode;
  /** For assistive technology alone, where a panel of the page says the same in print. @default false */
  readonly hidden?: boolean;
  /** At the end of the line. */
  readonly tools?: ReactNode;
}

/** The one first-level heading of a page; the focus comes here when the page is opened. */
export function PageHeading({ children, hidden = false, tools }: PageHeadingProps): ReactElement {
  if (hidden) {
    return (
      <h1 className="fg-hidden" tabIndex={-1}>
        {children}
      </h1>
    );
  }
  return (
    <div className="fg-page-head">
      <h1 className="fg-page-title" tabIndex={-1}>
        {children}
      </h1>
      {tools ? <div className="fg-page-tools">{tools}</div> : null}
    </div>
  );
}
