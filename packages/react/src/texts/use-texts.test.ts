import { ChatError, createSessions } from '@parley/client'
import { createElement, type ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { SignInForm } from '../sessions/sign-in-form.tsx'
import { Problem } from '../ui/notice.tsx'
import { Sentence } from '../ui/sentence.tsx'
import { TextsProvider } from './texts-provider.ts'

const german = {
  sessions: { signIn: 'Anmelden', passwordHint: (least: number) => `Mindestens ${least} Zeichen.` },
  errorCodes: { forbidden: 'Das darfst du nicht.' },
}

const form = createElement(SignInForm, { sessions: createSessions({ url: 'http://localhost' }) })
const problem = (code: ChatError['code']) =>
  createElement(Problem, { error: new ChatError(code, 'The message of the server.') })
const inEnglish = (element: ReactNode) => renderToStaticMarkup(element)
const inGerman = (element: ReactNode) =>
  renderToStaticMarkup(createElement(TextsProvider, { texts: german, children: element }))

test('the texts are English without a provider', () => {
  expect(inEnglish(form)).toContain('>Sign in<')
  expect(inEnglish(problem('forbidden'))).toContain('Your role does not allow this.')
})

test('an application replaces some texts, and the others stay', () => {
  expect(inGerman(form)).toContain('>Anmelden<')
  expect(inGerman(form)).not.toContain('>Sign in<')
  expect(inGerman(form)).toContain('New here?')
})

test('an application can replace the sentence of a single error', () => {
  expect(inGerman(problem('forbidden'))).toContain('Das darfst du nicht.')
  expect(inGerman(problem('last_owner'))).toContain('A room keeps at least one owner')
})

test('a provider without texts uses those of the provider around it', () => {
  const inner = createElement(TextsProvider, { texts: undefined, children: form })
  expect(inGerman(inner)).toContain('>Anmelden<')
})

test.each([
  ['at the end', (title: string) => `You are invited to ${title}`, 'You are invited to <b>Kitchen</b>'],
  ['in the middle', (title: string) => `Du bist in ${title} eingeladen`, 'Du bist in <b>Kitchen</b> eingeladen'],
])('a sentence can have an element %s', (_, text, markup) => {
  const title = createElement('b', null, 'Kitchen')
  expect(renderToStaticMarkup(createElement(Sentence, { text, children: title }))).toBe(markup)
})
