import type { EventInput, JsonObject } from '@fleetglass/core/protocol';
import { createBoundedMap } from '../lib/bounded-map.js';
import type { Stage } from '../lib/stage.js';
import type { FileNote } from './file-notes.js';
import { createFileNotes } from './file-notes.js';
import { fingerprint } from './fingerprint.js';
import { createPresence } from './presence.js';
import { COLUMNS, standingOf } from './standing.js';
import type { ParsedTaskFile, TaskFile } from './task-file.js';
import { parseTaskFile } from './task-file.js';
import type { TaskPath } from './task-path.js';
import { readTaskPath } from './task-path.js';
import type { TaskView, ToldTask } from './task-story.js';
import { tellChange, tellNew, tellRemoved } from './task-story.js';

/** Name and bounds of a run made from a folder of tasks. */
export interface YamlTasksOptions {
  /** @default 'yaml-tasks' */
  readonly runId?: string;
  /** Name of the run. @default 'YAML tasks' */
  readonly name?: string;
  /** Most files that are known at once; further ones are named and left out. @default 20,000 */
  readonly maxFiles?: number;
}

/** A task file as it was read. */
export interface TaskFileText {
  /** Relative to the folder of tasks, with `/` between folders. */
  readonly path: string;
  readonly text: string;
}

/** One whose text was parsed as it was read. */
export interface ReadTaskFile extends TaskFileText {
  readonly parsed?: ParsedTaskFile;
}

/** The tasks of a folder by their ids, and what happens to them as files change. */
export interface YamlTasks {
  /**
   * A whole folder at once: events in the order of the times that the files record, so that the past of the board can
   * be replayed, and the warnings.
   *
   * @param time the present in milliseconds; counts for what records no time
   */
  load(files: readonly ReadTaskFile[], time: number): EventInput[];
  /** A file is there, or has changed. A task that another file held until now has moved. */
  put(path: string, text: string, time: number): EventInput[];
  /** A file is gone. Nothing happens to a task whose file is elsewhere by now. */
  remove(path: string, time: number): EventInput[];
  /** A file is there that cannot be read, or a folder that cannot be watched, and why. */
  skip(path: string, reason: string, time: number): EventInput[];
  /** Whether the file, as it was put last, holds no task: perhaps it is only half written. */
  isBroken(path: string): boolean;
  /**
   * Tells what is wrong with the files as they stand now, each thing once: broken YAML, folder against field, two files
   * of one task. Call it when no change is under way: files that are just being moved or written are no mistake.
   */
  settle(time: number): EventInput[];
}

interface KnownFile {
  readonly print: number;
  readonly at: TaskPath;
  readonly taskId: string;
  readonly file?: TaskFile;
  readonly problems: readonly FileNote[];
}

const MAX_FILES = 20_000;
/** Deleted tasks that are recognised when they come back. */
const MAX_REMOVED = 1_000;
const MAX_KINDS = 200;
/** A task of two files stands where it has come furthest. */
const RANKS: readonly string[] = ['inbox', '', 'assigned', 'fridge', 'done', 'archive'];

