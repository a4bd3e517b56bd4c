'use client';

import { isFinal } from '@fleetglass/core/client';
import type { RunState } from '@fleetglass/core/client';
import type { EventFamily, EventType } from '@fleetglass/core/protocol';
import { forwardRef, useCallback, useDeferredValue, useMemo, useState } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import { LiveRegion } from '../../components/live-region/LiveRegion.js';
import { Card } from '../../components/parts/Card.js';
import { EmptyNote } from '../../components/parts/EmptyNote.js';
import { SelectField } from '../../components/parts/SelectField.js';
import { useTexts } from '../../context/monitor-context.js';
import { useRunPart } from '../../hooks/useEntities.js';
import { useEvents } from '../../hooks/useEvents.js';
import { useConnection } from '../../hooks/useConnection.js';
import { useIsReplaying } from '../../hooks/useReplay.js';
import { cx } from '../../lib/cx.js';
import { download } from '../../lib/download.js';
import { plainText } from '../../lib/plain-text.js';
import { MeasuredList } from '../list/MeasuredList.js';
import { readingLabels } from '../reading-labels.js';
import { createMatcher } from '../text/find-matches.js';
import { FindBar } from '../text/FindBar.js';
import { CallStrip } from './CallStrip.js';
import type { Shares } from './CallStrip.js';
import { filterLog, readEvents, readLines } from './log-entries.js';
import type { Log, LogEntry, LogLevelName } from './log-entries.js';
import { logLabels } from './log-labels.js';
import { LogRow } from './LogRow.js';

export interface AgentLogViewerProps extends ComponentPropsWithoutRef<'section'> {
  /** Run whose log is read. */
  readonly runId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly taskId?: string | undefined;
  /** Text of a JSONL file, to be read instead of a run's log. */
  readonly lines?: string | undefined;
  /** Position in the log of the line to show, for example that of a file's change. */
  readonly selectedSeq?: number | undefined;
  /** Shows what happened to a file. */
  readonly onShowFile?: ((path: string, seq: number) => void) | undefined;
}

const TYPES: readonly (EventType | EventFamily)[] = ['log', 'span', 'file', 'message.appended'];
const ROW = 26;
const MOST_MATCHES = 2_000;
const keyOf = (entry: LogEntry): string => entry.key;
const heightOf = (): number => ROW;
const ALL: Shares = [0, 1];
const facts = ({ status, source }: RunState) => ({ over: isFinal(status) || source !== undefined });

/**
 * The log of a run, an agent or a file as lines of JSON: tools over time, filters, search, download. It follows the end
 * only while the reader is there. Renders again as lines arrive, at most twice a second.
 */
