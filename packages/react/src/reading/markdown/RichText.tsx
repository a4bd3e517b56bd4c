'use client';

import type { MarkedToken, Tokens } from 'marked';
import { createContext, memo, useContext, useMemo } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { plainText } from '../../lib/plain-text.js';
import { Marked } from '../text/Marked.js';
import { decodeReferences } from './decode-references.js';
import { Address, CodeBlock, Picture, TableFrame, Tick } from './markdown-parts.js';
import { knownTokens, parseMarkdown } from './parse-markdown.js';

export interface RichTextProps {
  readonly text: string;
  readonly matcher?: RegExp | undefined;
}

/** Deeper than this, a text is shown as it is written. */
const DEEPEST = 30;

const Matcher = createContext<RegExp | undefined>(undefined);

/**
 * Markdown as elements: HTML in it stays text, images are not loaded, links lead to the web or to mail only. It is
 * loaded when it is first needed. Renders again only with its props; of a text that grows, only the blocks that changed.
 */
export const RichText = memo(function RichText({ text, matcher }: RichTextProps): ReactElement {
  const { blocks, definitions } = useMemo(() => parseMarkdown(text), [text]);
  return (
    <Matcher.Provider value={matcher}>
      <div className="fg-md" dir="auto">
        {blocks.map((token, at) => (
          <TopBlock key={at} token={token} definitions={definitions} />
        ))}
      </div>
    </Matcher.Provider>
  );
});

interface TopBlockProps {
  readonly token: MarkedToken;
  readonly definitions: string;
}

const TopBlock = memo(
  function TopBlock({ token }: TopBlockProps) {
    return <Block token={token} depth={0} />;
  },
  (last, next) => last.token.raw === next.token.raw && last.definitions === next.definitions,
);

interface BlockProps {
  readonly token: MarkedToken;
  /** How many others it stands in. */
  readonly depth: number;
}

function Block({ token, depth }: BlockProps): ReactNode {
  if (depth > DEEPEST) return <Words text={token.raw} />;
  switch (token.type) {
    case 'heading':
      // A heading inside of a message is none of the page, whose outline it would break: it looks like one.
      return (
        <p className="fg-md-heading" data-level={token.depth}>
          <strong>
            <Inlines tokens={token.tokens} depth={depth} />
          </strong>
        </p>
      );
    case 'paragraph':
      return (
        <p>
          <Inlines tokens={token.tokens} depth={depth} />
        </p>
      );
    case 'blockquote':
      return (
        <blockquote>
          <Blocks tokens={token.tokens} depth={depth} />
        </blockquote>
      );
    case 'code':
      return (
        <CodeBlock code={token.text} language={/^\S*/.exec(token.lang ?? '')?.[0] ?? ''}>
          <Words text={token.text} />
        </CodeBlock>
      );
    case 'list':
      return <List list={token} depth={depth} />;
    case 'table':
      return <Table table={token} depth={depth} />;
    case 'hr':
      return <hr />;
    case 'html':
      return (
        <p className="fg-prose" dir="auto">
          <Words text={token.text.trimEnd()} />
        </p>
      );
    case 'def':
      // A footnote is told where it is written; what links lead to is told beside them.
      return token.tag.startsWith('^') ? (
        <p>
          <Words text={token.raw.trim()} />
        </p>
      ) : null;
    case 'space':
      return null;
    case 'text':
      // In a tight list the words of an item stand in it as they are.
      return depth === 0 ? (
        <p>
          <Inline token={token} depth={depth} />
        </p>
      ) : (
        <Inline token={token} depth={depth} />
      );
    default:
      return <Inline token={token} depth={depth} />;
  }
}

interface TokensProps {
  readonly tokens: readonly object[] | undefined;
  readonly depth: number;
}

function Blocks({ tokens, depth }: TokensProps): ReactNode {
  return knownTokens(tokens).map((token, at) => <Block key={at} token={token} depth={depth + 1} />);
}

function List({ list, depth }: { readonly list: Tokens.List; readonly depth: number }): ReactElement {
  const items = list.items.map((item, at) => (
    <li key={at} data-task={item.task || undefined}>
      <Blocks tokens={item.tokens} depth={depth} />
    </li>
  ));
  return list.ordered ? <ol start={list.start === '' ? 1 : list.start}>{items}</ol> : <ul>{items}</ul>;
}

function Table({ table, depth }: { readonly table: Tokens.Table; readonly depth: number }): ReactElement {
  const cells = (row: readonly Tokens.TableCell[]): readonly ReactElement[] =>
    row.map(({ tokens, align, header }, at) => {
      const Cell = header ? 'th' : 'td';
      return (
        <Cell key={at} style={align ? { textAlign: align } : undefined}>
          <Inlines tokens={tokens} depth={depth} />
        </Cell>
      );
    });
  return (
    <TableFrame>
      <thead>
        <tr>{cells(table.header)}</tr>
      </thead>
      <tbody>
        {table.rows.map((row, at) => (
          <tr key={at}>{cells(row)}</tr>
        ))}
      </tbody>
    </TableFrame>
  );
}

function Inlines({ tokens, depth }: TokensProps): ReactNode {
  return knownTokens(tokens).map((token, at) => <Inline key={at} token={token} depth={depth + 1} />);
}

function Inline({ token, depth }: BlockProps): ReactNode {
  if (depth > DEEPEST) return <Words text={token.raw} />;
  switch (token.type) {
    case 'text':
      return token.tokens ? (
        <Inlines tokens={token.tokens} depth={depth} />
      ) : (
        <Words text={decodeReferences(token.text)} />
      );
    case 'strong':
      return (
        <strong>
          <Inlines tokens={token.tokens} depth={depth} />
        </strong>
      );
    case 'em':
      return (
        <em>
          <Inlines tokens={token.tokens} depth={depth} />
        </em>
      );
    case 'del':
      return (
        <del>
          <Inlines tokens={token.tokens} depth={depth} />
        </del>
      );
    case 'codespan':
      return (
        <code>
          <Words text={token.text} />
        </code>
      );
    case 'link':
      return <Link link={token} depth={depth} />;
    case 'image':
      return <Picture src={decodeReferences(token.href)} alt={decodeReferences(token.text)} />;
    case 'checkbox':
      return <Tick checked={token.checked} />;
    case 'br':
      return <br />;
    case 'escape':
      return <Words text={token.text} />;
    default:
      return <Words text={token.raw} />;
  }
}

function Link({ link, depth }: { readonly link: Tokens.Link; readonly depth: number }): ReactElement {
  const href = link.autolink ? link.href : decodeReferences(link.href);
  return (
    <Address href={plainText(href)} isBare={link.text === link.href}>
      <Inlines tokens={link.tokens} depth={depth} />
    </Address>
  );
}

/** Words with what is searched for marked in them. */
function Words({ text }: { readonly text: string }): ReactElement {
  return <Marked text={text} matcher={useContext(Matcher)} />;
}
