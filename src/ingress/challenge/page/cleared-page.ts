/**
 * The page for a client that asks for a challenge and needs none any more.
 * @module
 */
import type { Answer } from '../../../http/problem.ts'
import { escapeHtml } from './escape-html.ts'
import { framePage, type PageFrame } from './frame-page.ts'
import { CLEARED_MESSAGE } from './page-script.ts'

/** Tells the page of the site around it, when there is one, which then asks again for what it wanted. */
export function clearedPage(frame: PageFrame): Answer {
  const { texts, nonce } = frame
  const block = `<p role="status">${escapeHtml(texts.cleared)}</p>
<p><a class="button" href="/">${escapeHtml(texts.home)}</a></p>
<script nonce="${nonce}">if (parent !== self) parent.postMessage('${CLEARED_MESSAGE}', location.origin)</script>`
  return framePage(frame, { title: texts.done, block, csp: [`script-src 'nonce-${nonce}'`] })
}
