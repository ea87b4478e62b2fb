/**
 * Every way a signed request can fail. Names are for the log, never for the client.
 * @module
 */

/**
 * - `unsigned`: neither signature field came.
 * - `signature-input-*`, `signature-*`: missing, repeated, or not of this profile's exact form.
 * - `field-missing`, `field-repeated`: a covered field; `field-twin`: another spelling of one
 *   (`sallyport_client`); `field-value`: more than printable ASCII; `field-count`: more than a
 *   thousand fields that begin like them, or more than the server keeps.
 * - `target`: not in origin form; `method`: no token; `host`: none, or more than one; `authority`: not ours.
 * - `framing`: Content-Length with Transfer-Encoding, either twice, a coding other than chunked, or a GET or
 *   HEAD with content that is not covered; `connection`: names a signed field, or is longer than 1,024
 *   characters.
 * - `body-chunks`: the body comes in authenticated chunks, which this door does not unwrap.
 * - `created`: in the future; `expires`: passed; `lifetime`: empty or too long.
 * - `keyid`: unknown; `algorithm`: not the key's; `mac`: does not match.
 * - `client`, `verdict`, `request-id`: signed, but not of the form this version knows.
 */
export type Failure =
  | 'unsigned'
  | 'signature-input-missing'
  | 'signature-input-repeated'
  | 'signature-input-form'
  | 'signature-missing'
  | 'signature-repeated'
  | 'signature-form'
  | 'field-missing'
  | 'field-repeated'
  | 'field-twin'
  | 'field-value'
  | 'field-count'
  | 'target'
  | 'method'
  | 'host'
  | 'authority'
  | 'framing'
  | 'connection'
  | 'body-chunks'
  | 'created'
  | 'expires'
  | 'lifetime'
  | 'keyid'
  | 'algorithm'
  | 'mac'
  | 'client'
  | 'verdict'
  | 'request-id'
