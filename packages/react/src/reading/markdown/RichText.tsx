'use client';

import { memo, useMemo } from 'react';
import type { ReactElement, ReactNode } from 'react';
import Markdown from 'react-markdown';
import type { Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { CopyButton } from '../../components/parts/CopyButton.js';
import { useTexts } from '../../context/monitor-context.js';
import { markdownLabels } from './markdown-labels.js';
import { safeAddress, withMarks, withoutNames, wordsOf } from './tree-marks.js';
import type { TreeNode } from './tree-marks.js';

export interface RichTextProps {
  readonly text: string;
  readonly matcher?: RegExp | undefined;
}

/** Longest address that is shown in full. */
const LONGEST_ADDRESS = 90;
const EXTENSIONS = [remarkGfm];

/** What an element is made of, whatever else it says of itself. */
interface Made {
  readonly node?: TreeNode | undefined;
  readonly children?: ReactNode;
}

/** An address is followed only by the reader, who sees where it leads before. */
function Address({ href, children }: { readonly href?: string | undefined; readonly children: ReactNode }) {
  if (!href) return <span>{children}</span>;
  const shown = href.length > LONGEST_ADDRESS ? `${href.slice(0, LONGEST_ADDRESS)}…` : href;
  return (
    <>
      <a className="fg-md-link" href={href} target="_blank" rel="noopener noreferrer" title={href}>
        {children}
      </a>
      {children === href ? null : <span className="fg-md-address"> ({shown})</span>}
    </>
  );
}

function Picture({ src, alt }: { readonly src?: unknown; readonly alt?: string | undefined }) {
  const words = useTexts().labels(markdownLabels);
  return (
    <span className="fg-md-image">
      <Address href={typeof src === 'string' ? src : undefined}>
        {alt ? words.image(alt) : words.imageWithoutWords}
      </Address>
    </span>
  );
}

function CodeBlock({ node, children }: Made) {
  const words = useTexts().labels(markdownLabels);
  const code = node?.children?.[0];
  const name = code?.properties?.['className'];
  const language = Array.isArray(name) ? String(name[0] ?? '').replace(/^language-/, '') : '';
  return (
    <div className="fg-md-code">
      <div className="fg-md-code-head">
        <span>{language}</span>
        <CopyButton className="fg-plain-button" text={() => wordsOf(code)} aria-label={words.copyCode} />
      </div>
      <pre
        className="fg-scroll"
        tabIndex={0}
        role="group"
        aria-label={language === '' ? words.code : language}
      >
        {children}
      </pre>
    </div>
  );
}

function Table({ children }: Made) {
  const words = useTexts().labels(markdownLabels);
  return (
    <div className="fg-md-table fg-scroll" tabIndex={0} role="group" aria-label={words.table}>
      <table>{children}</table>
    </div>
  );
}

function Tick({ checked }: { readonly checked?: boolean | undefined }) {
  const words = useTexts().labels(markdownLabels);
  return (
    <span>
      <span aria-hidden="true">{checked ? '☑' : '☐'}</span>
      <span className="fg-hidden">{checked ? words.done : words.open}</span>
    </span>
  );
}

/** A heading inside of a message is none of the page, whose outline it would break: it looks like one. */
const heading =
  (level: number) =>
  ({ children }: Made): ReactElement => (
    <p className="fg-md-heading" data-level={level}>
      <strong>{children}</strong>
    </p>
  );

const COMPONENTS: Components = {
  a: ({ href, children }) => <Address href={href}>{children}</Address>,
  img: ({ src, alt }) => <Picture src={src} alt={alt} />,
  pre: CodeBlock as NonNullable<Components['pre']>,
  table: Table as NonNullable<Components['table']>,
  input: ({ checked }) => <Tick checked={checked} />,
  h1: heading(1) as NonNullable<Components['h1']>,
  h2: heading(2) as NonNullable<Components['h2']>,
  h3: heading(3) as NonNullable<Components['h3']>,
  h4: heading(4) as NonNullable<Components['h4']>,
  h5: heading(5) as NonNullable<Components['h5']>,
  h6: heading(6) as NonNullable<Components['h6']>,
};

/**
 * Markdown as elements: HTML in it stays text, images are not loaded, links lead to the web or to mail only. It is
 * loaded when it is first needed. Renders again only with its props.
 */
export const RichText = memo(function RichText({ text, matcher }: RichTextProps): ReactElement {
  const plugins = useMemo(
    () => (matcher ? [withoutNames, () => withMarks(matcher)] : [withoutNames]),
    [matcher],
  );
  return (
    <div className="fg-md">
      <Markdown
        remarkPlugins={EXTENSIONS}
        rehypePlugins={plugins}
        components={COMPONENTS}
        urlTransform={safeAddress}
      >
        {text}
      </Markdown>
    </div>
  );
});
