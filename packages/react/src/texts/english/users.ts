export const users = {
  yourAccount: 'Your account',
  accountOf: (name: string) => `Your account, ${name}`,
  bot: 'Bot',
  status: 'Status',
  appearOffline: 'Appear offline',
  yourProfile: 'Your profile',
  administration: 'Administration',
  displayName: 'Display name',
  usernameStays: (username: string) => `Your user name stays @${username}.`,

  searchPlaceholder: 'Name or user name',
  lookingForPeople: 'Looking for people',
  peopleFound: 'People found',
  showMore: 'Show more people',
  nobodyElse: 'Nobody else is here yet. People appear once they have signed in for the first time.',
  nobodyFound: 'Nobody found.',
}
