/**
 * The part of the Lua check that reads keys and reads them again.
 * @module
 */

/** Defines `keys`, `read_file`, `parse_keys` and `reload`; needs `KEYS_FILE`. */
export const LUA_KEYS: string = `
ffi.cdef[[
void *EVP_sha256(void);
void *EVP_MD_CTX_new(void);
void EVP_MD_CTX_free(void *ctx);
int EVP_DigestInit_ex(void *ctx, const void *type, void *impl);
int EVP_DigestUpdate(void *ctx, const void *data, size_t count);
int EVP_DigestFinal_ex(void *ctx, unsigned char *out, unsigned int *size);
int EVP_MD_CTX_copy_ex(void *out, const void *in);
void *EVP_PKEY_new_raw_public_key(int type, void *engine, const unsigned char *key, size_t length);
void EVP_PKEY_free(void *key);
int EVP_DigestVerifyInit(void *ctx, void **pctx, const void *type, void *engine, void *key);
int EVP_DigestVerify(void *ctx, const unsigned char *sig, size_t siglen, const unsigned char *data, size_t length);
int CRYPTO_memcmp(const void *a, const void *b, size_t length);
]]

local NID_ED25519 = 1087

-- A digest that has taken in one padded block of the secret: half of an HMAC (RFC 2104 section 2), done once per key.
local function start_digest(secret, pad)
    local block = {}
    for i = 1, 64 do
        block[i] = string.char(bit.bxor(byte(secret, i) or 0, pad))
    end
    local ctx = ffi.gc(C.EVP_MD_CTX_new(), C.EVP_MD_CTX_free)
    if C.EVP_DigestInit_ex(ctx, C.EVP_sha256(), nil) ~= 1
        or C.EVP_DigestUpdate(ctx, table.concat(block), 64) ~= 1 then
        return nil
    end
    return ctx
end

-- Bytes of base64url text in its one spelling, or nil.
local function decode_base64url(text)
    if type(text) ~= "string" or not find(text, "^[A-Za-z0-9_-]+$") then
        return nil
    end
    local standard = text:gsub("-", "+"):gsub("_", "/")
    local bytes = ngx.decode_base64(standard .. string.rep("=", -#text % 4))
    if not bytes or ngx.encode_base64(bytes, true) ~= standard then
        return nil
    end
    return bytes
end

local function read_key(item)
    if item.use ~= nil and item.use ~= "sig" then
        return nil
    end
    if item.kty == "oct" and (item.alg == nil or item.alg == "HS256") then
        local secret = decode_base64url(item.k)
        if not secret or #secret < 32 or #secret > 64 then
            return nil
        end
        local inner, outer = start_digest(secret, 0x36), start_digest(secret, 0x5c)
        return inner and outer and { inner = inner, outer = outer }
    end
    local known = item.alg == nil or item.alg == "EdDSA" or item.alg == "Ed25519"
    if item.kty == "OKP" and item.crv == "Ed25519" and known then
        local public = decode_base64url(item.x)
        if not public or #public ~= 32 then
            return nil
        end
        local key = C.EVP_PKEY_new_raw_public_key(NID_ED25519, nil, public, 32)
        return key ~= nil and { public = ffi.gc(key, C.EVP_PKEY_free) } or nil
    end
    return nil
end

-- Keys by their ids, or nil and what is wrong; never what a key holds.
local function parse_keys(text)
    local set = #text <= 16384 and json.decode(text)
    local list = type(set) == "table" and set.keys
    if type(list) ~= "table" or #list < 1 or #list > 8 then
        return nil, "is not a key set of one to eight keys"
    end
    local keys = {}
    for index, item in ipairs(list) do
        local place = "keys[" .. index - 1 .. "] "
        local kid = type(item) == "table" and item.kid
        if type(kid) ~= "string" or #kid > 64 or not find(kid, "^[A-Za-z0-9._-]+$") then
            return nil, place .. "needs a kid of 1 to 64 letters, digits, '.', '_' or '-'"
        end
        if keys[kid] then
            return nil, place .. "has the kid of an earlier key"
        end
        keys[kid] = read_key(item)
        if not keys[kid] then
            return nil, place .. "is no key for HS256 or Ed25519 signatures"
        end
    end
    return keys
end

local function read_file()
    local file, problem = io.open(KEYS_FILE, "rb")
    if not file then
        return nil, problem
    end
    local text = file:read(16385)
    file:close()
    return text or ""
end

local keys, last_text, last_problem

-- A file that is not right leaves the last good keys in force, and is logged once.
local function reload()
    local text, problem = read_file()
    if text == last_text then
        problem = nil
    elseif text then
        local fresh
        fresh, problem = parse_keys(text)
        if fresh then
            keys, last_text = fresh, text
        end
    end
    if problem and problem ~= last_problem then
        ngx.log(ngx.ERR, "sallyport: ", KEYS_FILE, ": ", problem, "; the last good keys stay in force")
    end
    last_problem = problem
end
`
