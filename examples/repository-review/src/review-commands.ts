import type { CommandHandler } from '@fleetglass/core';
import { FleetglassError } from '@fleetglass/core';
import type { Actor, Command, ForkCommand, StartCommand } from '@fleetglass/core/protocol';
import { GRAPH_NAME } from './review/graph.js';
import { ReviewInput, ReviewState } from './review/state.js';

/** A page chooses when a review starts, never what is read: the folder is the command line's. */
function checkedStart(command: StartCommand, input: ReviewInput): StartCommand {
  if (command.name !== GRAPH_NAME) {
    throw new FleetglassError('NOT_FOUND', `Only '${GRAPH_NAME}' can be started here.`);
  }
  if (command.input === undefined) return { ...command, input };
  const given = ReviewInput.safeParse(command.input);
  if (!given.success)
    throw new FleetglassError('BAD_INPUT', 'A review is started with { dir, maxFiles } or nothing.');
  assertFolder(given.data.dir, input);
  return { ...command, input: given.data };
}

const Patch = ReviewState.partial().strict();

/** A fork may change fields of the state, but not which folder is read. */
function checkedFork(command: ForkCommand, input: ReviewInput): ForkCommand {
  if (command.patch === undefined) return command;
  const given = Patch.safeParse(command.patch);
  if (!given.success) {
    const wrong = given.error.issues.map(({ path, message }) => [...path.map(String), message].join(': '));
    throw new FleetglassError(
      'BAD_INPUT',
      `The patch does not fit the state of a review. ${wrong.join('; ')}`,
    );
  }
  if (given.data.dir !== undefined) assertFolder(given.data.dir, input);
  return command;
}

function assertFolder(dir: string, input: ReviewInput): void {
  if (dir === input.dir) return;
  throw new FleetglassError(
    'FORBIDDEN',
    `This program reviews ${input.dir}; start it with --dir for another folder.`,
  );
}

function checked(command: Command, input: ReviewInput): Command {
  if (command.type === 'start') return checkedStart(command, input);
  return command.type === 'fork' ? checkedFork(command, input) : command;
}

/** Guards the orchestrator's commands and names who gave them: without accounts, whoever sits at this machine. */
export function createReviewCommands(
  commands: CommandHandler,
  input: ReviewInput,
  actor: Actor,
): CommandHandler {
  return {
    execute: async (command, context) =>
      commands.execute(checked(command, input), { ...context, actor: context.actor ?? actor }),
  };
}
