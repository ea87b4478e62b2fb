/**
 * What the canonical path and query can be: requests are matched in one form only, and a pattern in another
 * form never matches (see `src/http/target.ts`).
 * @module
 */
import { readTarget } from '../../http/target.ts'
import type { Value } from '../../lang/value.ts'
import { quoteText } from '../problem.ts'
import type { Domain, Reason } from './domain.ts'

interface Form {
  readonly field: string
  /** Whether a character, or a whole escape in upper case, stays as it is. */
  keeps(text: string): boolean
  /** A text as it would be written, when there is a way. */
  rewrite(text: string): string
}

// Behind a letter, as slashes in a row would be merged.
const keepsInPath = (text: string): boolean => readTarget(`/a${text}`).path === `/a${text}`
const keepsInQuery = (text: string): boolean =>
  !text.includes('#') && readTarget(`/?${text}`).query === `?${text}`

function rewritePath(text: string): string {
  const { path } = readTarget(text.startsWith('/') ? text : `/${text}`)
  return text.startsWith('/') ? path : path.slice(1)
}

const rewriteQuery = (text: string): string => readTarget(`/?${text}`).query.slice(1)

/** The first stretch of `text` that the form does not have. */
function findForeign(text: string, { keeps }: Form): string | undefined {
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '%') {
      if (!keeps(text.charAt(i))) return text.charAt(i)
      continue
    }
    const escaped = text.slice(i, i + 3)
    if (!/^%(?:[0-9A-F]{0,1}|[0-9A-F]{2})$/.test(escaped)) return escaped
    if (escaped.length === 3 && !keeps(escaped)) return escaped
    i += 2
  }
  return undefined
}

function explain(form: Form, text: string, foreign: string): Reason {
  const message = `${form.field} never has ${quoteText(foreign)}: it is in canonical form when rules see it`
  if ((foreign === '?' || foreign === '#') && form.field.endsWith('path')) {
    return { message, fix: 'The path has no query: compare http.request.uri or http.request.uri.query.' }
  }
  const written = form.rewrite(text)
  const decoded = `url_decode(${form.field})`
  const wanted = written === '' || written === text ? '' : `Write ${quoteText(written)}, or compare `
  return { message, fix: wanted === '' ? `Compare ${decoded}, which is decoded.` : `${wanted}${decoded}.` }
}

function pieceOf(form: Form): (text: string) => Reason | undefined {
  return (text) => {
    const foreign = findForeign(text, form)
    return foreign === undefined ? undefined : explain(form, text, foreign)
  }
}

/** Every byte of the text must be one the form has; what the whole must be is asked apart. */
function wholeOf(form: Form, isCanonical: (text: string) => boolean): (value: Value) => Reason | undefined {
  const piece = pieceOf(form)
  return (value) => {
    if (typeof value !== 'string') return undefined
    const reason = piece(value)
    if (reason || isCanonical(value)) return reason
    const message = `${form.field} is never ${quoteText(value)}`
    const written = rewritePath(value)
    return { message, fix: written === value ? 'Write another value.' : `Write ${quoteText(written)}.` }
  }
}

const PATH: Form = { field: 'http.request.uri.path', keeps: keepsInPath, rewrite: rewritePath }
const QUERY: Form = { field: 'http.request.uri.query', keeps: keepsInQuery, rewrite: rewriteQuery }

const pathPiece = pieceOf(PATH)

export const PATH_DOMAIN: Domain = {
  present: true,
  start: '/',
  whole: wholeOf(PATH, (text) => readTarget(text).path === text),
  piece(text, role) {
    if (role === 'start' && text !== '' && !text.startsWith('/')) {
      const message = `http.request.uri.path starts with /, not with ${quoteText(text)}`
      return { message, fix: `Write ${quoteText(`/${text}`)}.` }
    }
    if (text.includes('//')) {
      const message = 'http.request.uri.path never has //: repeated slashes are merged before rules see it'
      return { message, fix: 'Write one /, or compare raw.http.request.uri.path.' }
    }
    return pathPiece(text)
  },
}

export const QUERY_DOMAIN: Domain = {
  present: true,
  whole: wholeOf(QUERY, () => true),
  piece: pieceOf(QUERY),
}

/** Path and query, alone or behind scheme and host: a character must be possible in one of the two. */
function uriDomain(field: string): Domain {
  const keeps = (text: string): boolean => keepsInPath(text) || keepsInQuery(text)
  const form: Form = { field, keeps, rewrite: rewriteQuery }
  return { present: true, whole: wholeOf(form, () => true), piece: pieceOf(form) }
}

export const URI_DOMAIN: Domain = uriDomain('http.request.uri')
export const FULL_URI_DOMAIN: Domain = uriDomain('http.request.full_uri')

/** One name or value among the arguments: a part of the query. */
export function argumentDomain(field: string): Domain {
  const form: Form = {
    field,
    keeps: (text) => text !== '&' && keepsInQuery(text),
    rewrite: (text) => rewriteQuery(text).replaceAll('&', '%26'),
  }
  return { whole: wholeOf(form, () => true), piece: pieceOf(form) }
}
