/** Words about the settings of the app itself, its links and its logs (D16). */
export const generalMessages = {
  login: {
    needsApproval: 'Allow this app in System Settings, General, Login Items & Extensions.',
    unknown:
      'The system does not tell, or what starts at login is not this copy. Switching it on sets up this copy.',
  },
  noDock: 'This system has no Dock.',
  notWritten: (path: string, why: string): string => `${path} could not be written: ${why}`,
  notWrittenHint: 'Choose another folder.',
  exportTitle: 'Export logs without secrets',
  exportFilter: 'JSON',
  /** What stands in an export where a rule holds a secret. */
  argumentsLeftOut: 'left out: it holds a secret',
} as const;
