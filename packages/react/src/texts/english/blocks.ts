export const blocks = {
  block: 'Block',
  blockOf: (name: string) => `Block ${name}`,
  blockTitle: (name: string) => `Block ${name}?`,
  consequence:
    'Neither of you can write to the other or invite the other, and neither sees when the other is online, types or reads. If you are contacts, that ends.',
  notTold: 'They are not notified. In rooms that you share, messages stay visible to both of you.',
  unblock: 'Unblock',
  unblockOf: (name: string) => `Unblock ${name}`,
  nobody: 'You have not blocked anybody',
  blockedPeople: 'Blocked people',
  youBlocked: (name: string) => `You blocked ${name}. Unblock them to write again.`,
  cannotWrite: (name: string) => `You cannot write to ${name} at the moment.`,
}
