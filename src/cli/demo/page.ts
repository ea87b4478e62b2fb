/**
 * The demo site's front page: tells a visitor what the two doors made of the request.
 * @module
 */
import type { Admitted } from '../../origin/outcome.ts'

export function page(admitted: Admitted): string {
  const rows = admitted.signed
    ? [
        ['Your address', admitted.client.ip],
        ['Public host', admitted.client.host],
        ['Route', admitted.verdict.route],
        ['Policy', admitted.verdict.policy],
        ['Signed with', admitted.keyid],
        ['Request', admitted.requestId],
      ]
    : [['Unsigned', 'this path is open to health probes']]
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Behind two doors</title>
<style>
  body { font: 16px/1.6 system-ui, sans-serif; max-width: 40rem; margin: 10vh auto; padding: 0 1rem; color: #1b1f24; background: #fff }
  td { padding: .15rem 1rem .15rem 0; vertical-align: top } td + td { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
  @media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #0d1117 } a { color: #79c0ff } }
</style>
<h1>Behind two doors</h1>
<p>The edge vetted and signed this request; the verifier in front of this site let it in. What it was told:</p>
<table>${rows.map(([name, value]) => `<tr><td>${escapeHtml(name ?? '')}</td><td>${escapeHtml(value ?? '')}</td></tr>`).join('')}</table>
<p>Try <a href="/whoami">/whoami</a>, <a href="/admin">/admin</a>, <a href="/eu">/eu</a>, <a href="/old">/old</a> or <a href="/a%2Fb">a path with two readings</a>.</p>
</html>
`
}

function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
}
