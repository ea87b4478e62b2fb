/**
 * Sets of User-Agents that npm has: of crawlers, and of browsers.
 * @module
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import crawlers from 'crawler-user-agents'
import { HeaderGenerator } from 'header-generator'
import top from 'top-user-agents'
import desktop from 'top-user-agents/desktop'
import mobile from 'top-user-agents/mobile'
import { parse } from 'yaml'

function unique(list: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(list.filter((item) => item !== undefined && item !== ''))] as string[]
}

export function crawlerInstances(): readonly string[] {
  return unique(crawlers.flatMap(({ instances = [] }) => instances))
}

/** What 1 % or so of real visitors to many sites sent, one each. */
export function visitors(): readonly string[] {
  const file = createRequire(import.meta.url)
    .resolve('user-agents')
    .replace(/index\.[cm]?js$/, 'user-agents.json')
  const rows: readonly { readonly userAgent: string }[] = JSON.parse(readFileSync(file, 'utf8'))
  return unique(rows.map(({ userAgent }) => userAgent))
}

export function mostFrequent(): readonly string[] {
  return unique([...top, ...desktop, ...mobile])
}

/** What the package does not say in its types: a network of which values occur together. */
interface Network {
  readonly headerGeneratorNetwork: {
    readonly nodesByName: Readonly<
      Record<string, { readonly nodeDefinition: { readonly possibleValues: readonly string[] } }>
    >
  }
}

/** All that header-generator can draw, over HTTP/1.1 and HTTP/2: every one, so that no test depends on luck. */
export function generated(): readonly string[] {
  const { nodesByName } = (new HeaderGenerator() as unknown as Network).headerGeneratorNetwork
  const values = ['user-agent', 'User-Agent'].flatMap(
    (name) => nodesByName[name]?.nodeDefinition.possibleValues,
  )
  // A value with an asterisk stands for none.
  return unique(values.filter((value) => !value?.startsWith('*')))
}

/** Services that visited with a browser when the sets were made: previews in Lark, measurements by PageBurst. */
export const SERVICES: RegExp = /LarkUrl|pageburst/

/** A file of `isbot`'s repository, which its package leaves out: `SALLYPORT_ISBOT_FIXTURES` names its `fixtures`. */
export function isbotFixture(name: 'crawlers' | 'browsers'): readonly string[] {
  const folder = process.env.SALLYPORT_ISBOT_FIXTURES
  if (folder === undefined) return []
  const groups: Readonly<Record<string, readonly string[]>> = parse(
    readFileSync(`${folder}/${name}.yml`, 'utf8'),
  )
  return unique(Object.values(groups).flat())
}
