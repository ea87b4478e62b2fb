/**
 * The page that a challenged browser gets. It needs JavaScript and cookies, and says so.
 * @module
 */
import type { Answer } from '../../http/problem.ts'
import type { IssuedChallenge } from './challenge.ts'
import { PAGE_SCRIPT } from './page-script.ts'

export interface ChallengePage extends IssuedChallenge {
  readonly status: number
  readonly requestId: string
  /** Letters and digits drawn at random for this answer: the only script that runs is the one that has it. */
  readonly nonce: string
  /** Whether the request can be made again as it was; what a form has sent cannot. */
  readonly isRepeatable: boolean
}

/** Nothing in the page is taken from the request. */
export function challengePage(page: ChallengePage): Answer {
  const { token, bits, status, requestId, nonce, isRepeatable } = page
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'referrer-policy': 'same-origin',
    },
    body: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>One moment</title>
<style nonce="${nonce}">
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto; padding: 0 1rem; color: #1b1f24; background: #fff }
  h1 { font-size: 1.4rem; margin: 0 0 .5rem }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; font-size: .875rem; color: #57606a }
  dd { margin: 0; font-family: ui-monospace, monospace; overflow-wrap: anywhere }
  @media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #0d1117 } dl { color: #9198a1 } }
</style>
<main id="challenge" data-token="${token}" data-bits="${bits}" data-then="${isRepeatable ? 'reload' : 'return'}">
  <h1>One moment</h1>
  <p>This site checks that you use a browser before it lets you in. That takes a few seconds, once in half an hour.</p>
  ${isRepeatable ? '' : '<p>What you have just sent was not taken. You can send it again afterwards.</p>\n  '}<p id="status" role="status">Checking…</p>
  <noscript><p>The check needs JavaScript, which is off here. Turn it on for this site, or ask the owner of the site
  for another way in.</p></noscript>
  <dl><dt>Request</dt><dd>${requestId}</dd></dl>
</main>
<script nonce="${nonce}">${PAGE_SCRIPT}</script>
</html>
`,
  }
}
