/**
 * Asks for files of any type with the browser's dialog; resolves to an empty array if it is cancelled, and never
 * rejects. In an old browser without the `cancel` event it stays pending after that. Call it in the handler of a click
 * or key.
 */
export function pickFiles(): Promise<readonly File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input')
    input.type = 'file'
    input.multiple = true
    input.hidden = true
    const end = () => {
      input.remove()
      resolve([...(input.files ?? [])])
    }
    input.addEventListener('change', end)
    input.addEventListener('cancel', end)
    // Safari discards an input that is not in the document.
    document.body.append(input)
    input.click()
  })
}
