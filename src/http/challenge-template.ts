/**
 * The operator's own challenge page: what it may hold.
 *
 * It is shown to people whose browser has not been vetted yet, under a policy that lets nothing run or load but what
 * has the answer's nonce. What that policy would break is refused here, with the reason.
 * @module
 */

/** Bytes of UTF-8. */
const MAX_TEMPLATE = 65_536

const PLACEHOLDERS: ReadonlySet<string> = new Set([
  'challenge',
  'nonce',
  'request_id',
  'lang',
  'dir',
  'title',
])
/** Elements that run, load, send or change where links lead. */
const REFUSED: ReadonlySet<string> = new Set([
  'script',
  'iframe',
  'frame',
  'frameset',
  'object',
  'embed',
  'applet',
  'base',
  'link',
  'form',
  'portal',
  'noscript',
  'template',
  'textarea',
  'xmp',
  'plaintext',
  'img',
  'picture',
  'audio',
  'video',
])

/** A tag as a whole: its name, then attributes with quoted values or none. */
const TAG = /<([a-zA-Z][a-zA-Z0-9-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>/g
const ATTRIBUTE = /([^\s"'=<>/]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+))?/g

/** What is wrong with a template, and how to put it right; `undefined` when it can be used. */
export function checkTemplate(text: string): string | undefined {
  const size = new TextEncoder().encode(text).length
  if (size > MAX_TEMPLATE) return `The page has ${size} bytes; at most ${MAX_TEMPLATE} are taken.`
  return checkPlaceholders(text) ?? checkPlace(text) ?? checkFrame(text) ?? checkTags(text)
}

function checkPlaceholders(text: string): string | undefined {
  for (const [, name = ''] of text.matchAll(/\{\{([^{}]{0,64})\}\}/g)) {
    if (PLACEHOLDERS.has(name)) continue
    const known = [...PLACEHOLDERS].map((one) => `{{${one}}}`).join(', ')
    return `There is no placeholder {{${name}}}. Known are ${known}, without spaces.`
  }
  const count = text.split('{{challenge}}').length - 1
  if (count !== 1)
    return `{{challenge}} must stand in the page once, where the check is to be seen; it stands there ${count} times.`
  return undefined
}

/** Between tags of the body: not in a tag, a comment or a style sheet, where it would do nothing. */
function checkPlace(text: string): string | undefined {
  const before = text.slice(0, text.indexOf('{{challenge}}'))
  const isInTag = /<[a-zA-Z!/][^<>]*$/.test(before)
  const isInComment = before.lastIndexOf('<!--') > before.lastIndexOf('-->')
  const lower = before.toLowerCase()
  const isInElement = ['style', 'title', 'svg'].some(
    (name) => lower.lastIndexOf(`<${name}`) > lower.lastIndexOf(`</${name}`),
  )
  if (isInTag || isInComment || isInElement)
    return '{{challenge}} must stand between tags of the body: best within <main>.'
  return undefined
}

function checkFrame(text: string): string | undefined {
  if (!/^\s*<!doctype html>/i.test(text)) return 'The page must begin with <!doctype html>.'
  if (!/<html\b[^<>]*\slang="\{\{lang\}\}"/i.test(text) || !/<html\b[^<>]*\sdir="\{\{dir\}\}"/i.test(text))
    return 'The page must say its language: <html lang="{{lang}}" dir="{{dir}}">.'
  if (!/<title>[^<]*\S[^<]*<\/title>/i.test(text))
    return 'The page must have a title, such as <title>{{title}}</title>.'
  return undefined
}

function checkTags(text: string): string | undefined {
  // Comments are no tags; conditional ones of old browsers are none of ours either.
  const visible = text.replace(/<!--[\s\S]*?-->/g, '')
  if (visible.includes('<!--')) return 'A comment (<!--) does not end.'
  for (const [, name = '', rest = ''] of visible.matchAll(TAG)) {
    const problem = checkTag(name.toLowerCase(), rest)
    if (problem !== undefined) return problem
  }
  // What a browser takes for a tag and this does not must not be there.
  const leftover = /<[a-zA-Z][^\s<>]{0,32}/.exec(visible.replace(TAG, ''))
  return leftover ? `The tag ${leftover[0]} is not closed, or a quote in it is not.` : undefined
}

function checkTag(name: string, rest: string): string | undefined {
  if (REFUSED.has(name))
    return `<${name}> is not taken: the page may neither run, load nor send anything of its own. Pictures can be inline <svg>.`
  if (name === 'style' && !/\snonce="\{\{nonce\}\}"/.test(rest))
    return 'A <style> must have nonce="{{nonce}}", or browsers ignore it.'
  for (const [, attribute = '', value = ''] of rest.matchAll(ATTRIBUTE)) {
    const problem = checkAttribute(name, attribute.toLowerCase(), value.replace(/^["']|["']$/g, ''))
    if (problem !== undefined) return problem
  }
  return undefined
}

function checkAttribute(element: string, name: string, value: string): string | undefined {
  if (name.startsWith('on'))
    return `${name} in <${element}> is not taken: the page has no scripts of its own.`
  if (name === 'style')
    return `style="…" in <${element}> is ignored by browsers under our policy: write a <style nonce="{{nonce}}">.`
  if (element === 'meta' && name === 'http-equiv')
    return '<meta http-equiv> is not taken: header fields of the page are ours.'
  if (['src', 'srcset', 'srcdoc', 'action', 'formaction', 'ping', 'background'].includes(name))
    return `${name} in <${element}> is not taken: the page loads and sends nothing of its own.`
  // Browsers drop blanks and control characters before they look at the scheme (WHATWG URL, basic URL parser).
  const target = [...value].filter((c) => c > ' ').join('')
  if (name.endsWith('href') && !/^(?:https?:\/\/|mailto:|tel:|\/|#)/i.test(target))
    return `${name} in <${element}> must be an https, mailto or tel link, a path or a fragment.`
  return undefined
}
