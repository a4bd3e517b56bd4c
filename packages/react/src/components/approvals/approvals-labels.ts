export interface ApprovalsLabels {
  readonly title: string;
  readonly asked: (who: string, time: string) => string;
  readonly asker: string;
  readonly expires: (duration: string) => string;
  readonly options: { readonly [option: string]: string };
  readonly details: string;
  readonly replaying: string;
}

export const approvalsLabels: ApprovalsLabels = {
  title: 'Decision needed',
  asked: (who, time) => `${who} asked at ${time}`,
  asker: 'The run',
  expires: (duration) => `expires in ${duration}`,
  options: { approve: 'Approve', reject: 'Reject' },
  details: 'Details',
  replaying: 'It can be answered in the present only.',
};
