import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { type SendStage, SendState } from './send-state.tsx'

/** What is in sight without its colours: the words and the drawing. */
const seenOf = (stage: SendStage, withWord: boolean) =>
  renderToStaticMarkup(createElement(SendState, { stage, withWord }))
    .replace(/<span class="parley-visually-hidden">[^<]*<\/span>/, '')
    .replaceAll(/ (data-stage|title)="[^"]*"/g, '')

test.each([true, false])('E10: no two stages differ by their colour alone (with a word: %s)', (withWord) => {
  const seen = (['waiting', 'failed', 'sent', 'delivered', 'read'] as const).map((stage) => seenOf(stage, withWord))
  expect(new Set(seen).size).toBe(5)
})
