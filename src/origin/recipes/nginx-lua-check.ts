/**
 * The part of the Lua check that decides.
 * @module
 */

const LOG = `local log = var.sallyport_verdict_log
    if log and log ~= "" then
        var.sallyport_log = (gsub(log, '" "', " "))
    end`

/**
 * Defines `check`, which is called for each request and comes back from the verified ones only.
 * @param wantsLog Whether the application is told the ids of rules in log mode.
 */
export function formatLuaCheck(wantsLog: boolean): string {
  return CHECK.replace('    LOG\n', () => (wantsLog ? `    ${LOG}\n` : ''))
}

const CHECK = String.raw`local function is_blank(code)
    return code == 0x20 or code == 0x09
end

-- nginx leaves tabs around a value. No pattern: many tabs would take time with their square. A longer value is wrong.
local function trim(value)
    local start, stop = 1, #value
    if stop > 4096 then
        return value
    end
    while start <= stop and is_blank(byte(value, start)) do
        start = start + 1
    end
    while stop > start and is_blank(byte(value, stop)) do
        stop = stop - 1
    end
    return sub(value, start, stop)
end

-- One value, without white space around it; nil when there is none, or more than one.
local function take(headers, name)
    local value = headers[name]
    return type(value) == "string" and trim(value) or nil
end

local function has_content(headers)
    local length = headers["content-length"]
    return headers["transfer-encoding"] ~= nil or (length ~= nil and length ~= "0")
end

-- Takes away what clients may not say. sallyport.conf takes away the names it knows.
local function clear_claims(headers)
    for name in pairs(headers) do
        local first = byte(name, 1)
        -- c, s or x
        if (first == 0x78 or first == 0x73 or first == 0x63) and find_in(name, CLAIM, "jo") then
            clear_header(name)
        end
    end
end

local function check_unsigned(headers, line)
    if headers["signature-input"] ~= nil or headers.signature ~= nil then
        return "half a signature"
    end
    local probe = PROBES[line[2]] and (line[1] == "GET" or line[1] == "HEAD")
    if not probe or has_content(headers) or headers.upgrade ~= nil then
        return "unsigned"
    end
end

local function check_times(created, expires, now, since)
    if created > now + SKEW then
        return "created in the future"
    elseif expires < now - SKEW then
        return "expired"
    elseif expires <= created or expires - created > MAX_TTL then
        return "lifetime"
    elseif created < math.floor(since) then
        -- A restart forgets the nonces that were used before; a reload does not.
        return "signed before the start"
    end
end

local function read_authority(host)
    local authority = lower(host)
    if sub(authority, -#DEFAULT_PORT) == DEFAULT_PORT then
        authority = sub(authority, 1, -#DEFAULT_PORT - 1)
    end
    return AUTHORITIES[authority] and authority
end

-- The signature base, or nil and why not.
local function read_base(headers, line, host, input)
    local client, verdict = take(headers, "sallyport-client"), take(headers, "sallyport-verdict")
    local request_id = take(headers, "sallyport-request-id")
    if not client or not verdict or not request_id then
        return nil, "a signed field is missing, or came twice"
    end
    local covered = ""
    if input[2] then
        local value = take(headers, "content-digest")
        if not value then
            return nil, "content-digest"
        end
        covered = '\n"content-digest": ' .. value
    elseif (line[1] == "GET" or line[1] == "HEAD") and has_content(headers) then
        return nil, "content behind a signed GET or HEAD"
    end
    local authority = read_authority(host)
    if not authority then
        return nil, "authority"
    end
    local path, query = line[2], "?"
    local mark = find(path, "?", 1, true)
    if mark then
        path, query = sub(path, 1, mark - 1), sub(path, mark)
    end
    return '"@method": ' .. line[1] .. '\n"@authority": ' .. authority .. '\n"@path": ' .. path
        .. '\n"@query": ' .. query .. '\n"sallyport-client": ' .. client
        .. '\n"sallyport-verdict": ' .. verdict .. '\n"sallyport-request-id": ' .. request_id
        .. covered .. '\n"@signature-params": ' .. input[1]
end

-- Remembers the nonce; nil when it could.
local function claim(nonce, expires, now)
    local done, problem = nonces:safe_add(nonce, true, expires + SKEW - now + 1)
    if not done then
        return problem == "exists" and "replayed" or "the memory of nonces is full"
    end
end

local function check_signed(headers, line, host, input_text, signature)
    local input = match(input_text, INPUT, "jo")
    if not input then
        return "form of signature-input"
    end
    local now, expires = ngx.now(), tonumber(input[4])
    local stale = check_times(tonumber(input[3]), expires, now, nonces:get("since") or now)
    if stale then
        return stale
    end
    local key = keys[input[6]]
    if not key then
        return "unknown keyid"
    end
    local base, problem = read_base(headers, line, host, input)
    if not base then
        return problem
    end
    if not (key.public and check_ed25519 or check_hmac)(key, base, signature) then
        return "signature"
    end
    -- From here on the maps of sallyport.conf may read the signed fields.
    var.sallyport_nonce = input[5]
    if var.sallyport_ip == "" or var.sallyport_policy == "" or var.sallyport_request_id == "" then
        return "form of a signed field"
    end
    return claim(input[5], expires, now)
end

-- nil, or why not.
local function judge(headers)
    local line = match(var.request, LINE, "jo")
    if not line then
        return "request line"
    end
    local host = take(headers, "host")
    if not host then
        return "host"
    end
    local coding = headers["transfer-encoding"]
    if coding ~= nil and (headers["content-length"] or type(coding) == "table" or lower(coding) ~= "chunked") then
        return "framing"
    end
    local connection = headers.connection
    if connection ~= nil then
        connection = type(connection) == "table" and table.concat(connection, ",") or connection
        if #connection > 256 or not find_in(connection, CONNECTION, "joi") then
            return "connection"
        end
    end
    local input, signature = take(headers, "signature-input"), take(headers, "signature")
    if not input or not signature then
        return check_unsigned(headers, line)
    end
    return check_signed(headers, line, host, input, signature)
end

local function check()
    -- All of them, however many: nginx has bounded the section already.
    local headers = setmetatable(ngx.req.get_headers(0), nil)
    local problem = judge(headers)
    if problem then
        var.sallyport_refusal = problem
        return ngx.exit(problem == "unsigned" and 401 or 403)
    end
    clear_claims(headers)
    LOG
end
`
