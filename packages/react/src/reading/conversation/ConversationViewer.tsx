'use client';

import { isFinal } from '@fleetglass/core/client';
import type { MessageState, RunState } from '@fleetglass/core/client';
import { forwardRef, useCallback, useDeferredValue, useMemo, useState } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { LiveRegion } from '../../components/live-region/LiveRegion.js';
import { Card } from '../../components/parts/Card.js';
import { EmptyNote } from '../../components/parts/EmptyNote.js';
import { SelectField } from '../../components/parts/SelectField.js';
import { useTexts } from '../../context/monitor-context.js';
import { useConnection } from '../../hooks/useConnection.js';
import { useRunPart } from '../../hooks/useEntities.js';
import { useIsReplaying } from '../../hooks/useReplay.js';
import { cx } from '../../lib/cx.js';
import { plainText } from '../../lib/plain-text.js';
import { MeasuredList } from '../list/MeasuredList.js';
import { readingLabels } from '../reading-labels.js';
import { createMatcher } from '../text/find-matches.js';
import { FindBar } from '../text/FindBar.js';
import { Toggles } from '../text/Toggles.js';
import { AgentBlock } from './AgentBlock.js';
import { conversationLabels } from './conversation-labels.js';
import type { ConversationPartName } from './conversation-labels.js';
import { conversationRows, filterRows, openRows, partNameOf } from './conversation-rows.js';
import type { ConversationRow } from './conversation-rows.js';
import { ExportDialog } from './ExportDialog.js';
import { MessagePartRow } from './MessagePartRow.js';
import { findInRows } from './part-text.js';
import { useConversation } from './useConversation.js';

export interface ConversationViewerProps extends ComponentPropsWithoutRef<'section'> {
  readonly runId: string;
  /** Only what this agent and its sub-agents say; without it, the reader may choose. */
  readonly agentId?: string | undefined;
  /** Only what belongs to this task. */
  readonly taskId?: string | undefined;
  readonly selectedMessageId?: string | undefined;
}

const PARTS: readonly ConversationPartName[] = ['messages', 'thinking', 'tools', 'system'];
const keyOf = (row: ConversationRow): string => row.key;
const HEIGHTS: { readonly [kind: string]: number } = { text: 110, thinking: 34, toolCall: 40 };
const heightOf = (row: ConversationRow): number =>
  row.kind === 'block' ? 92 : (HEIGHTS[row.part.kind] ?? 60) + (row.first ? 26 : 0);

const facts = ({ name, status, source }: RunState) => ({
  name,
  over: isFinal(status) || source !== undefined,
});

/**
 * What agents were told, thought, said and called, to be read: search, filters, copy and export. Tools stand with what
 * they answered, sub-agents as blocks. It follows the end only while the reader is there. Renders again as messages
 * change, at most at the cadence of progress; each row only with its own message.
 */
