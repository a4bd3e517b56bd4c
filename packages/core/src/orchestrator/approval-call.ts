import type { Json } from '../lib/json.js';
import type { RecordWrite } from '../log/store.js';
import type { EventDraft } from '../protocol/event.js';
import type { ApprovalRequest, Decision } from './context.js';
import type { CallScope } from './call-scope.js';

/** See {@link TaskContext.approve}. A decision is recorded: a repetition of the task is not asked again. */
export async function askApproval(scope: CallScope, request: ApprovalRequest): Promise<Decision> {
  const { run, ownTask: task } = scope;
  const key = scope.nextKey('approve');
  const known = scope.recorded('approve', key, request.title);
  if (known) return known.result as unknown as Decision;
  const approvalId = run.newId('approval');
  const events: EventDraft[] = [];
  const record = (decision: Decision): RecordWrite =>
    scope.record('approve', key, request.title, decision as unknown as Json);
  const answer = run.approvals.ask(approvalId, request, task.scope, scope.signal, record, events, run.time());
  run.journal.record({ events });
  const proceed = run.wait(task, 'approval', request.title);
  try {
    return await answer;
  } finally {
    proceed();
  }
}
