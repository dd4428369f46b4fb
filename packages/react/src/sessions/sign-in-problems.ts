import { limits } from '@parley/protocol/limits'
import type { Texts } from '../texts/english/english.ts'

export interface SignInEntry {
  /** True to make an account, false to sign in. */
  isNew: boolean
  username: string
  password: string
}

export interface SignInProblems {
  username: string | null
  password: string | null
}

const shortestName = 2
const usernamePattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/u

/**
 * Checks an entry before the request: a sentence for each wrong field, null for the others. To sign in, a field is
 * wrong only if it is empty. To make an account, also a user name that is shorter than 2 or breaks the rule of its
 * characters, and a password that is too short. It does not check what is too long. Spaces around the user name do not
 * count.
 */
export function signInProblems({ isNew, username, password }: SignInEntry, texts: Texts['sessions']): SignInProblems {
  return {
    username: usernameProblem(username.trim(), isNew, texts),
    password: passwordProblem(password, isNew, texts),
  }
}

function usernameProblem(username: string, isNew: boolean, texts: Texts['sessions']): string | null {
  if (username === '') return texts.usernameMissing
  if (!isNew) return null
  if (username.length < shortestName) return texts.usernameShort(shortestName)
  return usernamePattern.test(username) ? null : texts.usernameRule
}

function passwordProblem(password: string, isNew: boolean, texts: Texts['sessions']): string | null {
  if (password === '') return texts.passwordMissing
  const shortest = limits.password.min
  return isNew && [...password.normalize('NFC')].length < shortest ? texts.passwordShort(shortest) : null
}
