import type { EventInput } from '@fleetglass/core/protocol';
import type { ConverterOptions } from '../format/format.js';
import type { ReadRecord } from '../format/records.js';
import { isRejected } from '../format/records.js';
import { createRunOfFormat } from '../format/single-run.js';
import { createDistinctIds } from '../lib/distinct-ids.js';
import { firstLine, isRecord } from '../lib/guards.js';
import { parseTime } from '../lib/time.js';
import { EXCLUSIVE_INPUT } from '../lib/usage-counts.js';
import type { LoggedAgent } from './agent.js';
import { createLoggedAgent } from './agent.js';
import { promptSections } from './prompt.js';

const TITLE_LENGTH = 80;
/** `1a2b3c4d_planner_20260101_120000`: the beginning of an id, the agent's name, a time. */
const FOLDER = /^[0-9a-f]{6,12}_(.+?)_[\dT:.-]+(?:_[\d:.-]+)?$/i;

/** Turns the files of a run's agents into events. Files come in any order; lines of one file in theirs. */
export interface AgentLogConverter {
  /** The text of `prompt.txt` of an agent, once, before its lines. */
  prompt(folder: string, text: string): EventInput[];
  /** The text of `text.txt` of an agent, once. */
  said(folder: string, text: string): EventInput[];
  /** A line of `tools.jsonl` or `summary.jsonl`, whose place names its file. */
  line(folder: string, record: ReadRecord): EventInput[];
  end(): EventInput[];
}

interface Known extends LoggedAgent {
  title: string;
  /** The text of its prompt, until it is told. */
  prompt: string | undefined;
}

/**
 * Makes a converter of the files of an agent log.
 *
 * @param options `fallbackRunId` is the name of the run's folder
 */
export function createAgentLogConverter(options: ConverterOptions): AgentLogConverter {
  const run = createRunOfFormat(
    { format: 'agent-logs', fallbackName: 'Agent log', convention: EXCLUSIVE_INPUT },
    options,
  );
  const ids = createDistinctIds();
  const names = createDistinctIds();
  const agents = new Map<string, Known>();
  run.describe({ runId: options.fallbackRunId });

  function agentOf(folder: string): Known {
    const known = agents.get(folder);
    if (known) return known;
    const name = FOLDER.exec(folder)?.[1] ?? folder;
    const agentId = names.distinct(name);
    const agent: Known = {
      ...createLoggedAgent(run, agentId, ids, () => agent.title),
      title: name,
      prompt: undefined,
    };
    agents.set(folder, agent);
    return agent;
  }

  function writePrompt(folder: string, agent: Known): void {
    const { prompt, agentId } = agent;
    if (prompt === undefined) return;
    agent.prompt = undefined;
    run.beside({ file: `${folder}/prompt.txt` });
    const sections = promptSections(prompt);
    const [first] = sections.filter(({ role }) => role === 'user');
    const title = firstLine(first?.text ?? '', TITLE_LENGTH);
    if (title !== '') {
      agent.title = title;
      run.describe({ name: title });
    }
    for (const { role, text, time } of sections) {
      run.agent(agentId, { role: 'agent' }, time);
      run.message({ role, parts: [{ kind: 'text', text }], agentId }, time);
    }
  }

  return {
    prompt(folder, text) {
      // Its time is that of the first line, where its sections tell none.
      agentOf(folder).prompt = text;
      return [];
    },
    said(folder, text) {
      const agent = agentOf(folder);
      writePrompt(folder, agent);
      const { agentId } = agent;
      const said = text.trim();
      if (said === '') return [];
      run.beside({ file: `${folder}/text.txt` });
      run.agent(agentId, { role: 'agent' });
      run.message({ role: 'assistant', parts: [{ kind: 'text', text: said }], agentId });
      return run.take();
    },
    line(folder, record) {
      const agent = agentOf(folder);
      const { place } = record;
      if (isRejected(record)) run.leftOut(record.reason, place);
      else if (!isRecord(record.value)) run.leftOut('not an object', place);
      else {
        run.begin(place, parseTime(record.value['timestamp']));
        writePrompt(folder, agent);
        run.beside(place);
        run.agent(agent.agentId, { role: 'agent' });
        agent.line(record.value);
      }
      return run.take();
    },
    end() {
      for (const [folder, agent] of agents) writePrompt(folder, agent);
      const failed = [...agents.values()].filter((agent) => agent.hasFailed());
      const [first] = failed;
      if (!first) return run.finish();
      const message = `${failed.map(({ agentId }) => agentId).join(', ')} failed.`;
      return run.finish({ kind: 'failed', code: 'AGENT_ERROR', message });
    },
  };
}
