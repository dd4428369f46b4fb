/** The first `length` UTF-16 units of a text; one less where the cut would split a character. */
export const cutText = (text: string, length: number): string =>
  text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')
