/**
 * Which countries count as the European Union in Cloudflare's geolocation: the members, and territories of
 * theirs with a country code of their own.
 * @module
 */

const CODES: ReadonlySet<string> = new Set(
  'AT AX BE BG CY CZ DE DK EE ES FI FR GF GP GR HR HU IE IT LT LU LV MF MQ MT NL PL PT RE RO SE SI SK YT'.split(
    ' ',
  ),
)

/** @param country ISO 3166-1 alpha-2, upper case. */
export function isInEuropeanUnion(country: string): boolean {
  return CODES.has(country)
}
