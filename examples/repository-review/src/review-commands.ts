import type { CommandHandler } from '@fleetglass/core';
import { FleetglassError } from '@fleetglass/core';
import type { Actor, StartCommand } from '@fleetglass/core/protocol';
import { GRAPH_NAME } from './review/graph.js';
import { ReviewInput } from './review/state.js';

/** A page chooses when a review starts, never what is read: the folder is the command line's. */
function checkedStart(command: StartCommand, input: ReviewInput): StartCommand {
  if (command.name !== GRAPH_NAME) {
    throw new FleetglassError('NOT_FOUND', `Only '${GRAPH_NAME}' can be started here.`);
  }
  if (command.input === undefined) return { ...command, input };
  const given = ReviewInput.safeParse(command.input);
  if (!given.success)
    throw new FleetglassError('BAD_INPUT', 'A review is started with { dir, maxFiles } or nothing.');
  if (given.data.dir !== input.dir) {
    throw new FleetglassError(
      'FORBIDDEN',
      `This program reviews ${input.dir}; start it with --dir for another folder.`,
    );
  }
  return { ...command, input: given.data };
}

/** Guards the orchestrator's commands and names who gave them: without accounts, whoever sits at this machine. */
export function createReviewCommands(
  commands: CommandHandler,
  input: ReviewInput,
  actor: Actor,
): CommandHandler {
  return {
    execute: async (command, context) =>
      commands.execute(command.type === 'start' ? checkedStart(command, input) : command, {
        ...context,
        actor: context.actor ?? actor,
      }),
  };
}
