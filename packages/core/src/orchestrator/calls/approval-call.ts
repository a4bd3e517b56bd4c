import { FleetglassError } from '../../errors/fleetglass-error.js';
import type { Json } from '../../lib/json.js';
import type { RecordWrite } from '../../log/store.js';
import type { ApprovalRequest, Decision } from './context.js';
import type { CallScope } from './call-scope.js';
import { canonical } from './request-hash.js';

/**
 * See {@link TaskContext.approve}. A decision is recorded: a repetition of the task is not asked again, and a question
 * that was open when the process died is open again under the same id and until the same time.
 */
export async function askApproval(scope: CallScope, request: ApprovalRequest): Promise<Decision> {
  const { run, ownTask: task } = scope;
  const { title, options, onExpiry } = request;
  if (onExpiry !== undefined && !(options ?? DEFAULT_OPTIONS).includes(onExpiry)) {
    throw new FleetglassError(
      'BAD_INPUT',
      `What counts on expiry, '${onExpiry}', is not one of the options.`,
    );
  }
  const key = scope.nextKey('approve');
  const asked = whatIsShown(request);
  const known = scope.recorded('approve', key, asked);
  if (known) return known.result as unknown as Decision;
  const record = (decision: Decision): RecordWrite =>
    scope.record('approve', key, asked, decision as unknown as Json);
  const answer = run.approvals.ask({
    place: `${task.id}/${key}`,
    shown: asked,
    title,
    details: request.details,
    options: options ?? DEFAULT_OPTIONS,
    expiresInMs: request.expiresInMs,
    onExpiry,
    scope: task.scope,
    signal: scope.signal,
    record,
  });
  const proceed = run.wait(task, 'approval', title);
  try {
    return await answer;
  } finally {
    proceed();
  }
}

/**
 * What a decision is about: all that the person saw, word for word. Whoever asks about something else, if only about
 * another argument of the same tool, is not answered by it.
 */
function whatIsShown({ title, details, options }: ApprovalRequest): string {
  return details === undefined && options === undefined
    ? title
    : canonical([title, details ?? null, options ?? null]);
}

const DEFAULT_OPTIONS: readonly string[] = ['approve', 'reject'];
