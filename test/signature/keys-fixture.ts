/** Keys for tests; without any import, so that a bench in workerd can take them too. */
import type { Key } from '../../src/signature/keys.ts'

/** The bytes of `0123456789abcdef`, twice. */
export const HMAC_KEY: Key = {
  kty: 'oct',
  k: 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY',
  kid: 'k-20261122-hmac',
  alg: 'HS256',
  use: 'sig',
}

/** The Ed25519 test key of RFC 8037 appendix A. */
export const ED25519_KEY: Key = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  kid: 'k-20261122-ed25',
  alg: 'EdDSA',
  use: 'sig',
}
