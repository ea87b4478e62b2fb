/**
 * Where the rules for crawlers are: everybody may read them, whatever they say (RFC 9309 section 2.2.2).
 * @module
 */

export const ROBOTS_PATH = '/robots.txt'
