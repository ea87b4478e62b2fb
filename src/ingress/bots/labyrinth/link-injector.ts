/**
 * Adds the hidden link to a page on its way through.
 *
 * Not by the runtime's HTMLRewriter: with handlers for elements it keeps those that are open, among them each `<td>`
 * and `<li>` without an end tag, as HTML allows. A table of 30,000 such cells is more than it may hold, and with other
 * handlers a picture within an attribute is; the page then breaks off.
 * @module
 */

/** Bytes in which a document says that it is one. */
const START = 1024
/** What begins otherwise is a fragment, or no HTML at all, whatever its type says. */
const DOCUMENT = /^(?:\u00ef\u00bb\u00bf)?\s*<(?:[\s\S]*<)?(?:!doctype\s+html|html|body)\b/i

/**
 * The page with a link behind its end: once, and in whole documents only. What comes behind the body is taken into it
 * (HTML standard, section 13.2.6.4.22), so nothing has to be read or held back.
 * @param href A path of URL characters that need no escaping in HTML: from `Labyrinth.linkFor`.
 */
export function injectLink(page: ReadableStream<Uint8Array>, href: string): ReadableStream<Uint8Array> {
  let start = ''
  return page.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        if (start.length < START) start += String.fromCharCode(...chunk.subarray(0, START - start.length))
        controller.enqueue(chunk)
      },
      flush(controller) {
        if (DOCUMENT.test(start)) controller.enqueue(new TextEncoder().encode(hiddenLink(href)))
      },
    }),
  )
}

/**
 * A closed dialog is not displayed, nor is what is `hidden`: a site's styles would have to undo both. `inert`,
 * `aria-hidden` and `tabindex` keep it from keyboards and screen readers. There is no style that a Content-Security-
 * Policy could forbid.
 */
function hiddenLink(href: string): string {
  return `<dialog hidden inert aria-hidden="true"><a href="${href}" rel="nofollow" tabindex="-1">Catalogue</a></dialog>`
}
