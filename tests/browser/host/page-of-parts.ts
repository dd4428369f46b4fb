/**
 * The HTML of a host's page: its own heading, landmarks and fields, a place for each of these parts, and links to these
 * styles and scripts.
 */
export const pageOfParts = (parts: readonly string[], links: readonly string[]): string => `<!doctype html>
<html lang="de">
  <head>
    <title>The host</title>
    ${links.map((link) => (link.endsWith('.js') ? `<script type="module" src="${link}"></script>` : `<link rel="stylesheet" href="${link}" />`)).join('\n    ')}
  </head>
  <body>
    <header class="host"><h1 class="host">The host’s page</h1><nav class="host"><a class="host" href="#x">Home</a></nav></header>
    <main class="host">
      <p class="host">A paragraph with <strong class="host">words</strong> and <button class="host">a button</button></p>
      <input class="host" aria-label="Search the host" />
      <ul class="host"><li class="host">An item</li></ul>
      ${parts.map((part) => `<div class="${part === 'whole' ? 'tall' : 'place'}" data-part="${part}"></div>`).join('\n      ')}
    </main>
  </body>
</html>`
