-- The second door for Apache: asks `sallyport origin serve --lb apache` about each request, before anything
-- serves it. Whatever goes wrong, nobody gets in. Needs mod_lua and the Lua library socket (Debian: lua-socket).
local socket = require 'socket'

local TIMEOUT = 2
local MAX_FIELDS = 64
local MAX_BODY = 4096

-- Health probes: exactly these targets pass unsigned.
local UNSIGNED = {
  ['/healthz'] = true,
  ['/live'] = true,
}

-- Fields that claim to know the client, with every other character as a hyphen: gateway interfaces read them so
-- (RFC 3875 section 4.1.18).
local IDENTITY = {
  ['forwarded'] = true,
  ['x-real-ip'] = true,
  ['x-request-id'] = true,
  ['x-client-ip'] = true,
  ['x-cluster-client-ip'] = true,
  ['x-envoy-external-address'] = true,
  ['x-http-method'] = true,
  ['x-http-method-override'] = true,
  ['x-method-override'] = true,
  ['true-client-ip'] = true,
  ['fastly-client-ip'] = true,
  ['client-ip'] = true,
  ['cluster-client-ip'] = true,
  ['do-connecting-ip'] = true,
  ['fly-client-ip'] = true,
  ['forwarded-for'] = true,
  ['front-end-https'] = true,
  ['remote-addr'] = true,
  ['wl-proxy-client-ip'] = true,
  ['x-appengine-user-ip'] = true,
  ['x-azure-clientip'] = true,
  ['x-azure-socketip'] = true,
  ['x-forward-for'] = true,
  ['x-host'] = true,
  ['x-originating-ip'] = true,
  ['x-proxyuser-ip'] = true,
  ['x-remote-addr'] = true,
  ['x-remote-ip'] = true,
  ['x-scheme'] = true,
  ['x-url-scheme'] = true,
}
local FAMILIES = {
  'signature',
  'sallyport-',
  'x-forwarded',
  'x-original-',
  'x-rewrite-',
  'cf-connecting-',
  'cf-ip',
}

-- What the application gets in their place.
local GIVEN = {
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Real-IP',
  'X-Request-ID',
  'Forwarded',
  'Sallyport-Country',
  'Sallyport-Asn',
  'Sallyport-Log',
}

local unix = require 'socket.unix'

local function dial()
  local peer = unix.stream and unix.stream() or unix()
  peer:settimeout(TIMEOUT)
  local ok, failure = peer:connect('/run/sallyport/auth.sock')
  if ok then return peer end
  peer:close()
  return nil, failure
end

-- One connection to each state of Lua, which is one to each thread (LuaScope thread).
local peer

local function hang_up()
  if peer then peer:close() end
  peer = nil
end

-- Status and fields of the answer; nil and why when there is none.
local function read_answer()
  local line, failure = peer:receive('*l')
  if not line then return nil, failure end
  local status = tonumber(line:match('^HTTP/1%.1 (%d%d%d)'))
  if not status then return nil, 'no HTTP' end
  local fields, length, last = {}, nil, false
  for _ = 1, MAX_FIELDS do
    line, failure = peer:receive('*l')
    if not line then return nil, 'cut off' end
    if line == '' then break end
    local name, value = line:match('^([^:]+):%s*(.-)%s*$')
    if not name then return nil, 'no HTTP' end
    name = name:lower()
    if name == 'content-length' then length = tonumber(value) end
    if name == 'connection' and value:lower() == 'close' then last = true end
    fields[name] = value
  end
  if line ~= '' or not length or length > MAX_BODY then return nil, 'no HTTP' end
  if length > 0 and not peer:receive(length) then return nil, 'cut off' end
  if last then hang_up() end
  return status, fields
end

local function ask(question)
  local reused = peer ~= nil
  for _ = 1, 2 do
    local failure
    if not peer then
      peer, failure = dial()
      if not peer then return nil, failure end
    end
    local sent
    sent, failure = peer:send(question)
    local status, answer
    if sent then
      status, answer = read_answer()
      if status then return status, answer end
      failure = answer
    end
    hang_up()
    -- The server may close a connection while it rests. A second try is safe: whatever has been let in once
    -- is refused.
    if not reused or failure ~= 'closed' then return nil, failure end
    reused = false
  end
  return nil, 'closed'
