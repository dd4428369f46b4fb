export const messages = {
  messages: 'Messages',
  loadingMessages: 'Loading messages',
  loadingEarlier: 'Loading earlier messages…',
  jumpToLatest: 'Jump to the latest message',
  newMessages: 'New',
  announcement: (sender: string, summary: string) => `${sender}: ${summary}`,

  you: 'You',
  unknownSender: 'Somebody',
  saidBy: (name: string) => `${name}:`,
  edited: 'edited',
  deleted: 'Message deleted',
  encrypted: 'Encrypted message',
  notSent: (reason: string) => `Not sent. ${reason}`,
  retry: 'Retry',

  actions: 'Message actions',
  more: 'More actions',
  copy: 'Copy text',
  edit: 'Edit',
  delete: 'Delete',

  deleteTitle: 'Delete this message?',
  deleteConsequence: 'It is deleted for everybody in this conversation, and cannot be brought back.',
  keep: 'Keep',

  writeTo: (title: string) => `Message ${title}`,
  add: 'Add to your message',
  send: 'Send',
  charactersLeft: 'characters left',
  editing: 'Editing your message',
  escapeKey: 'Esc',
}
