/** Every text that the page adds to what the main process tells of a pairing request (D16). */
export const pairingWords = {
  lead: 'It stays out until you answer.',
  means: 'What it means to let it in',
  who: 'Who it is',
  later: 'Later',
  laterHint: 'Nothing is answered. It waits until you open this window again, or until it expires.',
  reject: 'Reject',
  approve: 'Approve',
  available: 'Approve available',
  live: (title: string): string => `New request: ${title}`,
  queue: (waiting: number): string => `1 of ${waiting} waiting to be let in`,
  scroll: 'Scroll to the end to approve',
  gone: 'It was answered elsewhere, or its time is over. Your answer changed nothing.',
  changed: 'It asks for something else now. Nothing was answered; read it again.',
  bridge: 'The companion did not take the answer. Nothing was decided; try again.',
} as const;
