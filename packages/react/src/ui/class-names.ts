/**
 * Joins class names and leaves out what is not set.
 *
 * @example classNames('parley-row', isOwn && 'parley-row--own')
 */
export const classNames = (...names: (string | false | null | undefined)[]): string => names.filter(Boolean).join(' ')
