/**
 * What all our pages have in common: the frame around them, and the fields that keep them apart from the site.
 * @module
 */
import type { Answer } from '../../../http/problem.ts'
import { escapeHtml } from './escape-html.ts'
import type { PageTexts } from './page-texts.ts'

/** What a page needs beside its contents. */
export interface PageFrame {
  readonly status: number
  readonly requestId: string
  /** Letters, digits, `-` and `_` drawn at random for this answer: only what has it runs or paints. */
  readonly nonce: string
  readonly texts: PageTexts
  /** Whose pages may show it in a frame: nobody's, the site's own, anybody's. */
  readonly framing: 'none' | 'self' | 'any'
  /** The operator's own page, with placeholders as `checkTemplate` allows them. */
  readonly template?: string | undefined
}

export interface PageContents {
  readonly title: string
  /** HTML. */
  readonly block: string
  /** Directives of the policy beside those that every page has. */
  readonly csp?: readonly string[]
  /** Further sources of style sheets. */
  readonly styles?: readonly string[]
  readonly referrer?: 'same-origin' | 'strict-origin'
}

/** Colours have a contrast of 4.5 and more, in light and dark; nothing moves. */
const STYLE = `#sallyport-box [hidden]{display:none}
#sallyport-box progress{width:100%;height:1rem;margin:.25rem 0 1rem}
#sallyport-box button,#sallyport-box .button{display:inline-block;font:inherit;padding:.5rem 1.25rem;border:1px solid transparent;border-radius:.375rem;color:#fff;background:#0b57d0;cursor:pointer;text-decoration:none}
#sallyport-box button:focus-visible,#sallyport-box a:focus-visible{outline:3px solid currentColor;outline-offset:3px}
#sallyport-box dl{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:2rem 0 0;font-size:.875rem}
#sallyport-box dd{margin:0;font-family:ui-monospace,monospace;overflow-wrap:anywhere}`

const HOUSE = `<!doctype html>
<html lang="{{lang}}" dir="{{dir}}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{title}}</title>
<style nonce="{{nonce}}">
:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1rem;color:#1b1f24;background:#fff}
h1{font-size:1.4rem;margin:0 0 .5rem}
dl{color:#57606a}
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}dl{color:#9198a1}}
</style>
<main>{{challenge}}</main>
</html>
`

/** One pass, so that nothing that was put in is looked at again. */
const PLACEHOLDER = /\{\{(challenge|nonce|request_id|lang|dir|title)\}\}/g

/** Makes the answer. Whatever is in `block` must be escaped already. */
export function framePage(frame: PageFrame, contents: PageContents): Answer {
  const { status, requestId, nonce, texts, template } = frame
  const block = `<div id="sallyport-box"><style nonce="${nonce}">${STYLE}</style>
<h1>${escapeHtml(contents.title)}</h1>
${contents.block}
<dl><dt>${escapeHtml(texts.request)}</dt><dd dir="ltr">${escapeHtml(requestId)}</dd></dl>
</div>`
  const values: Readonly<Record<string, string>> = {
    challenge: block,
    nonce,
    request_id: escapeHtml(requestId),
    lang: texts.lang,
    dir: texts.dir,
    title: escapeHtml(contents.title),
  }
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policyOf(frame, contents),
      'referrer-policy': contents.referrer ?? 'same-origin',
      'cache-control': 'no-store',
      'sallyport-request-id': requestId,
      'x-content-type-options': 'nosniff',
    },
    body: (template ?? HOUSE).replace(PLACEHOLDER, (_, name: string) => values[name] ?? ''),
  }
}

/**
 * Not 'self': Chromium holds the whole chain of redirects behind a form to it, and would keep everybody without
 * JavaScript from a page that leads to another site, such as to sign in there. The page's own forms go to this site;
 * others cannot be in it.
 */
const FORM_ACTION = 'form-action http: https:'

function policyOf({ nonce, framing }: PageFrame, { csp = [], styles = [] }: PageContents): string {
  return [
    "default-src 'none'",
    [`style-src 'nonce-${nonce}'`, ...styles].join(' '),
    FORM_ACTION,
    "base-uri 'none'",
    ...(framing === 'any' ? [] : [`frame-ancestors '${framing}'`]),
    ...csp,
  ].join('; ')
}
