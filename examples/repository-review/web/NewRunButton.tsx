import { useCommand, useConnection } from '@fleetglass/react';
import type { ReactElement } from 'react';

export interface NewRunButtonProps {
  /** What the program starts. */
  readonly name: string;
  readonly onStarted: (runId: string) => void;
}

/** Starts another review of the same folder. Renders again when the command is sent or answered. */
export function NewRunButton({ name, onStarted }: NewRunButtonProps): ReactElement {
  const { feedback, send } = useCommand();
  const { status } = useConnection();
  const start = async (): Promise<void> => {
    const answer = await send({ type: 'start', name });
    if (!answer.ok || typeof answer.result !== 'object' || answer.result === null) return;
    if ('runId' in answer.result && typeof answer.result.runId === 'string') onStarted(answer.result.runId);
  };
  return (
    <>
      <button
        type="button"
        className="fg-button"
        disabled={feedback.phase === 'pending' || status.phase !== 'open'}
        onClick={() => void start()}
      >
        New run
      </button>
      {feedback.phase === 'refused' ? (
        <p className="fg-hidden" role="alert">
          {feedback.error.code}: {feedback.error.message}
        </p>
      ) : null}
    </>
  );
}
