/** A reader of robots.txt that is not ours. */
import robotsParser from 'robots-parser'

const SITE = 'https://shop.example'

/** The package is a function, which its types say is the `default` of one. */
const parse = robotsParser as unknown as typeof robotsParser.default

/** Whether a file lets the crawler of a name fetch a path with its query. */
export function readWithOtherParser(text: string): (name: string, target: string) => boolean {
  const robots = parse(`${SITE}/robots.txt`, text)
  return (name, target) => robots.isAllowed(SITE + target, name) === true
}
