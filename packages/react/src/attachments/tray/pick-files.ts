/** Asks for files with the browser's own dialog; none if it is given up. Call it from a click or a key. */
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
    // Safari lets go of an input that is in no document.
    document.body.append(input)
    input.click()
  })
}
