import type { PriceTable } from '@fleetglass/core';
import type { EventInput } from '@fleetglass/core/protocol';
import { MAIN_AGENT } from './agents.js';
import { createConversation } from './conversation.js';
import type { SessionLine } from './line.js';
import { parseLine } from './line.js';
import { createSidechains } from './sidechains.js';
import { createEventBuffer } from '../lib/event-buffer.js';
import { createWarnings } from '../lib/warnings.js';

/** Where a line stands. */
export interface LineSource {
  /** Name of the file; `agent-<id>.jsonl` names a sub-agent, anything else the session itself. */
  readonly file: string;
  /** Counted from 1. */
  readonly lineNumber: number;
}

/** Prices and ids of a session. */
export interface ClaudeCodeOptions {
  readonly prices: PriceTable;
  /** @default the session's id */
  readonly runId?: string;
  /** Id of the run where no line tells one. @default 'claude-code' */
  readonly fallbackRunId?: string;
  /**
   * Which cost counts where the file itself recorded one (older versions noted their own estimate, `costUSD`): the list
   * price of the day, or what was recorded, with the list price beside it. The sum of the recorded ones is a fact of
   * the run either way. @default 'list'
   */
  readonly costs?: 'list' | 'recorded';
  /**
   * Whether a sub-agent's own file is converted too. Its lines are then the truth and their copies inside the session
   * (`agent_progress`) are left out; otherwise the copies are all there is. @default () => true
   */
  readonly hasOwnFile?: (agentId: string) => boolean;
}

/** Turns the lines of a session into events, one after the other. */
export interface ClaudeCodeConverter {
  /** Events that a line causes; usually a few, none for lines that only repeat. Never throws on odd input. */
  readonly line: (line: string, source: LineSource) => EventInput[];
  /** Ends what is still open, and the run. Call it once, after the last line. */
  readonly end: () => EventInput[];
}

/** The converter with its parser apart, for readers that need a line's time before it is its turn. */
export interface SessionConverter extends ClaudeCodeConverter {
  accept(line: ReturnType<typeof parseLine>, source: LineSource): EventInput[];
  /** Counts a line that could not even be read. */
  reject(reason: string, source: LineSource): EventInput[];
}

/** The run is announced when it has a title, at the latest after this many events. */
const MAX_HELD = 200;
/** How the name of a sub-agent's file begins; its id follows. */
const AGENT_FILE = 'agent-';

/**
 * Converts the lines of one recorded Claude Code session to events, one line at a time, in constant memory. Lines of
 * several files may come merged by time or file after file.
 */
export function createSessionConverter(options: ClaudeCodeOptions): SessionConverter {
  const buffer = createEventBuffer();
  const conversation = createConversation({
    sink: buffer,
    prices: options.prices,
    costs: options.costs ?? 'list',
    hasOwnFile: options.hasOwnFile ?? (() => true),
  });
  const sidechains = createSidechains();
  const warnings = createWarnings(buffer);
  const timeOfFile = new Map<string, number>();

  let runId = options.runId;
  let announced = false;
  let records = 0;
  let firstTime: number | undefined;
  let lastTime = 0;
  let mainFile: string | undefined;
  let labels: Record<string, string> = {};

  /** Short name of a file inside ids and messages; the same wherever the session is stored. */
  function labelOf(file: string): string {
    const name = file
      .slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)
      .replace(/\.jsonl$/, '');
    if (name.startsWith(AGENT_FILE)) return name;
    mainFile ??= file;
    return mainFile === file ? 'main' : name;
  }

  function begin(source: LineSource): { label: string; position: string } {
    records += 1;
    const label = labelOf(source.file);
    const position = `${label}:${String(source.lineNumber)}`;
    buffer.at(position);
    return { label, position };
  }

  function learn(line: SessionLine): void {
    runId ??= line.sessionId;
    const { cwd, gitBranch, version } = line;
    if (announced || Object.keys(labels).length > 0 || cwd === undefined) return;
    labels = {
      cwd,
      ...(gitBranch === undefined ? {} : { gitBranch }),
      ...(version === undefined ? {} : { version }),
    };
  }

  /** Hands out what is held once the run can be announced. */
  function flush(force = false): EventInput[] {
    if (!announced) {
      const title = conversation.title();
      if (!force && title === undefined && buffer.length < MAX_HELD) return [];
      announced = true;
      const time = firstTime ?? 0;
      const data = { name: title ?? 'Claude Code session', source: 'claude-code', labels };
      buffer.prepend([
        { type: 'run.created', data, time, id: 'run.1' },
        { type: 'run.started', data: {}, time, id: 'run.2' },
      ]);
    }
    // From the first event on it stays, whatever a later line says.
    runId ??= options.fallbackRunId ?? 'claude-code';
    return buffer.take(runId, firstTime ?? 0);
  }

  function reject(reason: string, source: LineSource): EventInput[] {
    const { label } = begin(source);
    const place = { file: label, line: source.lineNumber };
    warnings.leftOut(reason, place, timeOfFile.get(source.file) ?? lastTime);
    return flush();
  }

  function accept(line: ReturnType<typeof parseLine>, source: LineSource): EventInput[] {
    if (typeof line === 'string') return reject(line, source);
    const { label, position } = begin(source);
    const time = line.time ?? timeOfFile.get(source.file) ?? lastTime;
    timeOfFile.set(source.file, time);
    if (line.time !== undefined) firstTime ??= line.time;
    lastTime = Math.max(lastTime, time);
    learn(line);
    conversation.take(line, agentIdOf(line, label), time, position);
    return flush();
  }

  function agentIdOf(line: SessionLine, label: string): string {
    if (line.agentId !== undefined) return line.agentId;
    if (label.startsWith(AGENT_FILE)) return label.slice(AGENT_FILE.length);
    return line.isSidechain ? sidechains.agentOf(line) : MAIN_AGENT;
  }

  return {
    line(line, source) {
      return line.trim() === '' ? [] : accept(parseLine(line), source);
    },
    accept,
    reject,
    end() {
      if (records === 0) return [];
      buffer.at(`end:${String(records)}`);
      conversation.end();
      const bad = warnings.finish(lastTime);
      const facts = { records, badLines: bad, ...conversation.facts() };
      buffer.emit('run.labelled', { labels: {}, facts }, { time: lastTime });
      if (bad < records) buffer.emit('run.completed', {}, { time: lastTime });
      else {
        const error = { code: 'BAD_INPUT', message: 'No line of the recording could be read.' };
        buffer.emit('run.failed', { error }, { time: lastTime });
      }
      return flush(true);
    },
  };
}
