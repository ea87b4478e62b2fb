/**
 * Phases of which the names matter to what expressions may ask.
 * @module
 */

/** Cloudflare's name of the one phase of rules that has a response. */
export const RESPONSE_PHASE = 'http_response_headers_transform'

/** Ours, for the requests that a limit is about, which is known before their content is read. */
export const LIMIT_FILTER_PHASE = 'http_ratelimit.expression'

/** Cloudflare's name of the phase of limits: what requests are counted by may be in their content. */
export const LIMIT_PHASE = 'http_ratelimit'

/** Ours, for what a limit's `counting_expression` may ask: the content of the request, and the response. */
export const COUNTING_PHASE = 'http_ratelimit.counting'
