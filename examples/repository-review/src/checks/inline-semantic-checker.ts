import type { Clock } from '@fleetglass/core';
import ts from 'typescript';
import type { CheckResult } from './finding.js';
import { notRun } from './finding.js';
import { checkProject, findProject } from './project.js';
import type { SemanticChecker, SemanticRequest } from './semantic-checker.js';

/** Most time that one project may take. */
const PROJECT_LIMIT_MS = 20_000;
/** Most time that a session may spend on types altogether. */
const SESSION_LIMIT_MS = 60_000;
const MAX_SESSIONS = 2;

interface Session {
  readonly results: Map<string, CheckResult>;
  readonly documents: ts.DocumentRegistry;
  spentMs: number;
}

/**
 * Checks in the calling thread. Each project is loaded once a session, for all files that will be asked for, and is
 * forgotten at once; only parsed files are kept, for the session's next project.
 */
export function createInlineSemanticChecker(clock: Clock): SemanticChecker {
  const sessions = new Map<string, Session>();

  const sessionOf = (name: string): Session => {
    const found = sessions.get(name) ?? {
      results: new Map<string, CheckResult>(),
      documents: ts.createDocumentRegistry(),
      spentMs: 0,
    };
    sessions.delete(name);
    sessions.set(name, found);
    const [oldest] = sessions.keys();
    if (sessions.size > MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest);
    return found;
  };

  const checkNow = ({ session: name, dir, path, alongside }: SemanticRequest): CheckResult => {
    const session = sessionOf(name);
    const known = session.results.get(path);
    if (known) return known;
    const project = findProject(dir, path);
    if (!project) {
      const result = notRun('no tsconfig.json includes the file');
      session.results.set(path, result);
      return result;
    }
    const limitMs = Math.min(PROJECT_LIMIT_MS, SESSION_LIMIT_MS - session.spentMs);
    if (limitMs <= 0)
      return notRun(`types not checked: more than ${SESSION_LIMIT_MS / 1000} s spent on types`);
    const started = clock.monotonic();
    const paths = [...new Set([path, ...alongside])];
    for (const [member, result] of checkProject(project, dir, paths, {
      clock,
      limitMs,
      documents: session.documents,
    })) {
      session.results.set(member, result);
    }
    session.spentMs += clock.monotonic() - started;
    return session.results.get(path) ?? notRun('no tsconfig.json includes the file');
  };

  return {
    check: async (request, signal) => {
      signal.throwIfAborted();
      return checkNow(request);
    },
    close: async () => sessions.clear(),
  };
}