export const ConversationViewer = forwardRef<HTMLElement, ConversationViewerProps>(
  function ConversationViewer({ runId, agentId, taskId, selectedMessageId, className, ...rest }, ref) {
    const { labels, format } = useTexts();
    const words = labels(conversationLabels);
    const shared = labels(readingLabels);
    const { ready } = useConnection();
    const replaying = useIsReplaying();
    const run = useRunPart(runId, facts);
    const [chosen, setChosen] = useState('');
    const [earlier, setEarlier] = useState(false);
    const wanted = agentId ?? (chosen === '' ? undefined : chosen);
    const { messages, agents, missing, loading, total } = useConversation(runId, wanted, taskId, earlier);
    const [hidden, setHidden] = useState<ReadonlySet<ConversationPartName>>(new Set());
    const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
    const [query, setQuery] = useState('');
    const [at, setAt] = useState(-1);
    const [asked, setAsked] = useState<{ readonly key: string }>();
    const [exporting, setExporting] = useState(false);

    const every = useMemo(() => conversationRows(messages, agents, wanted), [messages, agents, wanted]);
    const counts = useMemo(() => countParts(every), [every]);
    const kept = useMemo(() => filterRows(every, hidden), [every, hidden]);
    const rows = useMemo(() => openRows(kept, opened), [kept, opened]);
    const matcher = useMemo(() => createMatcher(query), [query]);
    const searched = useDeferredValue(matcher);
    const matches = useMemo(() => findInRows(kept, searched), [kept, searched]);
    const match = matches.list[at];

    const selected = useMemo(() => {
      const row = every.find((one) => one.kind === 'part' && one.message.id === selectedMessageId);
      return selectedMessageId === undefined || !row ? undefined : { key: row.key };
      // eslint-disable-next-line react-hooks/exhaustive-deps -- it is brought into view once, not with every message
    }, [selectedMessageId, every.length === 0]);

    const turn = useCallback((key: string) => {
      setOpened((before) => {
        const next = new Set(before);
        if (!next.delete(key)) next.add(key);
        return next;
      });
    }, []);
    const goTo = (index: number): void => {
      const found = matches.list[index];
      if (!found) return;
      setAt(index);
      setAsked({ key: found.row.key });
      setOpened(
        (before) => new Set([...before, found.row.key, ...found.row.inside.map((id) => `block ${id}`)]),
      );
    };
    const nameOf = useCallback(
      (id: string | undefined) => agents.find((agent) => agent.id === id)?.name ?? id,
      [agents],
    );
    const speakers = useMemo(() => new Set(messages.map((message) => message.agentId)), [messages]);
    const choices = agents.filter((agent) => speakers.has(agent.id) || agent.id === chosen);
    const speakerOf = (message: MessageState): string =>
      message.role === 'assistant'
        ? (nameOf(message.agentId) ?? words.role.assistant)
        : words.role[message.role];
    const announce = useCallback(
      (since: number) => (total > since ? shared.announce(format.count(total - since)) : ''),
      [total, shared, format],
    );
    const several = speakers.size > 1;
    return (
      <Card
        ref={ref}
        className={cx('fg-reading fg-conversation', className)}
        heading={words.title}
        note={total > 0 ? words.count(format.count(total), total === 1) : undefined}
        loading={!ready}
        {...rest}
      >
        {!run ? (
          <EmptyNote heading={shared.noSuchRun} hint={shared.noSuchRunHint} />
        ) : total === 0 && chosen === '' ? (
          <EmptyNote heading={words.empty} hint={words.emptyHint} />
        ) : (
          <>
            <div className="fg-reading-bar">
              <FindBar
                query={query}
                onQuery={(next) => {
                  setQuery(next);
                  setAt(-1);
                }}
                count={matches.list.length}
                more={matches.more}
                searched={matches.searched}
                current={match ? at : -1}
                onGo={goTo}
              />
              <Toggles
                label={words.show}
                options={PARTS.filter((part) => counts[part] > 0).map((part) => ({
                  value: part,
                  label: words.part[part],
                  count: format.count(counts[part]),
                }))}
                hidden={hidden}
                onChange={setHidden}
              />
              {agentId === undefined && (choices.length > 1 || chosen !== '') ? (
                <SelectField
                  label={shared.agent}
                  value={chosen}
                  options={[
                    { value: '', label: shared.everyAgent },
                    ...choices.map(({ id, name }) => ({ value: id, label: plainText(name) })),
                  ]}
                  onChange={setChosen}
                />
              ) : null}
              <span className="fg-reading-actions">
                <button type="button" className="fg-button" onClick={() => setExporting(true)}>
                  {words.exportMarkdown}
                </button>
              </span>
            </div>
            {missing > 0 || loading ? (
              <p className="fg-reading-note fg-reading-earlier">
                {loading ? words.loadingEarlier : words.earlier(format.count(missing))}
                {loading || earlier ? null : (
                  <button type="button" className="fg-link" onClick={() => setEarlier(true)}>
                    {words.loadEarlier(format.count(missing))}
                  </button>
                )}
              </p>
            ) : null}
            {rows.length === 0 ? (
              <EmptyNote heading={shared.nothingMatches} hint={shared.nothingMatchesHint} />
            ) : (
              <MeasuredList
                className="fg-conversation-rows"
                role="group"
                aria-label={words.title}
                rows={rows}
                keyOf={keyOf}
                heightOf={heightOf}
                live={!run.over && !replaying}
                total={total}
                shown={asked ?? selected}
                newRows={(count) => shared.newRows(format.count(count))}
                renderRow={(row) =>
                  row.kind === 'block' ? (
                    <AgentBlock
                      row={row}
                      name={nameOf(row.agentId) ?? row.agentId}
                      open={opened.has(row.key)}
                      onTurn={turn}
                    />
                  ) : (
                    <MessagePartRow
                      message={row.message}
                      part={row.part}
                      result={row.result}
                      first={row.first}
                      depth={row.depth}
                      rowKey={row.key}
                      name={several ? nameOf(row.message.agentId) : undefined}
                      open={opened.has(row.key)}
                      onTurn={turn}
                      matcher={searched}
                      match={match?.row.key === row.key ? match.nth : undefined}
                    />
                  )
                }
              />
            )}
            <LiveRegion position={total} summarise={announce} muted={replaying} />
          </>
        )}
        {exporting ? (
          <ExportDialog
            messages={() => messages}
            title={run?.name ?? runId}
            speakerOf={speakerOf}
            onClose={() => setExporting(false)}
          />
        ) : null}
      </Card>
    );
  },
);

function countParts(rows: readonly ConversationRow[]): { readonly [P in ConversationPartName]: number } {
  const counts = { messages: 0, thinking: 0, tools: 0, system: 0 };
  for (const row of rows) if (row.kind === 'part') counts[partNameOf(row)] += 1;
  return counts;
}
