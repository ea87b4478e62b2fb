/**
 * The page for a cleared client without JavaScript that has sent a form before: it sends it again, when the person
 * says so.
 * @module
 */
import type { Answer } from '../../../http/problem.ts'
import { parseKept } from '../kept-form.ts'
import { escapeHtml } from './escape-html.ts'
import { framePage, type PageFrame } from './frame-page.ts'

/**
 * @param body The urlencoded content that was kept; what `keepForm` would not keep is answered with a way back.
 * @param returnTo Where it goes: a path of this site that we have issued.
 */
export function resendPage(frame: PageFrame, body: string, returnTo: string): Answer {
  const { texts } = frame
  const fields = parseKept(body)
  const target = escapeHtml(returnTo)
  if (fields === undefined) {
    const block = `<p>${escapeHtml(texts.lost)}</p>\n<p><a class="button" href="${target}">${escapeHtml(texts.home)}</a></p>`
    return framePage(frame, { title: texts.almost, block })
  }
  const inputs = fields
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
    .join('')
  const block = `<p>${escapeHtml(texts.resend)}</p>
<form method="post" action="${target}">${inputs}<button>${escapeHtml(texts.send)}</button></form>`
  return framePage(frame, { title: texts.almost, block })
}
