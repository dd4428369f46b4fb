import { createContext, createElement, type ReactNode, useContext } from 'react'
import type { TextOverrides } from './english/english.ts'

/** The host's own texts from the nearest `TextsProvider`; undefined outside of one, or if it got none. */
export const TextsContext = createContext<TextOverrides | undefined>(undefined)

export interface TextsProviderProps {
  /**
   * Pass the same object each time: a new one renders every component again. Undefined: the texts of the provider
   * around it.
   */
  texts: TextOverrides | undefined
  children?: ReactNode
}

/**
 * Replaces texts of the components inside. For components without a chat, such as `<SignInForm>`; for others use
 * `<ChatProvider texts>`. Texts that `texts` leaves out are English, also inside another provider: the two are not
 * merged. Undefined keeps the texts of the provider around it. Pass the same object each time: a new one renders every
 * component again.
 *
 * @example <TextsProvider texts={german}><SignInForm sessions={sessions} /></TextsProvider>
 */
export function TextsProvider({ texts, children }: TextsProviderProps) {
  const around = useContext(TextsContext)
  return createElement(TextsContext.Provider, { value: texts ?? around }, children)
}
