/**
 * The part of the Lua check that is cryptography: OpenSSL through LuaJIT's FFI.
 * @module
 */
import { LABEL } from '../../signature/profile.ts'

/** Defines `check_hmac` and `check_ed25519`. */
export const LUA_SIGNATURE: string = `
local scratch = ffi.gc(C.EVP_MD_CTX_new(), C.EVP_MD_CTX_free)
local verifying = ffi.gc(C.EVP_MD_CTX_new(), C.EVP_MD_CTX_free)
local digest = ffi.new("unsigned char[32]")

local function finish_digest(start, text, length)
    return C.EVP_MD_CTX_copy_ex(scratch, start) == 1
        and C.EVP_DigestUpdate(scratch, text, length) == 1
        and C.EVP_DigestFinal_ex(scratch, digest, nil) == 1
end

local function check_hmac(key, base, signature)
    if not finish_digest(key.inner, base, #base) or not finish_digest(key.outer, digest, 32) then
        return false
    end
    -- The whole text, so that no other spelling of the same bytes passes; in the same time whatever it is.
    local expected = "${LABEL}=:" .. encode_base64(ffi.string(digest, 32)) .. ":"
    return #signature == #expected and C.CRYPTO_memcmp(signature, expected, #expected) == 0
end

local function check_ed25519(key, base, signature)
    local text = match(signature, ED25519, "jo")
    local bytes = text and decode_base64(text[1])
    return bytes and #bytes == 64
        and C.EVP_DigestVerifyInit(verifying, nil, nil, nil, key.public) == 1
        and C.EVP_DigestVerify(verifying, bytes, 64, base, #base) == 1
end
`
