/**
 * Joins class names, without empty and false ones.
 *
 * @example classNames('parley-row', isOwn && 'parley-row--own')
 */
export const classNames = (...names: (string | false | null | undefined)[]): string => names.filter(Boolean).join(' ')
