'use client';

import { createContext, useContext } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { CopyButton } from '../../components/parts/CopyButton.js';
import { useTexts } from '../../context/monitor-context.js';
import { markdownLabels } from './markdown-labels.js';
import { safeAddress } from './safe-address.js';

/** Longest address that is shown in full. */
const LONGEST_ADDRESS = 90;

/** A link holds no other, not that of a picture either. */
const InLink = createContext(false);

export interface AddressProps {
  readonly href: string;
  /** The words of the link are its address already. */
  readonly isBare?: boolean;
  readonly children: ReactNode;
}

/** An address is followed only by the reader, who sees where it leads before. */
export function Address({ href, isBare = false, children }: AddressProps): ReactElement {
  const inLink = useContext(InLink);
  const safe = safeAddress(href);
  if (safe === '') return <span>{children}</span>;
  const shown = safe.length > LONGEST_ADDRESS ? `${safe.slice(0, LONGEST_ADDRESS)}…` : safe;
  return (
    <>
      {inLink ? (
        <span>{children}</span>
      ) : (
        <InLink.Provider value>
          <a className="fg-md-link" href={safe} target="_blank" rel="noopener noreferrer" title={safe}>
            {children}
          </a>
        </InLink.Provider>
      )}
      {isBare ? null : <span className="fg-md-address"> ({shown})</span>}
    </>
  );
}

/** A picture is told of and never loaded. */
export function Picture({ src, alt }: { readonly src: string; readonly alt: string }): ReactElement {
  const words = useTexts().labels(markdownLabels);
  return (
    <span className="fg-md-image">
      <Address href={src}>{alt ? words.image(alt) : words.imageWithoutWords}</Address>
    </span>
  );
}

export interface CodeBlockProps {
  readonly code: string;
  readonly language: string;
  /** The code as it is shown. */
  readonly children: ReactNode;
}

export function CodeBlock({ code, language, children }: CodeBlockProps): ReactElement {
  const words = useTexts().labels(markdownLabels);
  return (
    <div className="fg-md-code">
      <div className="fg-md-code-head">
        <span>{language}</span>
        <CopyButton className="fg-plain-button" text={() => code} aria-label={words.copyCode} />
      </div>
      <pre
        className="fg-scroll"
        tabIndex={0}
        role="group"
        aria-label={language === '' ? words.code : language}
      >
        <code>{children}</code>
      </pre>
    </div>
  );
}

export function TableFrame({ children }: { readonly children: ReactNode }): ReactElement {
  const words = useTexts().labels(markdownLabels);
  return (
    <div className="fg-md-table fg-scroll" tabIndex={0} role="group" aria-label={words.table}>
      <table>{children}</table>
    </div>
  );
}

/** Whether an item of a list is done; nobody ticks it here. */
export function Tick({ checked }: { readonly checked: boolean }): ReactElement {
  const words = useTexts().labels(markdownLabels);
  return (
    <span>
      <span aria-hidden="true">{checked ? '☑' : '☐'} </span>
      <span className="fg-hidden">{checked ? words.done : words.open} </span>
    </span>
  );
}
