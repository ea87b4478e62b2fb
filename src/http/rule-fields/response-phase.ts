/**
 * The one phase that has a response.
 * @module
 */

/** Cloudflare's name of it. */
export const RESPONSE_PHASE = 'http_response_headers_transform'
