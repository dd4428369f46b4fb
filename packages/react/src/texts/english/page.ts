/** The page around the features, and the controls that belong to none. */
export const page = {
  /** The language of all these texts, as a tag of BCP 47. */
  language: 'en',
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  tryAgain: 'Try again',
  loadingConversation: 'Loading the conversation',
  notOpenTitle: 'This conversation is not open to you',
  notOpenReason: 'It may be gone, or you are not a member. If it is a public room, you can join it.',
  backToConversations: 'Back to your conversations',
  welcome: (title: string) => `Welcome to ${title}`,
  pickConversation: 'Pick a conversation',
  messagesAppearHere: 'Messages will appear here.',
  connectionEnded: (reason: string) => `The connection has ended. ${reason}`,
  offline: 'You are offline. Messages you write now are sent when the connection is back.',
}
