/**
 * A page of the maze: it looks like the catalogue of an archive, and leads to more of the same.
 * @module
 */
import { ENDINGS, KINDS, OFFICES, REMARKS, STATES, SUBJECTS, SYLLABLES } from './archive-words.ts'
import type { Draw } from './draw.ts'

/** Sections and items of a section: the page stays below 8 KiB, whatever is drawn. */
const SECTIONS = { least: 3, most: 5 }
const ITEMS = { least: 4, most: 6 }

/**
 * HTML of a page. Its text is for programs; whoever else comes by is told so in the first line, and led back.
 * @param base Where all links lead: a path that ends with a slash, of URL characters.
 */
export function writeArchivePage(draw: Draw, base: string): string {
  const office = draw.one(OFFICES)
  const year = 1790 + draw.number(120)
  const title = `${office}, ${capital(place(draw))}: papers ${year}–${year + 2 + draw.number(9)}`
  let body = ''
  const sections = between(draw, SECTIONS)
  for (let i = 0; i < sections; i++) body += section(draw, base, year)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="robots" content="noindex, nofollow">
<title>${title}</title>
<p>These pages are made by a machine for machines that do not read robots.txt. <a href="/">Back to the site</a></p>
<h1>${title}</h1>
${body}</html>
`
}

function section(draw: Draw, base: string, year: number): string {
  const kind = draw.one(KINDS)
  let items = ''
  const count = between(draw, ITEMS)
  // The first of each leads on, so that no page is an end.
  for (let i = 0; i < count; i++)
    items += item(draw, base, { kind, year: year + draw.number(12), leads: i === 0 })
  return `<h2>Box ${1 + draw.number(480)}: ${capital(kind)}s about ${draw.one(SUBJECTS)}</h2>
<p>${sentence(draw)} ${sentence(draw)}</p>
<ul>
${items}</ul>
`
}

interface Item {
  readonly kind: string
  readonly year: number
  readonly leads: boolean
}

/** Of those that need not lead on, every second one does. */
function item(draw: Draw, base: string, { kind, year, leads }: Item): string {
  const subject = draw.one(SUBJECTS)
  const text = `${capital(kind)} of ${subject}, ${capital(place(draw))}, ${year}`
  const state = draw.one(STATES)
  if (!leads && draw.number(2) === 0) return `<li>${text}; ${state}.\n`
  const number = draw.number(0x1_0000_0000).toString(16).padStart(8, '0')
  return `<li><a href="${base}${slug(kind)}-${slug(subject)}-${number}">${text}</a>; ${state}.\n`
}

function sentence(draw: Draw): string {
  const remark = draw.one(REMARKS)
  const end = remark.endsWith('the')
    ? ` ${draw.one(OFFICES)}`
    : remark.endsWith('of')
      ? ` ${capital(place(draw))}`
      : ''
  return `The ${draw.one(KINDS)} of ${1790 + draw.number(130)} ${remark}${end}.`
}

function place(draw: Draw): string {
  return draw.one(SYLLABLES) + draw.one(SYLLABLES) + draw.one(ENDINGS)
}

function between(draw: Draw, { least, most }: { readonly least: number; readonly most: number }): number {
  return least + draw.number(most - least + 1)
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

function slug(text: string): string {
  return text.replaceAll(' ', '-')
}
