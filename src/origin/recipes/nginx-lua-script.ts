/**
 * The check in Lua for the Lua module of nginx (LuaJIT with FFI, lua-resty-core) and OpenSSL from 1.1.1 on.
 * @module
 */
import { formatAuthority } from '../../signature/base.ts'
import { COMPONENTS, LABEL, TAG } from '../../signature/profile.ts'
import { FAMILIES } from '../restore.ts'
import type { Description } from './description.ts'
import { formatLuaCheck } from './nginx-lua-check.ts'
import { LUA_KEYS } from './nginx-lua-keys.ts'
import { LUA_SIGNATURE } from './nginx-lua-signature.ts'

/** A set, as a Lua table. */
function formatSet(names: readonly string[]): string {
  return `{ ${names.map((name) => `["${name}"] = true`).join(', ')} }`
}

function formatSettings({ keys, authorities, scheme, skew, maxTtl, unsigned }: Description): string {
  const hosts = authorities.map((authority) => formatAuthority(authority, scheme))
  return String.raw`local KEYS_FILE = "${keys}"

-- What the edge sends as Host, in lower case and without the default port.
local AUTHORITIES = ${formatSet(hosts)}
local DEFAULT_PORT = ":${scheme === 'https' ? 443 : 80}"

-- Health probes that pass unsigned.
local PROBES = ${formatSet(unsigned)}

-- Seconds.
local SKEW = ${skew}
local MAX_TTL = ${maxTtl}

-- Names that claim an identity begin so; all such fields are taken away.
local CLAIM = "^(?:${FAMILIES.join('|')})"

local LINE = [=[^([A-Za-z0-9!#$%&'*+.^_${'`'}|~-]{1,32}) (/[\x21\x22\x24-\x7e]*) HTTP/1\.[01]$]=]
local INPUT = [=[^${LABEL}=(\(${COMPONENTS}( "content-digest")?\);created=([1-9][0-9]{9});expires=([1-9][0-9]{9});nonce="([A-Za-z0-9_-]{21}[AQgw])";keyid="([A-Za-z0-9._-]{1,64})";tag="${TAG}")$]=]
-- The last digit's unused bits are zero: each signature has one spelling.
local ED25519 = [=[^${LABEL}=:([A-Za-z0-9+/]{85}[AQgw]==):$]=]
-- Any other option would be a field that is taken away on the way (RFC 9110 section 7.6.1).
local CONNECTION = [=[^[ \t,]*(?:(?:close|keep-alive|upgrade|te)[ \t,]*)*$]=]
`
}

/** The text of `init_by_lua_block`: defines the module `sallyport`. */
export function formatLuaScript(description: Description): string {
  const check = formatLuaCheck(description.facts.includes('log'))
  return `${HEAD}
${formatSettings(description)}${LUA_KEYS}${LUA_SIGNATURE}
${check}
${START}`
}

const HEAD = `local ffi = require "ffi"
local json = require "cjson.safe"
local C = ffi.C
local byte, find, gsub, lower, sub = string.byte, string.find, string.gsub, string.lower, string.sub
local encode_base64, decode_base64 = ngx.encode_base64, ngx.decode_base64
local match, find_in = ngx.re.match, ngx.re.find
local var, clear_header = ngx.var, ngx.req.clear_header
local nonces = ngx.shared.sallyport_nonces
`

const START = `do
    local text, problem = read_file()
    if text then
        keys, problem = parse_keys(text)
        last_text = text
    end
    if not keys then
        error("sallyport: " .. KEYS_FILE .. ": " .. problem, 0)
    end
    -- Lives as long as the nonces beside it: a reload keeps both.
    nonces:safe_add("since", ngx.now())
end

package.loaded.sallyport = { check = check, reload = reload }
`
