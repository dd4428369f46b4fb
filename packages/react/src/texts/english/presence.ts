export const presence = {
  online: 'Online',
  away: 'Away',
  busy: 'Busy',
  offline: 'Offline',
  lastSeen: (ago: string) => `Last seen ${ago}`,
}
