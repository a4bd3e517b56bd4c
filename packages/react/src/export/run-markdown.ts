import type { FleetState, TaskState } from '@fleetglass/core/client';
import type { Actor, FleetEvent } from '@fleetglass/core/protocol';
import { describeCost } from '../components/cost/describe-cost.js';
import { statusLabels } from '../components/status/status-labels.js';
import type { Texts } from '../context/monitor-context.js';
import { createFormat } from '../format/format.js';
import { createLabelLookup } from '../labels/define-labels.js';
import { reportLabels } from './report-labels.js';
import { escapeMarkdown, tableToMarkdown } from './markdown.js';
import { recordOf } from './run-record.js';
import type { RunRecord } from './run-record.js';

/** Words and events of a report. */
export interface RunReportOptions {
  /** Words and formats. @default English, UTC */
  readonly texts?: Texts;
  /** Events of the run, for the files that it touched; `readRunEvents` reads them. @default no files are told */
  readonly events?: readonly FleetEvent[];
}

const english = (): Texts => ({ labels: createLabelLookup(undefined), format: createFormat('en', 'UTC') });

/**
 * A report for people: outcome, cost with its basis, agents, tasks, decisions with who and when, and files. What agents
 * wrote is escaped, so that none of it becomes a heading, a link or an image.
 *
 * @returns `undefined` for a run that is not held
 */
export function runToMarkdown(
  state: FleetState,
  runId: string,
  options: RunReportOptions = {},
): string | undefined {
  const record = recordOf(state, runId);
  if (!record) return undefined;
  const texts = options.texts ?? english();
  const words = texts.labels(reportLabels);
  const { run, agents, tasks } = record;
  const sections = [
    `# ${escapeMarkdown(run.name)}\n`,
    tableToMarkdown(['', ''], outcomeOf(record, texts)),
    section(
      words.agents,
      tableToMarkdown(
        [words.agent, words.role, words.model, words.status, words.cost, words.tokens],
        agents.map((agent) => [
          agent.name,
          agent.role ?? '',
          agent.model ?? '',
          wordOf(texts.labels(statusLabels).agent, agent.status),
          describeCost(agent.totals.cost, texts).text,
          tokens(agent.totals, texts),
        ]),
      ),
      agents.length,
    ),
    section(
      words.tasks,
      tableToMarkdown(
        [words.task, words.agent, words.status, words.duration, words.cost],
        tasks.map((task) => [
          task.name,
          task.agentId ?? '',
          statusOf(task, texts),
          task.startedAt === undefined || task.endedAt === undefined
            ? ''
            : texts.format.duration(task.endedAt - task.startedAt),
          describeCost(task.totals.cost, texts).text,
        ]),
      ),
      tasks.length,
    ),
    decisionsOf(record, texts),
    filesOf(options.events ?? [], runId, texts),
  ];
  return sections.filter((text) => text !== '').join('\n');
}

/** Newer writers may know a status that this one has no word for. */
const wordOf = (words: { readonly [status: string]: string | undefined }, status: string): string =>
  words[status] ?? status;

const section = (heading: string, text: string, count: number): string =>
  count === 0 ? '' : `## ${heading}\n\n${text}`;

const tokens = ({ usage }: RunRecord['run']['totals'], { format }: Texts): string =>
  format.count(usage.inputTokens + usage.outputTokens);

const statusOf = ({ status, reason }: Pick<TaskState, 'reason' | 'status'>, { labels }: Texts): string => {
  const word = wordOf(labels(statusLabels).work, status);
  return reason === undefined ? word : labels(reportLabels).withReason(word, reason);
};

const whoOf = (by: Actor | undefined, { labels }: Texts): string =>
  by?.name ?? by?.id ?? labels(reportLabels).nobody;

function outcomeOf({ run }: RunRecord, texts: Texts): readonly (readonly string[])[] {
  const { labels, format } = texts;
  const words = labels(reportLabels);
  const cost = describeCost(run.totals.cost, texts);
  const time = (ms: number | undefined): string => (ms === undefined ? words.unknown : format.dateTime(ms));
  return [
    [words.run, run.id],
    [words.status, statusOf(run, texts)],
    ...(run.error ? [[words.error, run.error.message]] : []),
    ...(run.by ? [[words.endedBy, whoOf(run.by, texts)]] : []),
    [words.started, time(run.startedAt)],
    [words.ended, time(run.endedAt)],
    [words.cost, cost.note === '' ? cost.text : words.withReason(cost.text, cost.note)],
    [words.tokens, tokens(run.totals, texts)],
    [words.modelCalls, format.count(run.totals.modelCalls)],
    [
      words.toolCalls,
      words.ofFailed(format.count(run.totals.toolCalls), format.count(run.totals.toolErrors)),
    ],
    ...(run.forgotten.spans > 0
      ? [[words.incomplete, words.forgotten(format.count(run.forgotten.spans))]]
      : []),
  ];
}

function decisionsOf({ approvals, budgets, alerts }: RunRecord, texts: Texts): string {
  const { labels, format } = texts;
  const words = labels(reportLabels);
  const rows = [
    ...approvals.map(({ title, status, decision, note, by, decidedAt, requestedAt }) => ({
      time: decidedAt ?? requestedAt,
      cells: [
        title,
        status === 'decided' ? (decision ?? '') : words.approval[status],
        status === 'decided' ? whoOf(by, texts) : '',
        note ?? '',
      ],
    })),
    ...budgets.flatMap(({ budgetId, reachedAt }) =>
      reachedAt === undefined
        ? []
        : [{ time: reachedAt, cells: [words.budget(budgetId), words.budgetReached, '', ''] }],
    ),
    ...alerts.map(({ rule, message, by, raisedAt, status }) => ({
      time: raisedAt,
      cells: [words.alert(rule), words.alertStatus[status], by ? whoOf(by, texts) : '', message],
    })),
  ];
  return section(
    words.decisions,
    tableToMarkdown(
      [words.when, words.what, words.outcome, words.who, words.note],
      rows.sort((a, b) => a.time - b.time).map(({ time, cells }) => [format.dateTime(time), ...cells]),
    ),
    rows.length,
  );
}

const FILES: { readonly [type: string]: 'created' | 'modified' | 'deleted' | 'moved' | 'read' } = {
  'file.read': 'read',
  'file.created': 'created',
  'file.modified': 'modified',
  'file.deleted': 'deleted',
  'file.moved': 'moved',
};

function filesOf(events: readonly FleetEvent[], runId: string, { labels, format }: Texts): string {
  const words = labels(reportLabels);
  const files = new Map<string, string[]>();
  for (const { type, time, agentId, data, ...event } of events) {
    const operation = FILES[type];
    const path: unknown = (data as { readonly path?: unknown }).path;
    if (operation === undefined || typeof path !== 'string' || event.runId !== runId) continue;
    files.set(`${operation} ${path}`, [path, words.file[operation], agentId ?? '', format.dateTime(time)]);
  }
  return section(
    words.files,
    tableToMarkdown([words.path, words.operation, words.agent, words.when], [...files.values()]),
    files.size,
  );
}
