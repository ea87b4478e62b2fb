/** Reads documentation pages as tests need them: tables by heading, and fenced code. */
import { readFileSync } from 'node:fs'

export function readPage(name: string): string {
  return readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
}

/** The cells of every table row below a heading (`### settings.yaml`), down to the next heading. */
export function readTable(page: string, heading: string): readonly (readonly string[])[] {
  const lines = page.split('\n')
  const start = lines.indexOf(heading)
  if (start < 0) throw new Error(`the page has no heading ${heading}`)
  const length = lines.slice(start + 1).findIndex((line) => /^#{1,6} /.test(line))
  const section = lines.slice(start + 1, length < 0 ? undefined : start + 1 + length)
  return section
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
}

/** `text` without the backticks around it. */
export function unquote(text: string): string {
  return /^`([^`]*)`$/.exec(text)?.[1] ?? text
}

/** The content of all fenced blocks in one of these languages. */
export function readBlocks(page: string, languages: readonly string[]): readonly string[] {
  return [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, language = '', code = '']) =>
    languages.includes(language) ? [code] : [],
  )
}
