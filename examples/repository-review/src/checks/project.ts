import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Clock } from '@fleetglass/core';
import ts from 'typescript';
import type { CheckResult } from './finding.js';
import { checkResult, notRun } from './finding.js';
import { toFinding } from './typescript.js';

/** A `tsconfig.json` and the files that it names. */
export interface Project {
  readonly config: string;
  readonly options: ts.CompilerOptions;
  readonly files: readonly string[];
}

const MAX_PROJECT_FILES = 5000;
const CANNOT_FIND_MODULE: ReadonlySet<number> = new Set([2307, 2792, 2688, 7016]);

/** The nearest project, at or above the file and inside `dir`, that includes it. */
export function findProject(dir: string, path: string): Project | undefined {
  const root = resolve(dir);
  const file = join(root, path);
  for (
    let folder = dirname(file);
    folder === root || folder.startsWith(root + sep);
    folder = dirname(folder)
  ) {
    const config = join(folder, 'tsconfig.json');
    if (ts.sys.fileExists(config)) {
      const project = readProject(config);
      if (project?.files.includes(file)) return project;
    }
    if (folder === root) break;
  }
  return undefined;
}

function readProject(config: string): Project | undefined {
  const read = ts.readConfigFile(config, (name) => ts.sys.readFile(name));
  if (read.error) return undefined;
  const json = read.config as unknown;
  const parsed = ts.parseJsonConfigFileContent(json, ts.sys, dirname(config));
  return { config, options: parsed.options, files: parsed.fileNames.map((name) => resolve(name)) };
}

/** Tells a program in the middle of its work that its time is over. */
class OutOfTime extends Error {}

export interface ProjectCheckOptions {
  readonly clock: Clock;
  readonly limitMs: number;
  /** Parsed files, shared by projects that have files in common. */
  readonly documents: ts.DocumentRegistry;
}

/**
 * Semantic diagnostics of those of `paths` that belong to `project`, by path. It runs in the calling thread and takes at
 * most about `limitMs`; what it did not reach by then is said to be not run.
 */
export function checkProject(
  project: Project,
  dir: string,
  paths: readonly string[],
  { clock, limitMs, documents }: ProjectCheckOptions,
): ReadonlyMap<string, CheckResult> {
  const root = resolve(dir);
  const name = relative(root, project.config);
  const members = paths.filter((path) => project.files.includes(join(root, path)));
  const all = (note: string): ReadonlyMap<string, CheckResult> =>
    new Map(members.map((path) => [path, notRun(note)]));
  if (project.files.length > MAX_PROJECT_FILES)
    return all(`${name} holds more than ${MAX_PROJECT_FILES} files`);

  const deadline = clock.monotonic() + limitMs;
  const isOver = (): boolean => clock.monotonic() > deadline;
  const results = new Map<string, CheckResult>();
  try {
    const program = createBoundedProgram(project, documents, isOver);
    for (const path of members) {
      results.set(path, isOver() ? notRun(outOfTime(limitMs)) : checkFile(program, root, path, name, isOver));
    }
    return results;
  } catch (error) {
    const why = error instanceof OutOfTime ? outOfTime(limitMs) : `TypeScript could not load ${name}`;
    return new Map([...all(why), ...results]);
  }
}

function outOfTime(limitMs: number): string {
  return `types not checked within ${Math.round(limitMs / 1000)} s`;
}

function createBoundedProgram(
  project: Project,
  documents: ts.DocumentRegistry,
  isOver: () => boolean,
): ts.Program {
  const options: ts.CompilerOptions = {
    ...project.options,
    noEmit: true,
    composite: false,
    incremental: false,
    declaration: false,
    declarationMap: false,
    emitDeclarationOnly: false,
    skipLibCheck: true,
  };
  delete options.tsBuildInfoFile;
  const host = ts.createCompilerHost(options);
  host.getSourceFile = (name, languageVersionOrOptions) => {
    if (isOver()) throw new OutOfTime();
    const text = ts.sys.readFile(name);
    if (text === undefined) return undefined;
    const snapshot = ts.ScriptSnapshot.fromString(text);
    // One version: a registry lives as long as a session, which sees each file as it was when it was first read.
    return documents.acquireDocument(name, options, snapshot, '1', undefined, languageVersionOrOptions);
  };
  return ts.createProgram({ rootNames: project.files, options, host });
}

function checkFile(
  program: ts.Program,
  root: string,
  path: string,
  project: string,
  isOver: () => boolean,
): CheckResult {
  const source = program.getSourceFile(join(root, path));
  if (!source) return notRun(`not part of ${project}`);
  const token: ts.CancellationToken = {
    isCancellationRequested: isOver,
    throwIfCancellationRequested: () => {
      if (isOver()) throw new OutOfTime();
    },
  };
  const diagnostics = program.getSemanticDiagnostics(source, token);
  // Without its dependencies every use of them is an error that the code does not have.
  if (diagnostics.some((diagnostic) => isMissingDependency(diagnostic))) {
    return notRun('types not checked: not all dependencies are installed');
  }
  return checkResult(
    `types checked in ${project}`,
    diagnostics.map((diagnostic) => toFinding('types', path, diagnostic)),
  );
}

function isMissingDependency({ code, messageText }: ts.Diagnostic): boolean {
  if (!CANNOT_FIND_MODULE.has(code)) return false;
  const [, name = ''] = /['"]([^'"]+)['"]/.exec(ts.flattenDiagnosticMessageText(messageText, ' ')) ?? [];
  return !name.startsWith('.');
}
