/**
 * Adds the hidden link to a page on its way through.
 * @module
 */

/**
 * Of the runtime's `HTMLRewriter` what is used here.
 */
export interface PageRewriter<Page> {
  on(selector: string, handlers: { element(element: RewrittenElement): void }): PageRewriter<Page>
  onDocument(handlers: { end(end: RewrittenEnd): void }): PageRewriter<Page>
  transform(page: Page): Page
}

export interface RewrittenElement {
  onEndTag(handler: (tag: { before(text: string, options: { html: boolean }): unknown }) => void): void
}

export interface RewrittenEnd {
  append(text: string, options: { html: boolean }): unknown
}

/**
 * Makes a rewriter add a link at the end of the body: once, and to whole documents only. Where the end tag is left
 * out, as HTML allows, it comes at the very end.
 * @param href A path of URL characters that need no escaping in HTML: from `Labyrinth.linkFor`.
 */
export function injectLink<Page>(rewriter: PageRewriter<Page>, href: string): PageRewriter<Page> {
  const link = hiddenLink(href)
  let isInBody = false
  let isDone = false
  return rewriter
    .on('body', {
      element(element) {
        isInBody = true
        element.onEndTag((tag) => {
          if (!isDone) tag.before(link, { html: true })
          isDone = true
        })
      },
    })
    .onDocument({
      end(end) {
        if (isInBody && !isDone) end.append(link, { html: true })
      },
    })
}

/**
 * A closed dialog is not displayed, nor is what is `hidden`: a site's styles would have to undo both. `inert`,
 * `aria-hidden` and `tabindex` keep it from keyboards and screen readers. There is no style that a Content-Security-
 * Policy could forbid.
 */
function hiddenLink(href: string): string {
  return `<dialog hidden inert aria-hidden="true"><a href="${href}" rel="nofollow" tabindex="-1">Catalogue</a></dialog>`
}