end

local function squash(name)
  return (name:lower():gsub('[^a-z0-9]', '-'))
end

local function begins(text, start)
  return text:sub(1, #start) == start
end

local function claims_identity(name)
  if IDENTITY[name] then return true end
  for i = 1, #FAMILIES do
    if begins(name, FAMILIES[i]) then return true end
  end
  return false
end

-- What the verifier needs to see. Credentials are not its business.
local function is_ours(name)
  return begins(name, 'sallyport') or begins(name, 'signature') or name == 'content-digest'
end

local HOP = { close = true, ['keep-alive'] = true, upgrade = true, te = true, [''] = true }

-- A field that Connection names is taken away after this check, by mod_proxy.
local function nominates(connection)
  for name in (connection .. ','):gmatch('[ \t]*([^,]-)[ \t]*,') do
    if not HOP[name:lower()] then return true end
  end
  return false
end

local function is_probe(r, fields)
  if not UNSIGNED[r.unparsed_uri] or (r.method ~= 'GET' and r.method ~= 'HEAD') then return false end
  if fields['Transfer-Encoding'] or fields['Upgrade'] then return false end
  if fields['Content-Length'] and fields['Content-Length'] ~= '0' then return false end
  return not fields['Signature'] and not fields['Signature-Input']
end

local function take_away(fields, names)
  for i = 1, #names do fields[names[i]] = nil end
end

-- The question, and the names of the fields that claim what they cannot know; nil for a request that the
-- question could not carry.
local function put_question(r, fields)
  local lines = {
    'Sallyport-Door-Method: ' .. r.method,
    'Sallyport-Door-Target: ' .. r.unparsed_uri,
    'Sallyport-Door-Host: ' .. (fields['Host'] or ''),
    'Sallyport-Door-Framing: ' .. (fields['Content-Length'] or '') .. ';' .. (fields['Transfer-Encoding'] or ''),
  }
  local claims = {}
  for name, value in pairs(r:headers_in_table()) do
    local squashed = squash(name)
    if claims_identity(squashed) then claims[#claims + 1] = name end
    if is_ours(squashed) then lines[#lines + 1] = name .. ': ' .. value end
  end
  for i = 1, #lines do
    if lines[i]:find('[\r\n%z]') then return nil, claims end
  end
  return 'GET /verify HTTP/1.1\r\nHost: door\r\n' .. table.concat(lines, '\r\n') .. '\r\n\r\n', claims
end

local function refuse(r, status)
  r.subprocess_env['SALLYPORT_REFUSED'] = tostring(status)
  return status
end

-- At most one line each second and thread, whatever comes.
local told = 0
local function tell(r, failure)
  local now = os.time()
  if now == told then return end
  told = now
  r:err('sallyport: the auth server does not answer: ' .. tostring(failure))
end

-- Apache answers OPTIONS * by itself before it asks `check`.
function check_form(r)
  if begins(r.unparsed_uri, '/') then return apache2.DECLINED end
  return refuse(r, 403)
end

function check(r)
  local fields = r.headers_in
  -- mod_proxy would serve the path of an absolute target, under the host of that target.
  if not begins(r.unparsed_uri, '/') then return refuse(r, 403) end
  if nominates(fields['Connection'] or '') then return refuse(r, 403) end
  -- Apache would end with 500 while it throws such a body away. Nothing after it is read.
  local coding = fields['Transfer-Encoding']
  if coding and coding:lower() ~= 'chunked' then
    fields['Transfer-Encoding'] = nil
    r.subprocess_env['nokeepalive'] = '1'
    return refuse(r, 403)
  end
  local question, claims = put_question(r, fields)
  if is_probe(r, fields) then
    take_away(fields, claims)
    return apache2.OK
  end
  if not question then return refuse(r, 403) end
  local status, answer = ask(question)
  if not status then
    tell(r, answer)
    return refuse(r, 503)
  end
  if status ~= 200 then return refuse(r, status == 401 and 401 or 403) end
  local host = answer['x-forwarded-host']
  if not host then return refuse(r, 503) end
  take_away(fields, claims)
  for i = 1, #GIVEN do
    fields[GIVEN[i]] = answer[GIVEN[i]:lower()]
  end
  fields['Host'] = host
  return apache2.OK
end
