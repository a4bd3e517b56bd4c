'use client';

import { forwardRef, useCallback, useDeferredValue, useId, useMemo, useState } from 'react';
import type { ComponentPropsWithoutRef, KeyboardEvent } from 'react';
import { CopyButton } from '../../components/parts/CopyButton.js';
import { useTexts } from '../../context/monitor-context.js';
import { cx } from '../../lib/cx.js';
import { MeasuredList } from '../list/MeasuredList.js';
import { FindBar } from '../text/FindBar.js';
import { createMatcher } from '../text/find-matches.js';
import { jsonLabels } from './json-labels.js';
import { canOpen, findNodes, jsonText, rootNode, visibleNodes } from './json-nodes.js';
import type { JsonNode } from './json-nodes.js';
import { JsonRow } from './JsonRow.js';

export interface JsonViewProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  /** Any value; what is no JSON is shown as text. */
  readonly value: unknown;
  /** What it is, for assistive technology. */
  readonly label?: string;
  /** Levels that are open at first. @default 1 */
  readonly openLevels?: number;
  /** Search, and the buttons that copy. @default true */
  readonly toolbar?: boolean;
}

const ROW = 24;
const keyOf = (node: JsonNode): string => node.id;
const heightOf = (): number => ROW;
const NO_MATCHES = { found: [], partly: false };

/**
 * A value as a tree: only what is open and in view is drawn, so that a million items cost no more than a hundred. Arrow
 * keys move and open. It renders again with its props and with what the reader does.
 */
export const JsonView = forwardRef<HTMLDivElement, JsonViewProps>(function JsonView(
  { value, label, openLevels = 1, toolbar = true, className, ...rest },
  ref,
) {
  const { labels } = useTexts();
  const words = labels(jsonLabels);
  const id = useId();
  const root = useMemo(() => rootNode(value), [value]);
  /** Nodes that are the other way round than at first. */
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState('$');
  const [shown, setShown] = useState<{ readonly key: string }>();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(-1);
  const matcher = useMemo(() => createMatcher(query), [query]);
  const searched = useDeferredValue(matcher);
  const matches = useMemo(() => (searched ? findNodes(root, searched) : NO_MATCHES), [root, searched]);
  const isOpen = useCallback(
    (node: JsonNode) => turned.has(node.id) !== node.depth < openLevels,
    [turned, openLevels],
  );
  const rows = useMemo(() => visibleNodes(root, isOpen), [root, isOpen]);
  const activeIndex = Math.max(
    0,
    rows.findIndex((row) => row.id === active),
  );

  const turn = (node: JsonNode): void => {
    if (!canOpen(node)) return;
    const next = new Set(turned);
    if (!next.delete(node.id)) next.add(node.id);
    setTurned(next);
  };
  const moveTo = (index: number): void => {
    const node = rows[Math.min(rows.length - 1, Math.max(0, index))];
    if (!node) return;
    setActive(node.id);
    setShown({ key: node.id });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const node = rows[activeIndex];
    if (!node || event.target !== event.currentTarget) return;
    const actions: { readonly [key: string]: (() => void) | undefined } = {
      ArrowDown: () => moveTo(activeIndex + 1),
      ArrowUp: () => moveTo(activeIndex - 1),
      Home: () => moveTo(0),
      End: () => moveTo(rows.length - 1),
      ArrowRight: () => (isOpen(node) || !canOpen(node) ? moveTo(activeIndex + 1) : turn(node)),
      ArrowLeft: () =>
        isOpen(node) && canOpen(node)
          ? turn(node)
          : moveTo(rows.findLastIndex((row, index) => index < activeIndex && row.depth < node.depth)),
      Enter: () => turn(node),
      ' ': () => turn(node),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };
  const goTo = (match: number): void => {
    const found = matches.found[match];
    if (!found) return;
    setAt(match);
    setActive(found.id);
    setShown({ key: found.id });
    const opened = new Set(found.inside);
    const closed = visibleNodes(root, (node) => opened.has(node.id) || isOpen(node)).filter(
      (node) => opened.has(node.id) && !isOpen(node),
    );
    const next = new Set(turned);
    for (const { id: closedId } of closed) if (!next.delete(closedId)) next.add(closedId);
    setTurned(next);
  };
  const activeNode = rows[activeIndex] ?? root;
  return (
    <div ref={ref} className={cx('fg-json', className)} {...rest}>
      {toolbar ? (
        <div className="fg-reading-bar">
          <FindBar
            query={query}
            onQuery={(next) => {
              setQuery(next);
              setAt(-1);
            }}
            count={matches.found.length}
            more={matches.partly}
            current={at}
            onGo={goTo}
          />
          <span className="fg-reading-actions">
            <CopyButton text={() => valueText(activeNode)}>{words.copyValue}</CopyButton>
            <CopyButton text={() => activeNode.path}>{words.copyPath}</CopyButton>
          </span>
        </div>
      ) : null}
      <MeasuredList
        className="fg-json-tree"
        shown={shown}
        role="tree"
        aria-label={label ?? words.title}
        aria-activedescendant={`${id}-${activeIndex}`}
        onKeyDown={onKeyDown}
        rows={rows}
        keyOf={keyOf}
        heightOf={heightOf}
        listProps={{ role: 'presentation' }}
        rowProps={(node, index) => ({
          role: 'treeitem',
          id: `${id}-${index}`,
          'aria-level': node.depth + 1,
          'aria-selected': node.id === activeNode.id,
          ...(canOpen(node) ? { 'aria-expanded': isOpen(node) } : {}),
          onClick: (event) => {
            setActive(node.id);
            if (!(event.target as Element).closest('button, .fg-json-value')) turn(node);
          },
        })}
        renderRow={(node) => <JsonRow node={node} open={isOpen(node)} matcher={matcher} />}
      />
    </div>
  );
});

/** A string is copied as it is, and everything else as JSON. */
const valueText = ({ value }: JsonNode): string => (typeof value === 'string' ? value : jsonText(value, 2));
