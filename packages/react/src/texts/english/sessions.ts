import { formatNumber } from '../number-format.ts'

export const sessions = {
  createYourAccount: 'Create your account',
  createFirstAccount: 'Create the first account',
  firstAccountHint: 'Nobody has an account here yet. With this one you will be the administrator of this server.',
  endedElsewhere: 'You were signed out: your session was ended on another device, or not used for a long time.',
  username: 'User name',
  usernameRule: 'A user name has letters and digits, with . _ - between them.',
  usernameMissing: 'Enter your user name.',
  usernameShort: (least: number) => `A user name has at least ${least} characters.`,
  usernameHint: 'Letters and digits, with . _ - between them.',
  displayName: 'Display name',
  displayNameHint: 'What others see. You can leave it empty.',
  password: 'Password',
  passwordMissing: 'Enter your password.',
  passwordShort: (least: number) => `A password has at least ${least} characters.`,
  show: 'Show',
  hide: 'Hide',
  showTyped: 'Show what is typed',
  passwordHint: (least: number) => `At least ${least} characters.`,
  signIn: 'Sign in',
  createAccount: 'Create account',
  hasAccount: 'You have an account?',
  isNew: 'New here?',
  createAnAccount: 'Create an account',

  changePassword: 'Change password',
  passwordChanged: 'Password changed',
  presentPassword: 'Present password',
  newPassword: 'New password',
  newPasswordHint: (least: number) => `At least ${least} characters. All your other devices are signed out.`,

  sessions: 'Sessions',
  whereSignedIn: 'Where you are signed in',
  loadingSessions: 'Loading sessions',
  thisDevice: 'This device',
  signOut: 'Sign out',
  signOutTitle: 'Sign out now?',
  signOutConsequence: (unsent: number) =>
    unsent === 1
      ? 'One message is not sent yet. Signing out deletes it from this device.'
      : `${formatNumber(unsent)} messages are not sent yet. Signing out deletes them from this device.`,
  signOutOf: (program: string) => `Sign out ${program}`,
  used: (ago: string) => `Used ${ago}`,
  browserOn: (browser: string, system: string) => `${browser} on ${system}`,
  unknownProgram: 'Unknown program',
}
