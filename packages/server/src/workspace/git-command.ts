import { execFile } from 'node:child_process';
import { devNull } from 'node:os';
import { FleetglassError } from '@fleetglass/core';

/** Runs git in one folder. */
export interface Git {
  /**
   * @param args a command and its arguments; what others chose comes after `--` or is one that begins with a letter
   * @param input what git reads from its standard input
   * @throws FleetglassError `GIT_FAILED`
   */
  (args: readonly string[], input?: string): Promise<string>;
}

export interface GitOptions {
  /** Name or path of the program. */
  readonly program: string;
  /** Milliseconds that one command may take. */
  readonly timeoutMs: number;
  /** Whom commits are by. */
  readonly author: { readonly name: string; readonly email: string };
}

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const MAX_MESSAGE_CHARACTERS = 500;

/**
 * A repository's own configuration may name programs, and agents may have written it: nothing of it runs, nothing
 * reaches the network, nothing asks a person.
 */
const SETTINGS = [
  `core.hooksPath=${devNull}`,
  'core.fsmonitor=false',
  'core.quotePath=false',
  'commit.gpgSign=false',
  'protocol.allow=never',
  'submodule.recurse=false',
  'diff.ignoreSubmodules=dirty',
  'gc.auto=0',
  'maintenance.auto=false',
].flatMap((setting) => ['-c', setting]);

/** Only these of the host's variables: a `GIT_DIR` of its own would lead git astray. */
const PASSED_ON = ['PATH', 'HOME', 'USERPROFILE', 'SYSTEMROOT', 'TEMP', 'TMP', 'TMPDIR', 'XDG_CONFIG_HOME'];

function environment({ author }: GitOptions): NodeJS.ProcessEnv {
  const plain = (text: string): string => text.replace(/[\p{Cc}<>]/gu, ' ').trim();
  const [name, email] = [plain(author.name) || 'Fleetglass', plain(author.email) || 'fleetglass@localhost'];
  return {
    ...Object.fromEntries(
      PASSED_ON.flatMap((variable) => {
        const value = process.env[variable];
        return value === undefined ? [] : [[variable, value]];
      }),
    ),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
}

/** @param folder without links */
export function createGit(folder: string, options: GitOptions): Git {
  const env = environment(options);
  return (args, input) =>
    new Promise((resolve, reject) => {
      const child = execFile(
        options.program,
        ['-C', folder, ...SETTINGS, ...args],
        { env, timeout: options.timeoutMs, maxBuffer: MAX_OUTPUT_BYTES, windowsHide: true, encoding: 'utf8' },
        (error, stdout, stderr) => {
          if (error) reject(failure(args, error, stderr));
          else resolve(stdout);
        },
      );
      // A program that ends without reading closes the pipe; its exit code tells.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input ?? '');
    });
}

function failure(
  [command = '']: readonly string[],
  error: Error & { code?: unknown; killed?: boolean },
  stderr: string,
): FleetglassError {
  const why =
    error.code === 'ENOENT'
      ? 'git was not found; install it, or name its path'
      : error.killed
        ? 'it took too long'
        : stderr.trim().slice(0, MAX_MESSAGE_CHARACTERS) || error.message;
  return new FleetglassError('GIT_FAILED', `git ${command} failed: ${why}`, {
    details: { command, ...(typeof error.code === 'number' ? { exitCode: error.code } : {}) },
    cause: error,
  });
}
