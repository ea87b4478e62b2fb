/**
 * What fields cost to read, and how many elements their arrays have, on an ordinary request of a browser.
 * @module
 */

/** One unit is about 10 ns, as in `FunctionDefinition.cost`. A field is read once per request. */
const COSTS: ReadonlyMap<string, number> = new Map([
  ['http.request.headers', 64],
  ['http.request.headers.names', 32],
  ['http.request.headers.values', 32],
  ['http.response.headers', 64],
  ['http.response.headers.names', 32],
  ['http.response.headers.values', 32],
  ['http.request.uri.args', 16],
  ['http.request.uri.args.names', 12],
  ['http.request.uri.args.values', 12],
  ['raw.http.request.uri.args', 16],
  ['raw.http.request.uri.args.names', 12],
  ['raw.http.request.uri.args.values', 12],
  ['http.request.cookies', 15],
  ['http.request.accepted_languages', 20],
  ['http.request.body.form', 60],
  ['http.request.body.form.names', 60],
  ['http.request.body.form.values', 60],
  ['http.request.body.mime', 10],
  ['http.request.uri', 3],
  ['http.request.full_uri', 4],
  ['cf.hostname.metadata', 20],
  ['cf.random_seed', 50],
])

const OTHER_FIELD = 1

const ITEMS: ReadonlyMap<string, number> = new Map([
  ['http.request.headers.names', 16],
  ['http.request.headers.values', 16],
  ['http.response.headers.names', 16],
  ['http.response.headers.values', 16],
  ['http.request.headers', 16],
  ['http.response.headers', 16],
])

const OTHER_ITEMS = 6

export function fieldCost(name: string): number {
  return COSTS.get(name) ?? OTHER_FIELD
}

/** Elements of the field itself, when it is an array or map. */
export function itemsOf(name: string): number {
  return ITEMS.get(name) ?? OTHER_ITEMS
}
