import type { RunSummary } from '@fleetglass/sources/summary';

interface ShownRun extends RunSummary {
  readonly format: string;
  readonly files: readonly string[];
}

const MAX_WARNINGS = 5;
const number = new Intl.NumberFormat('en');

/** What `summarize` says to people. */
export function summaryText(runs: readonly ShownRun[]): string {
  const parts = runs.map(runText);
  if (runs.length > 1) parts.push(totalText(runs));
  return `${parts.join('\n')}\n`;
}

function runText(run: ShownRun): string {
  const failed = run.toolErrors > 0 ? ` (${number.format(run.toolErrors)} failed)` : '';
  const lines = [
    visible(run.name),
    `  ${run.format} · ${visible(run.id)} · ${run.status}${run.firstTime === null ? '' : ` · ${run.firstTime} · ${duration(run)}`}`,
    `  ${plural(run.agents, 'agent')}, ${plural(run.modelCalls, 'model call')}, ${plural(run.toolCalls, 'tool call')}${failed}`,
    tokensText(run),
    `  ${costText(run)}`,
    ...run.warnings.slice(0, MAX_WARNINGS).map((warning) => `  ! ${visible(warning)}`),
  ];
  const more = run.warnings.length - MAX_WARNINGS;
  if (more > 0) lines.push(`  ! and ${plural(more, 'more warning')}`);
  return `${lines.join('\n')}\n`;
}

/** A call that used nothing does not exist: without a count nothing is known. */
function tokensText({ tokens, modelCalls }: RunSummary): string {
  if (tokens.input + tokens.output === 0 && modelCalls > 0) return '  tokens unknown';
  const cached = tokens.input === 0 ? '' : ` (${percent(tokens.cacheRead, tokens.input)} from the cache)`;
  return `  ${number.format(tokens.input)} input tokens${cached}, ${number.format(tokens.output)} output tokens`;
}

function costText({ cost }: RunSummary): string {
  if (cost.basis === 'unknown') {
    return cost.recordedNanoUsd === null
      ? 'cost unknown'
      : `cost unknown, recorded ${usd(cost.recordedNanoUsd)}`;
  }
  const bound = cost.unpricedCalls > 0 ? '≥ ' : '';
  const unpriced = cost.unpricedCalls > 0 ? `, ${plural(cost.unpricedCalls, 'call')} without a price` : '';
  return `${bound}${usd(cost.nanoUsd)} (${originText(cost)}${unpriced})`;
}

/** Where the amount comes from, and the other one that is known. */
function originText({ basis, nanoUsd, recordedNanoUsd, computedNanoUsd }: RunSummary['cost']): string {
  if (recordedNanoUsd === null) return basis;
  const list =
    computedNanoUsd !== recordedNanoUsd && computedNanoUsd > 0 ? `, list price ${usd(computedNanoUsd)}` : '';
  if (nanoUsd === recordedNanoUsd) return `recorded${list}`;
  return nanoUsd === computedNanoUsd
    ? `${basis}, recorded ${usd(recordedNanoUsd)}`
    : `partly recorded${list}`;
}

function totalText(runs: readonly ShownRun[]): string {
  const nanoUsd = runs.reduce((sum, { cost }) => sum + cost.nanoUsd, 0);
  const unpriced = runs.reduce((sum, { cost }) => sum + cost.unpricedCalls, 0);
  const calls = runs.reduce((sum, { modelCalls }) => sum + modelCalls, 0);
  const bound = unpriced > 0 ? '≥ ' : '';
  const cost = unpriced > 0 && nanoUsd === 0 ? 'cost unknown' : `${bound}${usd(nanoUsd)}`;
  return `${plural(runs.length, 'run')}, ${plural(calls, 'model call')}, ${cost}\n`;
}

/** Below a cent four decimals, below a dollar three, above two; what would show as 0 has as many as it needs. */
function usd(nanoUsd: number): string {
  const amount = nanoUsd / 1e9;
  if (amount > 0 && amount < 0.0001) return `${amount.toFixed(9).replace(/0{1,9}$/, '')} USD`;
  return `${amount.toFixed(amount < 0.01 ? 4 : amount < 1 ? 3 : 2)} USD`;
}

function percent(part: number, whole: number): string {
  return `${String(Math.round((part / whole) * 100))} %`;
}

function plural(count: number, noun: string): string {
  return `${number.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function duration({ firstTime, lastTime }: RunSummary): string {
  if (firstTime === null || lastTime === null) return '';
  const seconds = Math.round((Date.parse(lastTime) - Date.parse(firstTime)) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours >= 48) return `${plural(Math.floor(hours / 24), 'day')} ${String(hours % 24)} h`;
  if (hours > 0) return `${String(hours)} h ${String(minutes)} min`;
  return minutes > 0 ? `${String(minutes)} min ${String(seconds % 60)} s` : `${String(seconds)} s`;
}

/** What files hold may not steer the terminal: control characters and marks of direction are shown as escapes. */
function visible(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return text.replace(/[\u0000-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
