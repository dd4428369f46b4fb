import { formatNumber } from '../number-format.ts'

export const memberships = {
  about: (title: string) => `About ${title}`,
  aboutRoom: 'About this room',
  aboutPerson: 'About this person',
  publicRoom: 'Public room',
  privateRoom: 'Private room',
  settings: 'Settings',
  leave: 'Leave',

  loadingMembers: 'Loading members',
  members: 'Members',
  memberHeading: (count: number) => `Members · ${formatNumber(count)}`,
  invited: 'Invited',
  invitedHeading: (count: number) => `Invited · ${formatNumber(count)}`,
  you: 'you',
  menuOf: (name: string) => `What to do with ${name}`,
  moreAbout: (name: string) => `More about ${name}`,
  write: 'Write to them',
  role: 'Role',
  remove: 'Remove from the room',
  withdrawInvitation: 'Withdraw the invitation',
  ban: 'Ban from the room',
  questions: {
    remove: {
      title: (name: string) => `Remove ${name}?`,
      consequence: 'They lose the room and its messages at once. They can join a public room again.',
      confirm: 'Remove',
    },
    ban: {
      title: (name: string) => `Ban ${name}?`,
      consequence: 'They lose the room and its messages at once, and cannot join it again.',
      confirm: 'Ban',
    },
    makeOwner: {
      title: (name: string) => `Make ${name} an owner?`,
      consequence: 'An owner can change the room and the role of everybody in it, yours too.',
      confirm: 'Make owner',
    },
  },

  addPeople: 'Add people',
  how: 'How',
  invite: 'Invite',
  inviteHint: 'They decide whether to come.',
  add: 'Add',
  addRightAway: 'Add right away',
  addHint: 'They are members at once. People who left are invited.',
  findPeople: 'Find people',
  choose: 'Choose',
  chooseUser: (name: string) => `Choose ${name}`,
  chosenPeople: 'Chosen people',
  dropUser: (name: string) => `Do not choose ${name}`,
}

export const roles = {
  owner: 'Owner',
  admin: 'Admin',
  moderator: 'Moderator',
  member: 'Member',
}
