/**
 * What Caddy has to refuse by itself.
 * @module
 */

/** Refusals that the auth server cannot make, because Go has already mended what it would refuse. */
export const CADDY_GUARDS: string = `# What is asked about and what is served must be the same bytes. Go reads a target and writes it anew: where
# the two differ (absolute form, bytes that no target has), they are not the same request.
@altered not vars {http.request.uri} {http.request.orig_uri}
error @altered "altered target" 403

# A field that Connection names goes no further than here (RFC 9110 section 7.6.1): it must not name what the
# application is told of its client.
@connected header Connection *
route @connected {
	@nominated not vars_regexp {http.request.header.Connection} (?i)^(?:(?:close|keep-alive|upgrade|te)?[\\t\\x20]*(?:,[\\t\\x20]*|$))*$
	error @nominated "nominated field" 403
}

# The edge lets no GET or HEAD with content through: somebody has put this one behind the signature. Caddy 2.6
# has no matcher for a body in chunks, so a byte of it is asked for.
@contentless method GET HEAD
route @contentless {
	@content {
		header Content-Length *
		not header Content-Length 0
	}
	error @content "content" 403
	@chunked header Transfer-Encoding *
	error @chunked "content" 403
	request_body {
		max_size 1
	}
	@filled not vars {http.request.body} ""
	error @filled "content" 403
}`
