/**
 * Writes recordings as reports.
 *
 * @packageDocumentation
 */
import type { EventInput, MessagePart, Payload } from '@fleetglass/core/protocol';
import { plainText } from './lib/json-value.js';
import { createRunSummaries } from './summary/run-summary.js';
import type { RunSummary } from './summary/run-summary.js';

/** Longest text of one part; what is longer says how much is missing. */
const MAX_TEXT = 20_000;

/**
 * A report for people to read: what was said and done in its order, then what each run came to. Everything that agents
 * wrote stands in fences or is escaped, so that none of it becomes a heading, a link or an image.
 */
export async function* toMarkdown(
  batches: AsyncIterable<readonly EventInput[]> | Iterable<readonly EventInput[]>,
): AsyncGenerator<string, void, undefined> {
  const summaries = createRunSummaries();
  const names = new Map<string, string>();
  let shown: string | undefined;
  for await (const events of batches) {
    let text = '';
    for (const event of events) {
      summaries.add(event);
      const key = `${event.runId ?? ''}\n${event.agentId ?? ''}`;
      if (event.type === 'agent.joined') names.set(key, event.data.name);
      const section = sectionOf(event, names.get(key) ?? event.agentId);
      if (section === undefined) continue;
      if (event.runId !== shown && event.type !== 'run.created') {
        shown = event.runId;
        text += `\n*Run ${escape(shown ?? '')}*\n`;
      }
      if (event.type === 'run.created') shown = event.runId;
      text += section;
    }
    if (text !== '') yield text;
  }
  yield summaries.runs().map(summaryOf).join('');
}

function sectionOf(event: EventInput, agent: string | undefined): string | undefined {
  const when = new Date(event.time ?? 0).toISOString().slice(11, 19);
  switch (event.type) {
    case 'run.created':
      return `\n# ${escape(event.data.name)}\n\n${event.data.source === undefined ? '' : `Recorded by ${escape(event.data.source)}. `}Run \`${code(event.runId ?? '')}\`\n`;
    case 'message.appended':
      return `\n### ${when} · ${escape(agent ?? 'unknown')} · ${event.data.role}\n${event.data.parts.map(partOf).join('')}`;
    case 'task.failed':
    case 'run.failed':
      return `\n> ${when} **Failed** ${escape(event.data.error.message)}\n`;
    case 'log.written':
      return event.data.level === 'warn' || event.data.level === 'error'
        ? `\n> ${when} **${event.data.level}** ${escape(event.data.message)}\n`
        : undefined;
    default:
      return undefined;
  }
}

function partOf(part: MessagePart): string {
  switch (part.kind) {
    case 'text':
      return `\n${fenced(part.text)}`;
    case 'thinking':
      return `\nThinking:\n\n${fenced(part.text)}`;
    case 'toolCall':
      return `\nTool call \`${code(part.name)}\`:\n\n${fenced(pretty(part.input), 'json')}`;
    case 'toolResult':
      return `\n${part.isError === true ? 'Tool error' : 'Tool result'}:\n\n${fenced(payloadText(part.output))}`;
    case 'reference':
      return `\n[${escape(part.name ?? part.mediaType)}, stored apart]\n`;
    default:
      return '';
  }
}

function payloadText(payload: Payload): string {
  return payload.kind === 'inline' ? plainText(payload.value) : `${payload.preview}…`;
}

function pretty(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
}

/** A fence that nothing inside can close. */
function fenced(text: string, language = ''): string {
  const shown =
    text.length > MAX_TEXT
      ? `${text.slice(0, MAX_TEXT)}\n… ${String(text.length - MAX_TEXT)} more characters`
      : text;
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${shown}\n${fence}\n`;
}

function escape(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_{}[\]<>()#!|~]/g, String.raw`\$&`);
}

function code(text: string): string {
  return text.replace(/[`\r\n]/g, ' ');
}

function summaryOf(run: RunSummary): string {
  const { cost, tokens } = run;
  const usd = (nano: number): string => `${(nano / 1e9).toFixed(6)} USD`;
  const bound = cost.unpricedCalls > 0 ? '≥ ' : '';
  const amount = cost.basis === 'unknown' ? 'unknown' : `${bound}${usd(cost.nanoUsd)} (${cost.basis})`;
  const rows: readonly (readonly [string, string])[] = [
    ['status', run.status],
    ['agents', String(run.agents)],
    ['models', Object.keys(run.models).join(', ')],
    ['model calls', String(run.modelCalls)],
    ['tool calls', `${String(run.toolCalls)}, ${String(run.toolErrors)} failed`],
    ['input tokens', `${String(tokens.input)}, ${String(tokens.cacheRead)} of them from the cache`],
    ['output tokens', String(tokens.output)],
    ['cost', amount],
    ['calls without a price', String(cost.unpricedCalls)],
    ['from', run.firstTime ?? 'unknown'],
    ['to', run.lastTime ?? 'unknown'],
  ];
  return `\n## Summary of ${escape(run.name)}\n\n| | |\n|---|---|\n${rows.map(([name, value]) => `| ${name} | ${escape(value)} |`).join('\n')}\n`;
}
