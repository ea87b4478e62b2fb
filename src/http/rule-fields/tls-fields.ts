/**
 * Fields of the client's TLS handshake and certificate.
 * @module
 */
import { readBool, readBytes, readInt, readProperty } from './edge-properties.ts'
import type { FieldEntry, FieldReader } from './field-entry.ts'

export const TLS_FIELDS: readonly FieldEntry[] = [
  ['cf.tls_version', 'Bytes', ({ request }) => request.client.tls],
  ['cf.tls_cipher', 'Bytes', (facts) => readBytes(facts, 'tlsCipher')],
  ['cf.tls_client_hello_length', 'Int', (facts) => readInt(facts, 'tlsClientHelloLength')],
  ['cf.tls_client_random', 'Bytes', (facts) => readBytes(facts, 'tlsClientRandom')],
  ['cf.tls_ciphers_sha1', 'Bytes', (facts) => readBytes(facts, 'tlsClientCiphersSha1')],
  ['cf.tls_client_extensions_sha1', 'Bytes', (facts) => readBytes(facts, 'tlsClientExtensionsSha1')],
  ['cf.tls_client_extensions_sha1_le', 'Bytes', (facts) => readBytes(facts, 'tlsClientExtensionsSha1Le')],
  certificateText('cert_fingerprint_sha1', 'certFingerprintSHA1'),
  certificateText('cert_fingerprint_sha256', 'certFingerprintSHA256'),
  certificateText('cert_issuer_dn', 'certIssuerDN'),
  certificateText('cert_issuer_dn_legacy', 'certIssuerDNLegacy'),
  certificateText('cert_issuer_dn_rfc2253', 'certIssuerDNRFC2253'),
  certificateText('cert_issuer_serial', 'certIssuerSerial'),
  certificateText('cert_issuer_ski', 'certIssuerSKI'),
  certificateText('cert_not_after', 'certNotAfter'),
  certificateText('cert_not_before', 'certNotBefore'),
  certificateText('cert_serial', 'certSerial'),
  certificateText('cert_ski', 'certSKI'),
  certificateText('cert_subject_dn', 'certSubjectDN'),
  certificateText('cert_subject_dn_legacy', 'certSubjectDNLegacy'),
  certificateText('cert_subject_dn_rfc2253', 'certSubjectDNRFC2253'),
  certificateText('cert_rfc9440', 'certRFC9440'),
  certificateText('cert_chain_rfc9440', 'certChainRFC9440'),
  certificateFlag('cert_presented', 'certPresented'),
  certificateFlag('cert_revoked', 'certRevoked'),
  certificateFlag('cert_rfc9440_too_large', 'certRFC9440TooLarge'),
  certificateFlag('cert_chain_rfc9440_too_large', 'certChainRFC9440TooLarge'),
  // A revoked certificate was verified first.
  [
    'cf.tls_client_auth.cert_verified',
    'Bool',
    whenEdge(
      (facts) =>
        readProperty(facts, 'tlsClientAuth', 'certVerified') === 'SUCCESS' ||
        readBool(facts, 'tlsClientAuth', 'certRevoked') === true,
    ),
  ],
]

/** Empty on a connection without a client certificate. */
function certificateText(name: string, property: string): FieldEntry {
  const read = whenEdge((facts) => readBytes(facts, 'tlsClientAuth', property) ?? '')
  return [`cf.tls_client_auth.${name}`, 'Bytes', read]
}

function certificateFlag(name: string, property: string): FieldEntry {
  const read = whenEdge((facts) => readBool(facts, 'tlsClientAuth', property) ?? false)
  return [`cf.tls_client_auth.${name}`, 'Bool', read]
}

/** Where there is no `request.cf` at all, nothing is known of a certificate. */
function whenEdge(read: FieldReader): FieldReader {
  return (facts) => (facts.request.client.edge === undefined ? undefined : read(facts))
}
