/**
 * The page that a challenged browser gets. It solves itself where JavaScript runs; a form does the rest.
 * @module
 */
import type { Answer } from '../../../http/problem.ts'
import {
  CHALLENGE_PATH,
  type InteractiveOffer,
  type IssuedChallenge,
  type Offer,
  PUZZLES,
  SOLUTION_FIELDS,
} from '../offer.ts'
import { escapeHtml } from './escape-html.ts'
import { framePage, type PageFrame } from './frame-page.ts'
import { PAGE_SCRIPT } from './page-script.ts'
import type { PageTexts } from './page-texts.ts'
import { WIDGETS } from './widget-origins.ts'

/**
 * What the page does once the client is cleared. `reload`: the address is where the client wants to go. `return`: it
 * goes to `returnTo`. `resend`: it sends `body` there. `tell`: it tells the page of the site that it is framed by.
 */
export type PageEnd =
  | { readonly kind: 'reload' | 'return' | 'tell' }
  /** The urlencoded content of a form, as `keepForm` has let it through. */
  | { readonly kind: 'resend'; readonly body: string }
  /** As `return`, and says that what was sent is lost. */
  | { readonly kind: 'lost' }

export interface ChallengePage {
  readonly frame: PageFrame
  readonly issued: IssuedChallenge
  readonly end: PageEnd
}

/** Of the request the page holds where the client was going to, and a form's fields when they are kept. */
export function challengePage({ frame, issued, end }: ChallengePage): Answer {
  const { texts, nonce } = frame
  const widget = issued.offers.find(isInteractive)
  const block = `<p>${escapeHtml(texts.lead)}</p>
${noteOf(end, texts)}<p id="sallyport-status" role="status" aria-live="polite"></p>
<progress id="sallyport-progress" max="${PUZZLES}" value="0" aria-label="${escapeHtml(texts.progress)}" hidden></progress>
<div id="sallyport-widget"></div>
${manualPart(issued, end, texts)}
<p id="sallyport-retry" hidden><button id="sallyport-again" type="button">${escapeHtml(texts.retry)}</button></p>
<script nonce="${nonce}"${scriptData(issued, end, texts, widget)}>${PAGE_SCRIPT}</script>`
  return framePage(frame, {
    title: texts.title,
    block,
    csp: policyFor(nonce, widget),
    ...(widget && WIDGETS[widget.method].isInPage ? { styles: WIDGETS[widget.method].sources } : {}),
    // The services look at the host of the page to see whether it is the key's.
    referrer: widget ? 'strict-origin' : 'same-origin',
  })
}

function noteOf(end: PageEnd, texts: PageTexts): string {
  if (end.kind === 'resend') return `<p>${escapeHtml(texts.kept)}</p>\n`
  return end.kind === 'lost' ? `<p>${escapeHtml(texts.lost)}</p>\n` : ''
}

/**
 * What there is without a script: a button, when waiting will do. It is there until the script runs, and again when
 * that fails. The form also asks for a new challenge, with what it keeps, when this one can no longer be solved.
 */
function manualPart({ offers, returnTo }: IssuedChallenge, end: PageEnd, texts: PageTexts): string {
  const wait = offers.find((offer) => offer.method === 'wait')
  const { token } = wait ?? offers[0]
  const fields: readonly (readonly [string, string])[] = [
    [SOLUTION_FIELDS.token, token],
    [SOLUTION_FIELDS.returnTo, returnTo],
    ...(end.kind === 'resend' ? [[SOLUTION_FIELDS.body, end.body] as const] : []),
  ]
  const text = wait ? texts.wait.replace('{seconds}', String(wait.seconds)) : texts.script
  return `<div id="sallyport-manual"><p>${escapeHtml(text)}</p>
<form id="sallyport-form" method="post" action="${CHALLENGE_PATH}">${fields
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join('')}${wait ? `<button>${escapeHtml(texts.go)}</button>` : ''}</form></div>`
}

function scriptData(
  { offers, level, returnTo }: IssuedChallenge,
  { kind }: PageEnd,
  texts: PageTexts,
  widget: InteractiveOffer | undefined,
): string {
  const data: Readonly<Record<string, string>> = {
    offers: JSON.stringify(offers.filter(({ method }) => method !== 'wait').map(describeOffer)),
    level: String(level),
    return: returnTo,
    end: kind === 'lost' ? 'return' : kind,
    service: widget ? WIDGETS[widget.method].script : '',
    working: texts.working,
    done: texts.done,
    failed: texts.failed,
    cookies: texts.cookies,
    widget: texts.widget,
  }
  return Object.entries(data)
    .map(([name, value]) => ` data-${name}="${escapeHtml(value)}"`)
    .join('')
}

function describeOffer(offer: Offer): readonly (string | number)[] {
  if (offer.method === 'proof') return [offer.method, offer.token, offer.bits]
  return offer.method === 'wait' ? [offer.method, offer.token] : [offer.method, offer.token, offer.sitekey]
}

function isInteractive(offer: Offer): offer is InteractiveOffer {
  return offer.method === 'turnstile' || offer.method === 'hcaptcha'
}

function policyFor(nonce: string, widget: InteractiveOffer | undefined): readonly string[] {
  if (widget === undefined) return [`script-src 'nonce-${nonce}'`, "connect-src 'self'", 'worker-src blob:']
  const { sources, isInPage } = WIDGETS[widget.method]
  const list = sources.join(' ')
  const inPage = isInPage ? ` ${list}` : ''
  return [
    `script-src 'nonce-${nonce}' ${list}`,
    `connect-src 'self'${inPage}`,
    'worker-src blob:',
    `frame-src ${list}`,
  ]
}
