/**
 * Health probes, which HAProxy lets in without a signature.
 * @module
 */

/** Rules that set `req.sp_signed` to false for a probe: admitted, but nothing is known of the client. */
export function formatProbes(paths: readonly string[]): readonly string[] {
  if (paths.length === 0) return []
  return [
    '# Health probes: exactly these targets, without a body, an upgrade or any field of a signature.',
    `http-request set-var(req.sp_signed) bool(false) if { url -m str ${paths.join(' ')} } sp_get` +
      ' !{ var(txn.sp_input) -m found } !{ var(txn.sp_signature) -m found } !sp_content !{ req.fhdr_cnt(upgrade) gt 0 }',
  ]
}
