/** The routes that fuzzed requests take: one as strict as shipped, one as relaxed as can be. */
export const formatFuzzRoutes = (origin: string): string => `routes:
  - id: site
    hosts: [127.0.0.1]
    path: /
    digest_body: 4KiB
    forward: { origin: '${origin}' }
  - id: relaxed
    hosts: [127.0.0.1]
    path: /relaxed
    digest_body: 4KiB
    relax: [encoded-slash, encoded-backslash, encoded-control, double-encoding, overlong-utf8, query-bad-escape, query-nul]
    forward: { origin: '${origin}' }
`
