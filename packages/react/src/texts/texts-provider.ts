import { createContext, createElement, type ReactNode, useContext } from 'react'
import type { TextOverrides } from './english/english.ts'

export const TextsContext = createContext<TextOverrides | undefined>(undefined)

export interface TextsProviderProps {
  /** One object that lasts: with each new one every component renders again. Left out, those around it hold. */
  texts: TextOverrides | undefined
  children?: ReactNode
}

/**
 * Gives other words to the components below that need no chat, such as `<SignInForm>`; `<ChatProvider texts>` does the
 * same for all others.
 *
 * @example <TextsProvider texts={german}><SignInForm sessions={sessions} /></TextsProvider>
 */
export function TextsProvider({ texts, children }: TextsProviderProps) {
  const around = useContext(TextsContext)
  return createElement(TextsContext.Provider, { value: texts ?? around }, children)
}
