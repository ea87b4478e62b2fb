/**
 * Every way a signature can fail. Names are for logs and decisions, never for the client.
 * @module
 */

/**
 * - `component-form`: no component that can be covered: unknown, upper case, or with a parameter that is not known.
 * - `component-repeated`: one is covered twice.
 * - `component-misplaced`: a request's component of a response, a response's of a request, `req` on a request, or
 *   on a response without its request.
 * - `component-missing`: not in the message.
 * - `component-value`: in the message, but not as it can be signed: more than ASCII, two of what must be one, no
 *   structured field, or too long.
 * - `component-type`: `sf` on a field whose structured type is not known.
 * - `base-length`: the signature base is longer than 64 KiB.
 */
export type ComponentFailure =
  | 'component-form'
  | 'component-repeated'
  | 'component-misplaced'
  | 'component-missing'
  | 'component-value'
  | 'component-type'
  | 'base-length'

/**
 * - `unsigned`: neither signature field came. `signature-input-missing`, `signature-missing`: one of them did not,
 *   or `Signature` has not the chosen label.
 * - `signature-length`: both fields together are longer than the policy allows.
 * - `signature-input-form`, `signature-form`: no dictionary of the form of RFC 9421 section 4, a label or a
 *   parameter twice, more than 16 labels, or base64 that is not canonical.
 * - `not-found`: no signature with the policy's label or tag; `ambiguous`: several with its tag.
 * - `parameter-form`: a parameter of the wrong type; `parameter-missing`: one that the policy requires.
 * - `created`: in the future; `too-old`: older than the policy allows; `expired`; `lifetime`: expires before it
 *   was created.
 * - `not-covered`: a component that the policy requires.
 * - `keyid`: no such key; `key-lookup`: looking for it failed.
 * - `algorithm`: the message names another than the key's; `mismatch`: the signature is wrong; `cryptography`:
 *   the check itself failed.
 */
export type SignatureFailure =
  | ComponentFailure
  | 'unsigned'
  | 'signature-input-missing'
  | 'signature-missing'
  | 'signature-length'
  | 'signature-input-form'
  | 'signature-form'
  | 'not-found'
  | 'ambiguous'
  | 'parameter-form'
  | 'parameter-missing'
  | 'created'
  | 'too-old'
  | 'expired'
  | 'lifetime'
  | 'not-covered'
  | 'keyid'
  | 'key-lookup'
  | 'algorithm'
  | 'mismatch'
  | 'cryptography'