/** Converts a folder of YAML task files, as its files are seen, to the events of one run that never ends. */
export function createYamlTasks(options: YamlTasksOptions = {}): YamlTasks {
  const { runId = 'yaml-tasks', name = 'YAML tasks', maxFiles = MAX_FILES } = options;
  const files = new Map<string, KnownFile>();
  const paths = new Map<string, Set<string>>();
  const tasks = new Map<string, ToldTask>();
  const removed = createBoundedMap<string, ToldTask>(MAX_REMOVED);
  const presence = createPresence();
  const notes = createFileNotes();
  let announced = false;
  let events = 0;
  let toldFacts = '';

  function finish(drafts: readonly EventInput[], time: number): EventInput[] {
    if (drafts.length === 0) return [];
    const all = presence.follow(drafts);
    if (!announced) {
      announced = true;
      const first = drafts.reduce((least, draft) => Math.min(least, draft.time ?? time), time);
      all.unshift(
        { type: 'run.created', data: { name, source: 'yaml-tasks' }, time: first },
        { type: 'run.started', data: {}, time: first },
        { type: 'run.labelled', data: { labels: {}, facts: { columns: [...COLUMNS] } }, time: first },
      );
    }
    return all.map((event) => ({ ...event, runId, id: `${runId}:${String((events += 1))}` }));
  }

  function unlink(path: string, taskId: string): void {
    const others = paths.get(taskId);
    others?.delete(path);
    if (others?.size === 0) paths.delete(taskId);
  }

  /** The task is as its file at `path` says. */
  function apply(path: string, { at, taskId, file }: KnownFile, out: EventInput[], time: number): void {
    const known = tasks.get(taskId) ?? removed.get(taskId);
    // A file that cannot be read keeps what was known of its task, in the place where it is now.
    const told = file ?? known?.view.file;
    if (told === undefined || (!file && known?.view.path === path)) return;
    const view = viewOf(path, at, taskId, told);
    if (known) tellChange(known, view, out, time);
    tasks.set(taskId, known ?? tellNew(taskId, view, out, time));
    removed.delete(taskId);
  }

  /** The file at `path` no longer says anything of the task. */
  function release(path: string, taskId: string, out: EventInput[], time: number): void {
    unlink(path, taskId);
    notes.touch(taskId);
    const task = tasks.get(taskId);
    if (task?.view.path !== path) return;
    const other = [...(paths.get(taskId) ?? [])].pop();
    const heir = other === undefined ? undefined : files.get(other);
    if (other !== undefined && heir) {
      apply(other, heir, out, time);
      return;
    }
    tasks.delete(taskId);
    removed.set(taskId, task);
    tellRemoved(task, out, time);
  }

  function put({ path: given, text, parsed }: ReadTaskFile, out: EventInput[], time: number): void {
    const path = given.replaceAll('\\', '/');
    const at = readTaskPath(path);
    if (!at) return;
    const print = fingerprint(text);
    const before = files.get(path);
    if (before?.print === print) return;
    if (!before && files.size >= maxFiles) {
      notes.leaveOut(path, `more than ${String(maxFiles)} files`);
      return;
    }
    const { file, problem } = parsed ?? parseTaskFile(text);
    const taskId = file ? (file.id ?? at.stem) : (before?.taskId ?? at.stem);
    const known: KnownFile = {
      print,
      at,
      taskId,
      ...(file ? { file } : {}),
      problems: problemNotes(path, !file, problem),
    };
    files.set(path, known);
    notes.touch(path);
    const siblings = paths.get(taskId);
    if (siblings) siblings.add(path);
    else paths.set(taskId, new Set([path]));
    notes.touch(taskId);
    apply(path, known, out, time);
    if (before && before.taskId !== taskId) release(path, before.taskId, out, time);
  }

  function* notesOf(touched: string): Generator<FileNote> {
    const known = files.get(touched);
    if (known) {
      yield* known.problems;
      yield* conflictsOf(touched, known);
    }
    const same = paths.get(touched);
    const task = tasks.get(touched);
    if (task && same && same.size > 1) {
      const list = [...same].sort();
      const message = `Task ${touched} stands in ${String(same.size)} files (${list.slice(0, 5).join(', ')}); ${task.view.path} counts.`;
      yield { message, fields: { file: task.view.path, files: list.slice(0, 5) } };
    }
  }

  function conflictsOf(path: string, { at, file }: KnownFile): FileNote[] {
    if (!file) return [];
    const found: FileNote[] = [];
    const { conflict } = standingOf(at.column, file.status);
    if (conflict !== undefined) {
      const fields = { file: path, folder: at.column, status: file.status ?? '' };
      found.push({ message: `${path}: ${conflict}.`, fields });
    }
    const { agentId } = at;
    if (agentId !== undefined && file.agentId !== undefined && agentId !== file.agentId) {
      const message = `${path}: the folder is that of ${agentId}, the agent field says ${file.agentId}: the folder counts.`;
      found.push({ message, fields: { file: path, folder: agentId, agent: file.agentId } });
    }
    return found;
  }

  function facts(): JsonObject {
    const kinds = new Map<string, number>();
    let unreadable = notes.leftOut();
    for (const { at, file, problems } of files.values()) {
      if (!file) unreadable += problems.length > 0 ? 1 : 0;
      else {
        const kind = `${at.column}/${file.status ?? ''}`;
        const counted = kinds.has(kind) || kinds.size < MAX_KINDS ? kind : 'other';
        kinds.set(counted, (kinds.get(counted) ?? 0) + 1);
      }
    }
    const records = [...kinds.values()].reduce((sum, count) => sum + count, 0);
    const sorted = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1));
    return { records, badLines: unreadable, files: Object.fromEntries(sorted) };
  }

  function settle(out: EventInput[], time: number): void {
    for (const { message, fields } of notes.settle(notesOf)) {
      out.push({ type: 'log.written', data: { level: 'warn', message, fields }, time });
    }
    const now = facts();
    const text = JSON.stringify(now);
    if (text === toldFacts || (!announced && files.size === 0 && out.length === 0)) return;
    toldFacts = text;
    out.push({ type: 'run.labelled', data: { labels: {}, facts: now }, time });
  }

  function collect(time: number, write: (out: EventInput[]) => void): EventInput[] {
    const out: EventInput[] = [];
    write(out);
    return finish(out, time);
  }

  return {
    load: (given, time) =>
      collect(time, (out) => {
        const past: EventInput[] = [];
        const sorted = given
          .map((file) => ({ ...file, rank: RANKS.indexOf(readTaskPath(file.path)?.column ?? '') }))
          .sort((a, b) => a.rank - b.rank || (a.path < b.path ? -1 : 1));
        for (const file of sorted) put(file, past, time);
        past.sort((a, b) => (a.time ?? 0) - (b.time ?? 0));
        out.push(...past);
        settle(out, time);
      }),
    put: (path, text, time) => collect(time, (out) => put({ path, text }, out, time)),
    remove: (given, time) =>
      collect(time, (out) => {
        const path = given.replaceAll('\\', '/');
        const known = files.get(path);
        files.delete(path);
        notes.forget(path);
        if (known) release(path, known.taskId, out, time);
      }),
    skip: (given, reason, time) =>
      collect(time, (out) => {
        const path = given.replaceAll('\\', '/');
        const known = files.get(path);
        files.delete(path);
        if (known) release(path, known.taskId, out, time);
        notes.leaveOut(path, reason);
      }),
    isBroken(path) {
      const known = files.get(path.replaceAll('\\', '/'));
      return known !== undefined && known.file === undefined;
    },
    settle: (time) => collect(time, (out) => settle(out, time)),
  };
}

function problemNotes(path: string, isLost: boolean, problem: ParsedTaskFile['problem']): FileNote[] {
  if (!problem) return [];
  const { reason, line, column } = problem;
  const where = line === undefined ? path : `${path}, line ${String(line)}`;
  const fields = {
    file: path,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
  return [{ message: isLost ? `${where} was left out: ${reason}.` : `${where}: ${reason}.`, fields }];
}

const COLUMN_OF: { readonly [S in Stage]: string } = {
  new: 'inbox',
  assigned: 'assigned',
  in_progress: 'assigned',
  blocked: 'assigned',
  paused: 'fridge',
  done: 'done',
  error: 'done',
  cancelled: 'done',
  skipped: 'archive',
};

function viewOf(path: string, at: TaskPath, taskId: string, file: TaskFile): TaskView {
  const { stage, message } = standingOf(at.column, file.status);
  const column = at.column === '' ? COLUMN_OF[stage] : at.column;
  const agentId = column === 'inbox' ? undefined : (at.agentId ?? file.agentId);
  return {
    path,
    column,
    name: file.name ?? taskId,
    stage,
    file,
    ...(message === undefined ? {} : { message }),
    ...(agentId === undefined ? {} : { agentId }),
  };
}