export const AgentLogViewer = forwardRef<HTMLElement, AgentLogViewerProps>(function AgentLogViewer(
  { runId = '', agentId, taskId, lines, selectedSeq, onShowFile, className, ...rest },
  ref,
) {
  const { labels, format } = useTexts();
  const words = labels(logLabels);
  const shared = labels(readingLabels);
  const { ready } = useConnection();
  const replaying = useIsReplaying();
  const run = useRunPart(runId, facts);
  const isFile = lines !== undefined;
  // Before anything has arrived there is nothing to read yet, and no run has the empty name.
  const read = useEvents({ runId: isFile || !ready ? '' : runId, agentId, taskId, types: TYPES });
  const log = useMemo<Log>(
    () => (isFile ? readLines(lines) : readEvents(read.events)),
    [isFile, lines, read.events],
  );
  const { entries, calls } = log;
  const [tool, setTool] = useState('');
  const [level, setLevel] = useState<LogLevelName>('info');
  const [range, setRange] = useState(ALL);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(-1);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<{ readonly key: string }>();

  const span = useMemo(() => spanOf(entries, log), [entries, log]);
  const isAll = range[0] === 0 && range[1] === 1;
  const rows = useMemo(() => {
    const [start, end] = span;
    const times = isAll
      ? {}
      : { from: start + range[0] * (end - start), to: start + range[1] * (end - start) };
    return filterLog(entries, { tool, level, ...times });
  }, [entries, tool, level, span, range, isAll]);
  const matcher = useMemo(() => createMatcher(query), [query]);
  const searched = useDeferredValue(matcher);
  const matches = useMemo(() => findLines(rows, searched), [rows, searched]);
  const tools = useMemo(() => [...new Set(calls.map((call) => call.tool))].sort(), [calls]);
  const several = useMemo(() => new Set(entries.map((entry) => entry.agentId)).size > 1, [entries]);
  const selected = useMemo(
    () => (selectedSeq === undefined ? undefined : { key: String(selectedSeq) }),
    [selectedSeq],
  );
  const current = matches[at]?.key ?? asked?.key ?? selected?.key;

  const turn = useCallback((key: string) => {
    setOpened((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  }, []);
  const showCall = useCallback((key: string) => setAsked({ key }), [setAsked]);
  const announce = useCallback(
    (since: number) => (entries.length > since ? shared.announce(format.count(entries.length - since)) : ''),
    [entries, shared, format],
  );
  const loading = !isFile && (!ready || (read.loading && entries.length === 0 && run !== undefined));
  const note =
    rows.length === entries.length
      ? words.count(format.count(entries.length), entries.length === 1)
      : words.of(format.count(rows.length), format.count(entries.length));
  return (
    <Card
      ref={ref}
      className={cx('fg-reading fg-log', className)}
      heading={words.title}
      note={entries.length > 0 ? note : undefined}
      loading={loading}
      {...rest}
    >
      {!isFile && !run ? (
        <EmptyNote heading={shared.noSuchRun} hint={shared.noSuchRunHint} />
      ) : entries.length === 0 ? (
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
              count={matches.length}
              more={matches.length >= MOST_MATCHES}
              current={at}
              onGo={(index) => {
                setAt(index);
                const found = matches[index];
                if (found) setAsked({ key: found.key });
              }}
            />
            {tools.length > 0 ? (
              <SelectField
                label={words.tool}
                value={tool}
                options={[
                  { value: '', label: words.everyTool },
                  ...tools.map((name) => ({ value: name, label: plainText(name.slice(0, 60)) })),
                ]}
                onChange={setTool}
              />
            ) : null}
            <SelectField<LogLevelName>
              label={words.outcome}
              value={level}
              options={[
                { value: 'info', label: words.everything },
                { value: 'warn', label: words.warnings },
                { value: 'error', label: words.errors },
              ]}
              onChange={setLevel}
            />
            <span className="fg-reading-actions">
              <button
                type="button"
                className="fg-button"
                onClick={() =>
                  download(
                    `${runId === '' ? 'log' : runId}.jsonl`,
                    'application/jsonl',
                    rows.map((entry) => `${entry.line()}\n`).join(''),
                  )
                }
              >
                {shared.download}
              </button>
            </span>
          </div>
          {calls.length > 0 ? (
            <CallStrip calls={calls} span={span} range={range} onRange={setRange} onCall={showCall} />
          ) : null}
          <Notes
            log={log}
            omitted={isFile ? 0 : read.omitted}
            error={isFile ? undefined : read.error?.message}
          />
          {rows.length === 0 ? (
            <EmptyNote heading={shared.nothingMatches} hint={shared.nothingMatchesHint} />
          ) : (
            <MeasuredList
              className="fg-log-rows"
              role="group"
              aria-label={words.title}
              rows={rows}
              keyOf={keyOf}
              heightOf={heightOf}
              live={!isFile && run?.over === false && !replaying}
              total={rows.length + read.omitted}
              shown={asked ?? selected}
              newRows={(count) => shared.newRows(format.count(count))}
              renderRow={(entry) => (
                <LogRow
                  entry={entry}
                  open={opened.has(entry.key)}
                  selected={entry.key === current}
                  showAgent={several}
                  matcher={searched}
                  onTurn={turn}
                  onShowFile={onShowFile}
                />
              )}
            />
          )}
          <LiveRegion
            position={entries.length}
            summarise={announce}
            muted={replaying || isFile || read.loading}
          />
        </>
      )}
    </Card>
  );
});

interface NotesProps {
  readonly log: Log;
  readonly omitted: number;
  readonly error: string | undefined;
}

/** What is not shown, and why. */
function Notes({ log, omitted, error }: NotesProps) {
  const { labels, format } = useTexts();
  const words = labels(logLabels);
  const shared = labels(readingLabels);
  const notes = [
    ...(error === undefined ? [] : [shared.readFailed(plainText(error))]),
    ...(omitted > 0 ? [shared.omitted(format.count(omitted))] : []),
    ...(log.cut ? [words.cut] : []),
    ...(log.malformed > 0 ? [words.malformed(format.count(log.malformed))] : []),
  ];
  return notes.length === 0 ? null : <p className="fg-reading-note">{notes.join(' ')}</p>;
}

/** First and last moment of a log; times may be in any order. */
function spanOf(entries: readonly LogEntry[], { calls }: Log): readonly [number, number] {
  let [from, to] = [Infinity, -Infinity];
  for (const { time } of entries) {
    if (time === undefined) continue;
    from = Math.min(from, time);
    to = Math.max(to, time);
  }
  for (const call of calls) to = Math.max(to, call.to);
  return from <= to ? [from, to] : [0, 0];
}

function findLines(rows: readonly LogEntry[], matcher: RegExp | undefined): readonly LogEntry[] {
  const found: LogEntry[] = [];
  for (const entry of matcher ? rows : []) {
    if (found.length >= MOST_MATCHES) break;
    if (matcher && (entry.text.search(matcher) >= 0 || entry.type.search(matcher) >= 0)) found.push(entry);
  }
  return found;
}
